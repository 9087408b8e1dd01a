package lane16_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/attune-cx/attune/internal/dsp"
	"github.com/attune-cx/attune/internal/dsp/lane16"
	"github.com/attune-cx/attune/internal/dsp/pitchkernel"
)

const lanes = lane16.Width

// guarded hands out slabs between guards, which no kernel may write; they are NaN,
// so that what reads them shows.
type guarded struct {
	rng   *rand.Rand
	slabs [][]float32
}

const guard = 37 // elements, so that slabs lie on no vector's boundary

func (g *guarded) slab(rows int) []float32 {
	n := rows * lanes
	s := make([]float32, n+2*guard)
	for i := range s {
		s[i] = float32(math.NaN())
		if i >= guard && i < n+guard {
			s[i] = float32(g.rng.NormFloat64())
		}
	}
	g.slabs = append(g.slabs, s)
	return s[guard:][:n:n]
}

// vector is a slab of single values.
func (g *guarded) vector(n int) []float32 {
	return g.slab((n + lanes - 1) / lanes)[:n]
}

// check reports whether every guard is whole.
func (g *guarded) check(t *testing.T) {
	t.Helper()
	for _, s := range g.slabs {
		for i := range guard {
			if a, b := s[i], s[len(s)-1-i]; a == a || b == b {
				t.Fatal("a kernel wrote outside its slab")
			}
		}
	}
}

