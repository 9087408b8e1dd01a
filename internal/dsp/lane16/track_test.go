package lane16_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/attune-cx/attune/internal/dsp"
	"github.com/attune-cx/attune/internal/dsp/lane16"
	"github.com/attune-cx/attune/internal/dsp/pitchkernel"
)

// fenced makes n integers between guards, and a check that those are whole.
func fenced[T int32 | uint32 | uint16](n int) (x []T, whole func() bool) {
	const sentinel = 0x5a5a
	all := make([]T, n+2*guard)
	for i := range all {
		all[i] = sentinel
	}
	return all[guard:][:n:n], func() bool {
		for i := range guard {
			if all[i] != sentinel || all[len(all)-1-i] != sentinel {
				return false
			}
		}
		return true
	}
}

func must(whole ...func() bool) {
	for _, ok := range whole {
		if !ok() {
			panic("a kernel wrote outside its integers")
		}
	}
}

// halves are the upper and lower halves of integers, exact as numbers.
func halves[T int32 | uint32](x []T) []float32 {
	y := make([]float32, 0, 2*len(x))
	for _, v := range x {
		y = append(y, float32(uint32(v)>>16), float32(uint32(v)&0xffff))
	}
	return y
}

// trackCases are the kernels of the F0 tracker's search.
var trackCases = map[string]func(g *guarded) [][]float32{
	"Columns": func(g *guarded) [][]float32 {
		blocks := 1 + g.rng.IntN(6)
		words, fine := fenced[uint16](32 * blocks)
		dst, good := fenced[uint32](lanes * blocks)
		for i := range words {
			words[i] = uint16(g.rng.Uint32())
		}
		pitchkernel.Columns(dst, words, lanes)
		must(fine, good)
		return [][]float32{halves(dst)}
	},
	"Propose": func(g *guarded) [][]float32 {
		p := proposals(g)
		return [][]float32{p.F0, p.Height, p.Octaves, p.Merit}
	},
	"Judge": func(g *guarded) [][]float32 {
		p := proposals(g)
		cost, best := g.slab(pitchkernel.Candidates), g.slab(1)
		pitchkernel.Judge(cost, best, p, lanes, &pitchkernel.Judgement{
			FullHeight: 0.99, Clarity: 0.3, Doubt: 0.34, Floor: 0.01, OctaveCost: 0.03, OctaveOrigin: 5.9,
		})
		return [][]float32{cost, best}
	},
	"Follow": func(g *guarded) [][]float32 {
		before, now := paths(g), paths(g)
		best, fine := fenced[int32](lanes)
		cut, good := fenced[int32](lanes)
		fresh, well := fenced[int32](lanes)
		for l := range lanes {
			cut[l], fresh[l] = int32(g.rng.IntN(2)), int32(g.rng.IntN(2))
		}
		now.Follow(best, before, cut, fresh, lanes, &pitchkernel.Ways{Change: 0.65, Jump: 1.7, MostJump: 1.7})
		must(fine, good, well)
		return [][]float32{now.Cost, now.Octaves, halves(now.Path), halves(best)}
	},
}

// proposals are the candidates of peaks at random places, none to more than fit.
func proposals(g *guarded) pitchkernel.Proposed {
	rows := 12 + g.rng.IntN(140)
	r := g.slab(rows)
	slots := g.rng.IntN(20)
	at, fine := fenced[int32](slots * lanes)
	count, good := fenced[int32](lanes)
	for i := range at {
		at[i] = 1 << 30 // a place beyond the lane's count is not looked at
	}
	most := 0
	for l := range count {
		count[l] = int32(g.rng.IntN(slots + 1))
		most = max(most, int(count[l]))
		for s := range int(count[l]) {
			i := 3 + g.rng.IntN(rows-6)
			at[s*lanes+l] = int32(i)
			if g.rng.IntN(8) > 0 { // as a rule a peak
				r[i*lanes+l] += 2
			}
		}
	}
	const n = pitchkernel.Candidates
	p := pitchkernel.Proposed{F0: g.slab(n), Height: g.slab(n), Octaves: g.slab(n), Merit: g.slab(n)}
	pitchkernel.Propose(p, r, at, count, most, lanes, &pitchkernel.Selection{
		Grid: 8000, MinHz: 55, MaxHz: 600, FullHeight: 0.99, OctaveCost: 0.03,
	})
	must(fine, good)
	return p
}

