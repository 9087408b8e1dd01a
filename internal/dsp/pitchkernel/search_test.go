package pitchkernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestColumns(t *testing.T) {
	for _, lanes := range []int{1, 5, 16} {
		words := make([]uint16, 96)
		dst := make([]uint32, 3*lanes)
		for i := range words {
			words[i] = uint16(1) << (i * 7 % lanes)
		}
		Columns(dst, words, lanes)
		for i := range words {
			for l := range lanes {
				want := uint32(words[i] >> l & 1)
				if got := dst[3*l+i/32] >> (i % 32) & 1; got != want {
					t.Fatalf("%d lanes: bit %d of lane %d is %d, want %d", lanes, i, l, got, want)
				}
			}
		}
	}
}

func someProposed(lanes int) Proposed {
	rows := func() []float32 { return make([]float32, Candidates*lanes) }
	return Proposed{F0: rows(), Height: rows(), Octaves: rows(), Merit: rows()}
}

// The top of a smooth peak is found between its points, whichever of its
// neighbours it is nearer to.
func TestProposeFindsTops(t *testing.T) {
	const lanes, rows = 16, 40
	r := make([]float32, rows*lanes)
	at, count := make([]int32, lanes), make([]int32, lanes)
	place := func(l int) float64 { return 20 + (float64(l)-7.5)/16 }
	for l := range lanes {
		for i := range rows {
			r[i*lanes+l] = 0.9 * float32(math.Cos((float64(i)-place(l))*2*math.Pi/18))
		}
		at[l], count[l] = 20, 1
	}
	p := someProposed(lanes)
	Propose(p, r, at, count, 1, lanes, &Selection{Grid: 8000, MinHz: 55, MaxHz: 600, FullHeight: 1})
	for l := range lanes {
		want := 8000 / place(l)
		if f0 := float64(p.F0[l]); math.Abs(f0/want-1) > 1e-3 || math.Abs(float64(p.Height[l])-0.9) > 2e-3 {
			t.Errorf("lane %d: %v Hz at %v, want %.2f Hz at 0.9", l, f0, p.Height[l], want)
		}
		if o := float64(p.Octaves[l]); math.Abs(o-math.Log2(float64(p.F0[l]))) > 1e-5 {
			t.Errorf("lane %d: %v octaves for %v Hz", l, o, p.F0[l])
		}
		if m := p.Merit[lanes+l]; !math.IsInf(float64(m), -1) {
			t.Errorf("lane %d: a second candidate of merit %v", l, m)
		}
	}
}

// Of more peaks than there is room for the best stay, and none out of range.
func TestProposeKeepsTheBest(t *testing.T) {
	const lanes, peaks = 3, 14
	r := make([]float32, 200*lanes)
	at, count := make([]int32, peaks*lanes), make([]int32, lanes)
	for l := range lanes {
		count[l] = peaks
		for s := range peaks {
			i := 5 + 13*s // 1600 Hz to 46 Hz
			at[s*lanes+l] = int32(i)
			r[i*lanes+l] = 0.2 + 0.05*float32((s*5+l)%peaks)
		}
	}
	p := someProposed(lanes)
	Propose(p, r, at, count, peaks, lanes, &Selection{Grid: 8000, MinHz: 55, MaxHz: 600, FullHeight: 1})
	for l := range lanes {
		var heights []float32
		for s := range peaks {
			if f0 := 8000 / float64(at[s*lanes+l]); f0 >= 55 && f0 <= 600 {
				heights = append(heights, r[int(at[s*lanes+l])*lanes+l])
			}
		}
		for i := range Candidates {
			better := 0
			for _, h := range heights {
				if h > p.Height[i*lanes+l] {
					better++
				}
			}
			if f0 := p.F0[i*lanes+l]; better >= Candidates || f0 < 55 || f0 > 600 {
				t.Errorf("lane %d keeps %v Hz at %v, with %d better ones", l, f0, p.Height[i*lanes+l], better)
			}
		}
	}
}