// cases runs each kernel through its exported caller on random data of a random
// length and returns all slabs that it may have written.
var cases = map[string]func(g *guarded) [][]float32{
	"Log2": func(g *guarded) [][]float32 {
		x, dst := extremes(g), g.slab(20)
		dsp.Log2(dst[:19*lanes+3], x[:19*lanes+3])
		return [][]float32{dst}
	},
	"Admit": func(g *guarded) [][]float32 {
		x, dst := extremes(g), g.slab(20)
		dsp.Admit(dst, x, 4)
		return [][]float32{dst}
	},
	"Exp2": func(g *guarded) [][]float32 {
		x, dst := extremes(g), g.slab(20)
		for i := range x[:10*lanes] {
			x[i] *= 60
		}
		dsp.Exp2(dst, x)
		return [][]float32{dst}
	},
	"Sqrt": func(g *guarded) [][]float32 {
		x, dst := extremes(g), g.slab(20)
		dsp.Sqrt(dst, x)
		return [][]float32{dst}
	},
	"RFFT": func(g *guarded) [][]float32 {
		n := 8 << g.rng.IntN(8)
		f, err := dsp.NewRFFT(n)
		if err != nil {
			panic(err)
		}
		rows := 1 + g.rng.IntN(n)
		z, p := g.slab(n), g.slab(n/2+1)
		f.Load(z, g.slab(rows), g.vector(rows), lanes)
		f.Transform(z, lanes)
		f.Power(p, z, lanes)
		return [][]float32{z, p}
	},
	"Rows": func(g *guarded) [][]float32 {
		rows := g.rng.IntN(258)
		x, y, dst := g.slab(rows), g.slab(rows), g.slab(4)
		dsp.Sum(dst, x, rows, lanes)
		dsp.Peak(dst[lanes:], x, rows, lanes)
		dsp.SumSquaredChange(dst[2*lanes:], x, y, rows, lanes)
		dsp.WeightedSum(dst[3*lanes:], x, g.vector(rows), lanes)
		return [][]float32{dst}
	},
	"Matrix": func(g *guarded) [][]float32 {
		rows, cols := 1+g.rng.IntN(12), 1+g.rng.IntN(257)
		dst := g.slab(rows)
		dsp.Matrix(dst, g.slab(cols), g.vector(rows * cols)[:rows*cols], cols, lanes)
		return [][]float32{dst}
	},
	"Levinson": func(g *guarded) [][]float32 {
		order := g.rng.IntN(13)
		a, r := g.slab(order+1), g.slab(order+1)
		for l := range lanes {
			r[l] = float32(l%4) * 1.5 // silence, breakdown and health, lane by lane
		}
		dsp.Levinson(a, r, order, lanes)
		return [][]float32{a}
	},
	"Roots": func(g *guarded) [][]float32 {
		pairs := 1 + g.rng.IntN(5)
		re, im, moved := g.slab(pairs), g.slab(pairs), g.slab(pairs)
		dsp.Roots(re, im, moved, g.slab(2*pairs+1), pairs, g.rng.IntN(15), lanes)
		return [][]float32{re, im, moved}
	},
	"Biquad": func(g *guarded) [][]float32 {
		rows := g.rng.IntN(160)
		x, state := g.slab(rows), g.slab(2)
		if g.rng.IntN(2) == 0 { // a state that dies away
			clear(x)
			for i := range state {
				state[i] *= 1e-18
			}
		}
		pitchkernel.Biquad(x, x, lanes, pitchkernel.HighPass(8000, 100), state)
		return [][]float32{x, state}
	},
	"HalfBand": func(g *guarded) [][]float32 {
		rows := g.rng.IntN(81)
		dst := g.slab(rows)
		pitchkernel.HalfBand(dst, g.slab(pitchkernel.HalfBandRows+2*rows), lanes)
		return [][]float32{dst}
	},
	"MeanSquare": func(g *guarded) [][]float32 {
		dst := g.slab(1)
		pitchkernel.MeanSquare(dst, g.slab(1+g.rng.IntN(80)), lanes)
		return [][]float32{dst}
	},
	"Slide": func(g *guarded) [][]float32 {
		n, lags := 1+g.rng.IntN(120), 1+g.rng.IntN(90)
		dst := g.vector(lags)
		dsp.Slide(dst, g.vector(n), g.vector(n+lags-1))
		return [][]float32{dst}
	},
	"Spread": func(g *guarded) [][]float32 {
		n := 16*g.rng.IntN(11) + g.rng.IntN(2)*g.rng.IntN(16)
		x, dst, starts := g.slab(30), g.slab(n), make([]int32, lanes)
		for l := range starts {
			starts[l] = g.rng.Int32N(int32(len(x) - n + 1))
		}
		dsp.Spread(dst, x, starts, n)
		return [][]float32{dst}
	},
	"AtLeast": func(g *guarded) [][]float32 {
		x, dst := extremes(g), g.slab(20)
		dsp.AtLeast(dst[:19*lanes+5], x, 0.5)
		return [][]float32{dst}
	},
	"Likeness": func(g *guarded) [][]float32 {
		n := g.rng.IntN(90)
		r, moving, dst := g.vector(n), g.vector(n), g.slab(1)
		for i := range moving {
			moving[i] *= moving[i]
		}
		dsp.Likeness(r, moving, 0.7, 0.01)
		dst[0] = dsp.Energy(r)
		return [][]float32{r, dst[:1]}
	},
	"Smooth": func(g *guarded) [][]float32 {
		n := g.rng.IntN(70)
		dst, before, now, after, not := g.vector(n), g.vector(n), g.vector(n), g.vector(n), g.vector(n)
		odd := []float32{0, 1, float32(math.NaN())}
		for i := range n {
			for _, x := range [][]float32{before, now, after} {
				if g.rng.IntN(2) == 0 {
					x[i] = odd[g.rng.IntN(3)]
				}
			}
			not[i] = []float32{0, float32(math.Inf(1))}[g.rng.IntN(2)]
		}
		dsp.Smooth(dst, before, now, after, not)
		return [][]float32{dst}
	},
	"Levels": func(g *guarded) [][]float32 {
		rows := 1 + g.rng.IntN(9)
		s := dsp.Levels{Smooth: g.slab(rows), Least: g.slab(rows), Most: g.slab(rows)}
		heard, first := make([]uint32, lanes), make([]uint32, lanes)
		for l := range heard {
			heard[l] = -g.rng.Uint32N(2)
			first[l] = heard[l] & -g.rng.Uint32N(2)
		}
		x, steady, floor, dst := g.slab(rows), g.slab(1), g.slab(rows), g.slab(1)
		s.Follow(steady, x, g.slab(rows), g.slab(rows), heard, first, 0.3, 1.5)
		s.Excess(dst, floor, g.slab(rows), x, 0.2, -0.5, 0.9, lanes)
		return [][]float32{s.Smooth, s.Least, s.Most, steady, floor, dst}
	},
	"Lower": func(g *guarded) [][]float32 {
		dst := g.vector(g.rng.IntN(200))
		dsp.Lower(dst, g.vector(len(dst)), 0.3)
		return [][]float32{dst}
	},
	"Peaks": func(g *guarded) [][]float32 {
		rows := 3 + g.rng.IntN(150)
		marks, dst := make([]uint16, rows), g.slab(rows)
		dsp.Peaks(marks, g.slab(rows), 1, rows-1, 0.15, lanes)
		for i, m := range marks {
			dst[i] = float32(m)
		}
		return [][]float32{dst}
	},
	"Strongest": func(g *guarded) [][]float32 {
		rows := g.rng.IntN(120)
		place, not, peak, dst := make([]int32, lanes), make([]int32, lanes), g.slab(1), g.slab(1)
		for l := range place {
			place[l], not[l] = -1, int32(g.rng.IntN(120))
		}
		dsp.Strongest(peak, place, g.slab(rows), rows, 6, not, g.rng.IntN(9), lanes)
		for l, p := range place {
			dst[l] = float32(p)
		}
		return [][]float32{peak, dst}
	},
	"Teager": func(g *guarded) [][]float32 {
		energy, square, count := g.slab(1), g.slab(1), g.slab(1)
		dsp.Teager(energy, square, count, g.slab(2+g.rng.IntN(300)), 0.98, lanes)
		return [][]float32{energy, square, count}
	},
	"Correlation": func(g *guarded) [][]float32 {
		reach := 40 + g.rng.IntN(50)
		maxLag := reach - 10
		x, sums := g.slab(2*reach), g.slab(maxLag+1)
		energy, scratch, doubled := g.slab(2*reach+1), g.slab(2*reach+1), g.slab(2*maxLag)
		pitchkernel.CrossCorrelate(sums, x, lanes, reach, reach, 1, maxLag, 20)
		pitchkernel.Energy(energy, scratch, x, lanes, reach, reach)
		pitchkernel.Normalise(sums, energy, lanes, reach, 1, maxLag, 20, 1e-12)
		pitchkernel.Double(doubled, sums, lanes, 8, maxLag-8)
		return [][]float32{sums, energy, scratch, doubled}
	},
}