// paths are a row of a search in which some states are out of reach and some equal.
func paths(g *guarded) pitchkernel.Paths {
	p := pitchkernel.Paths{Cost: g.slab(pitchkernel.States), Octaves: g.slab(pitchkernel.States)}
	p.Path = make([]int32, len(p.Cost))
	for i := range p.Cost {
		p.Path[i] = int32(g.rng.Uint32())
		switch g.rng.IntN(6) {
		case 0:
			p.Cost[i] = float32(math.Inf(1))
		case 1:
			p.Cost[i], p.Octaves[i] = 1, 7
		}
	}
	for l := range lanes {
		p.Cost[l] = float32(g.rng.NormFloat64())
	}
	return p
}

// TestTrackEqualsGeneric: at every level each kernel has the generic loop's bits.
func TestTrackEqualsGeneric(t *testing.T) {
	for _, level := range []lane16.Level{lane16.AVX2, lane16.AVX512} {
		for name, run := range trackCases {
			t.Run(fmt.Sprintf("%v/%s", level, name), func(t *testing.T) {
				force(t, level)
				for seed := range uint64(200) {
					got := at(t, level, seed, run)
					want := at(t, lane16.Generic, seed, run)
					same(t, seed, got, want)
				}
			})
		}
	}
}

// BenchmarkTrack gives the kernels of the search in their sizes, on speech's number
// of peaks.
func BenchmarkTrack(b *testing.B) {
	r, cost, best := make([]float32, 149*lanes), make([]float32, pitchkernel.States*lanes), make([]float32, lanes)
	at, count := make([]int32, 16*lanes), make([]int32, lanes)
	for l := range lanes {
		for s := range 6 + l/2 {
			i := 13 + 9*s
			at[s*lanes+l], count[l] = int32(i), int32(s+1)
			r[i*lanes+l] = 0.3 + float32(s)/40
		}
	}
	rows := func() []float32 { return make([]float32, pitchkernel.Candidates*lanes) }
	p := pitchkernel.Proposed{F0: rows(), Height: rows(), Octaves: rows(), Merit: rows()}
	words, columns := make([]uint16, 160), make([]uint32, 5*lanes)
	dsp.Peaks(words, r, 13, 146, 0.15, lanes)
	now, before := pitchkernel.NewPaths(lanes), pitchkernel.NewPaths(lanes)
	none, state := make([]int32, lanes), make([]int32, lanes)
	for name, run := range map[string]func(){
		"Columns": func() { pitchkernel.Columns(columns, words, lanes) },
		"Propose": func() {
			pitchkernel.Propose(p, r, at, count, 13, lanes, &pitchkernel.Selection{Grid: 8000, MinHz: 55, MaxHz: 600, FullHeight: 0.99, OctaveCost: 0.03})
		},
		"Judge": func() {
			pitchkernel.Judge(cost[lanes:], best, p, lanes, &pitchkernel.Judgement{FullHeight: 0.99, Clarity: 0.3, Doubt: 0.34, Floor: 0.01})
		},
		"Follow": func() {
			copy(now.Cost, cost)
			now.Follow(state, before, none, none, lanes, &pitchkernel.Ways{Change: 0.65, Jump: 1.7, MostJump: 1.7})
		},
	} {
		for _, level := range []lane16.Level{lane16.Generic, lane16.AVX2, lane16.AVX512} {
			b.Run(fmt.Sprintf("%s/%v", name, level), func(b *testing.B) {
				force(b, level)
				for b.Loop() {
					run()
				}
			})
		}
	}
}