func TestJudge(t *testing.T) {
	p := someProposed(2)
	for i := range p.Merit {
		p.Merit[i] = float32(math.Inf(-1))
	}
	p.Height[0], p.Octaves[0], p.Merit[0] = 0.9, 7, 1
	cost, best := make([]float32, 2*Candidates), make([]float32, 2)
	Judge(cost, best, p, 2, &Judgement{FullHeight: 0.99, Clarity: 0.5, Doubt: 0.4, Floor: 0.01, OctaveCost: 0.1, OctaveOrigin: 6})
	want := 0.9 + 0.5*math.Log10(0.4/0.11) + 0.1
	if math.Abs(float64(best[0])-want) > 1e-6 || cost[0] != -best[0] {
		t.Errorf("gain %v at cost %v, want %v", best[0], cost[0], want)
	}
	if best[1] != -1 || !math.IsInf(float64(cost[1]), 1) || !math.IsInf(float64(cost[2]), 1) {
		t.Errorf("without candidates gain %v, costs %v %v", best[1], cost[1], cost[2])
	}
}

// The path that a search keeps is the cheapest of all paths, found by trying them.
func TestFollowFindsTheCheapestPath(t *testing.T) {
	const lanes, rows = 16, 4
	ways := Ways{Change: 0.6, Jump: 1.5, MostJump: 1.2}
	r := rand.New(rand.NewPCG(3, 4))
	var own, octaves [rows][]float32
	none, fresh, best := make([]int32, lanes), make([]int32, lanes), make([]int32, lanes)
	paths := NewPaths(lanes)
	for l := range lanes {
		paths.Begin(l, lanes)
	}
	for k := range rows {
		next := NewPaths(lanes)
		for i := range next.Cost {
			next.Cost[i], next.Octaves[i] = r.Float32(), 6+2*r.Float32()
		}
		own[k], octaves[k] = append([]float32(nil), next.Cost...), next.Octaves
		next.Follow(best, paths, none, fresh, lanes, &ways)
		paths = next
	}
	way := func(k, from, to, l int) float64 {
		switch {
		case from == 0 && to == 0:
			return 0
		case from == 0 || to == 0:
			return float64(ways.Change)
		}
		d := float64(octaves[k][to*lanes+l] - octaves[k-1][from*lanes+l])
		return min(float64(ways.Jump)*math.Abs(d), float64(ways.MostJump))
	}
	for l := range lanes {
		cost := func(path [rows]int) (sum float64) {
			if path[0] > 0 {
				sum = float64(ways.Change)
			}
			for k, s := range path {
				sum += float64(own[k][s*lanes+l])
				if k > 0 {
					sum += way(k, path[k-1], s, l)
				}
			}
			return sum
		}
		least := math.Inf(1)
		var path [rows]int
		for n := range States * States * States * States {
			path = [rows]int{n % States, n / States % States, n / States / States % States, n / States / States / States}
			least = min(least, cost(path))
		}
		state := int(best[l])
		found := [rows]int{rows - 1: state}
		for k := 1; k < rows; k++ {
			found[rows-1-k] = int(paths.Path[state*lanes+l] >> (4 * (k - 1)) & 15)
		}
		if got := cost(found); got > least+1e-5 {
			t.Errorf("lane %d: path %v costs %v, the cheapest %v", l, found, got, least)
		}
	}
}

// After a jump in time every voice begins anew, and silence is free.
func TestFollowAcrossACut(t *testing.T) {
	before, now := NewPaths(1), NewPaths(1)
	before.Begin(0, 1)
	before.Cost[0], before.Cost[3] = 5, 0
	best := make([]int32, 1)
	now.Follow(best, before, []int32{1}, []int32{0}, 1, &Ways{Change: 0.6, Jump: 1, MostJump: 1})
	if best[0] != 0 || now.Path[0]&15 != 3 || now.Cost[1] != 0.6 || now.Path[1]&15 != 3 {
		t.Errorf("best state %d, to silence from %d, to a voice from %d at %v", best[0], now.Path[0]&15, now.Path[1]&15, now.Cost[1])
	}
}

func TestHold(t *testing.T) {
	before, now := NewPaths(2), NewPaths(2)
	for i := range before.Cost {
		before.Cost[i], before.Octaves[i], before.Path[i] = float32(i), float32(2*i), int32(i)
	}
	now.Hold(before, 1, 2)
	for i := range States {
		at := 2*i + 1
		if now.Cost[at] != float32(at) || now.Octaves[at] != float32(2*at) || now.Path[at] != int32(at<<4|i) || now.Cost[2*i] != 0 {
			t.Errorf("state %d is held at %v, %v, path %x", i, now.Cost[at], now.Octaves[at], now.Path[at])
		}
	}
	if least := now.Least(1, 2); least != 0 {
		t.Errorf("least of rising costs is state %d", least)
	}
}