// extremes are numbers of all sizes and the special ones.
func extremes(g *guarded) []float32 {
	x := g.slab(20)
	special := []float32{0, float32(math.Copysign(0, -1)), 1, -1, math.MaxFloat32, math.SmallestNonzeroFloat32,
		float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), 1.1754944e-38, 127.6, -126.4}
	for i := range x {
		if i%3 == 0 {
			x[i] = special[g.rng.IntN(len(special))]
		} else {
			x[i] = math.Float32frombits(g.rng.Uint32())
		}
	}
	return x
}

// force uses a level for the test, and skips it on a CPU without.
func force(t testing.TB, level lane16.Level) {
	t.Helper()
	before := lane16.Active()
	if err := lane16.Force(level); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := lane16.Force(before); err != nil {
			t.Fatal(err)
		}
	})
}

// TestEqualsGeneric: at every level each kernel has the generic loop's bits.
func TestEqualsGeneric(t *testing.T) {
	for _, level := range []lane16.Level{lane16.AVX2, lane16.AVX512} {
		for name, run := range cases {
			t.Run(fmt.Sprintf("%v/%s", level, name), func(t *testing.T) {
				force(t, level)
				for seed := range uint64(60) {
					got := at(t, level, seed, run)
					want := at(t, lane16.Generic, seed, run)
					same(t, seed, got, want)
				}
			})
		}
	}
}

func at(t *testing.T, level lane16.Level, seed uint64, run func(*guarded) [][]float32) [][]float32 {
	t.Helper()
	if err := lane16.Force(level); err != nil {
		t.Fatal(err)
	}
	g := &guarded{rng: rand.New(rand.NewPCG(seed, 1))}
	out := run(g)
	g.check(t)
	return out
}

func same(t *testing.T, seed uint64, got, want [][]float32) {
	t.Helper()
	for s := range want {
		for i, w := range want[s] {
			v := got[s][i]
			if math.Float32bits(v) != math.Float32bits(w) && (v == v || w == w) {
				t.Fatalf("seed %d, slab %d, row %d, lane %d: %g, generic %g", seed, s, i/lanes, i%lanes, v, w)
			}
		}
	}
}

// TestNeighbours: a lane's result does not hang on what the others hold, be it
// NaN or infinity.
func TestNeighbours(t *testing.T) {
	for _, level := range []lane16.Level{lane16.Generic, lane16.AVX2, lane16.AVX512} {
		t.Run(level.String(), func(t *testing.T) {
			force(t, level)
			for lane := range lanes {
				alone, crowded := spectrum(lane, 0), spectrum(lane, float32(math.Inf(1)))
				for i := lane; i < len(alone); i += lanes {
					if alone[i] != crowded[i] || alone[i] != alone[i] {
						t.Fatalf("lane %d, row %d: %g alone, %g beside infinities", lane, i/lanes, alone[i], crowded[i])
					}
				}
			}
		})
	}
}

// spectrum is the way from samples to roots of one lane; the others hold v and NaN.
func spectrum(lane int, v float32) []float32 {
	rng := rand.New(rand.NewPCG(uint64(lane), 2))
	f, err := dsp.NewRFFT(64)
	if err != nil {
		panic(err)
	}
	x := make([]float32, 64*lanes)
	for i := range x {
		x[i] = v
		if v != 0 && i%3 == 0 {
			x[i] = float32(math.NaN())
		}
		if i%lanes == lane {
			x[i] = float32(rng.NormFloat64())
		}
	}
	z, p := make([]float32, 64*lanes), make([]float32, 33*lanes)
	f.Load(z, x, dsp.Hann(64), lanes)
	f.Transform(z, lanes)
	f.Power(p, z, lanes)
	r, a := make([]float32, 7*lanes), make([]float32, 7*lanes)
	dsp.Matrix(r, p, make([]float32, 7*33), 33, lanes)
	copy(r, p[:7*lanes])
	dsp.Levinson(a, r, 6, lanes)
	re, im, moved := make([]float32, 3*lanes), make([]float32, 3*lanes), make([]float32, 3*lanes)
	dsp.Roots(re, im, moved, a, 3, 10, lanes)
	dsp.Log2(p, p)
	return append(append(append(p, a...), re...), im...)
}

// TestForce refuses what the CPU lacks.
func TestForce(t *testing.T) {
	if err := lane16.Force(lane16.AVX512 + 1); !errors.Is(err, lane16.ErrLevel) {
		t.Errorf("an unknown level: %v", err)
	}
	for l := lane16.Generic; l <= lane16.AVX512; l++ {
		if got, err := lane16.ParseLevel(l.String()); got != l || err != nil {
			t.Errorf("%v: %v, %v", l, got, err)
		}
	}
	if _, err := lane16.ParseLevel("sse"); !errors.Is(err, lane16.ErrLevel) {
		t.Errorf("sse: %v", err)
	}
	if lane16.Active() != lane16.Best() {
		t.Errorf("active %v, best %v", lane16.Active(), lane16.Best())
	}
}

// BenchmarkKernels gives each case at each level; the data's making is the same.
func BenchmarkKernels(b *testing.B) {
	for _, k := range benches {
		for _, level := range []lane16.Level{lane16.Generic, lane16.AVX2, lane16.AVX512} {
			b.Run(fmt.Sprintf("%s/%v", k.name, level), func(b *testing.B) {
				force(b, level)
				run := k.make(&guarded{rng: rand.New(rand.NewPCG(1, 1))})
				for b.Loop() {
					run()
				}
			})
		}
	}
}

// benches are the kernels in the sizes of an 8 kHz group.
var benches = []struct {
	name string
	make func(g *guarded) func()
}{
	{"Log2/49", func(g *guarded) func() {
		x, dst := g.slab(49), g.slab(49)
		return func() { dsp.Log2(dst, x) }
	}},
	{"Exp2/26", func(g *guarded) func() {
		x, dst := g.slab(26), g.slab(26)
		return func() { dsp.Exp2(dst, x) }
	}},
	{"Sqrt/129", func(g *guarded) func() {
		x, dst := g.slab(129), g.slab(129)
		return func() { dsp.Sqrt(dst, x) }
	}},
	{"RFFT/256", func(g *guarded) func() { return fft(g, 256) }},
	{"RFFT/512", func(g *guarded) func() { return fft(g, 512) }},
	{"RFFT/1024", func(g *guarded) func() { return fft(g, 1024) }},
	{"Sum/129", func(g *guarded) func() {
		x, dst := g.slab(129), g.slab(1)
		return func() { dsp.Sum(dst, x, 129, lanes) }
	}},
	{"Matrix/9x257", func(g *guarded) func() {
		dst, x, m := g.slab(9), g.slab(257), g.vector(9*257)
		return func() { dsp.Matrix(dst, x, m, 257, lanes) }
	}},
	{"Levinson/8", func(g *guarded) func() {
		a, r := g.slab(9), g.slab(9)
		for l := range lanes {
			r[l] = 5
		}
		return func() { dsp.Levinson(a, r, 8, lanes) }
	}},
	{"Roots/4x14", func(g *guarded) func() {
		re, im, moved, a := g.slab(4), g.slab(4), g.slab(4), g.slab(9)
		return func() { dsp.Roots(re, im, moved, a, 4, 14, lanes) }
	}},
	{"Biquad/40", func(g *guarded) func() {
		x, dst, state, k := g.slab(40), g.slab(40), g.slab(2), pitchkernel.HighPass(4000, 60)
		return func() { pitchkernel.Biquad(dst, x, lanes, k, state) }
	}},
	{"HalfBand/40", func(g *guarded) func() {
		x, dst := g.slab(94), g.slab(40)
		return func() { pitchkernel.HalfBand(dst, x, lanes) }
	}},
	{"CrossCorrelate/80", func(g *guarded) func() {
		x, dst := g.slab(160), g.slab(81)
		return func() { pitchkernel.CrossCorrelate(dst, x, lanes, 80, 80, 1, 80, 36) }
	}},
	{"Energy/80", func(g *guarded) func() {
		x, dst, sums := g.slab(160), g.slab(161), g.slab(161)
		return func() { pitchkernel.Energy(dst, sums, x, lanes, 80, 80) }
	}},
	{"Normalise/80", func(g *guarded) func() {
		sums, again, energy := g.slab(81), g.slab(81), g.slab(161)
		return func() {
			copy(again, sums) // in place, it would sink to denormals
			pitchkernel.Normalise(again, energy, lanes, 80, 1, 80, 36, 1)
		}
	}},
	{"Slide/80x34", func(g *guarded) func() {
		dst, x, y := g.vector(34), g.vector(80), g.vector(120)
		return func() { dsp.Slide(dst, x, y) }
	}},
	{"Spread/80", func(g *guarded) func() {
		x, dst, starts := g.slab(80), g.slab(80), make([]int32, lanes)
		for l := range starts {
			starts[l] = int32(80 * l)
		}
		return func() { dsp.Spread(dst, x, starts, 80) }
	}},
	{"Levels/8", func(g *guarded) func() {
		s := dsp.Levels{Smooth: g.slab(8), Least: g.slab(8), Most: g.slab(8)}
		heard, first := make([]uint32, lanes), make([]uint32, lanes)
		x, low, high, floor, dst := g.slab(8), g.slab(8), g.slab(8), g.slab(8), g.slab(1)
		return func() {
			s.Follow(dst, x, low, high, heard, first, 0.3, 7)
			s.Excess(dst, floor, low, x, 3, -78, 15, lanes)
		}
	}},
	{"Likeness/34", func(g *guarded) func() {
		r, moving := g.vector(34), g.vector(34)
		return func() { dsp.Likeness(r, moving, 0.7, 0.01) }
	}},
	{"Smooth/32", func(g *guarded) func() {
		dst, before, now, after, not := g.slab(2), g.slab(2), g.slab(2), g.slab(2), make([]float32, 32)
		return func() { dsp.Smooth(dst, before, now, after, not) }
	}},
	{"Lower/80", func(g *guarded) func() {
		dst, x := g.vector(80), g.vector(80)
		return func() { dsp.Lower(dst, x, 0.1) }
	}},
	{"Peaks/140", func(g *guarded) func() {
		dst, x := make([]uint16, 142), g.slab(142)
		return func() { dsp.Peaks(dst, x, 1, 141, 0.15, lanes) }
	}},
	{"Strongest/116", func(g *guarded) func() {
		peak, place, not, x := g.slab(1), make([]int32, lanes), make([]int32, lanes), g.slab(116)
		return func() { dsp.Strongest(peak, place, x, 116, 6, not, 6, lanes) }
	}},
	{"Teager/160", func(g *guarded) func() {
		a, b, c, x := g.slab(1), g.slab(1), g.slab(1), g.slab(160)
		return func() { dsp.Teager(a, b, c, x, 0.98, lanes) }
	}},
	{"Double/69", func(g *guarded) func() {
		r, dst := g.slab(81), g.slab(149)
		return func() { pitchkernel.Double(dst, r, lanes, 5, 74) }
	}},
}

func fft(g *guarded, n int) func() {
	f, err := dsp.NewRFFT(n)
	if err != nil {
		panic(err)
	}
	x, z, p, w := g.slab(n), g.slab(n), g.slab(n/2+1), dsp.Hann(n)
	return func() {
		f.Load(z, x, w, lanes)
		f.Transform(z, lanes)
		f.Power(p, z, lanes)
	}
}
