package pitchkernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

const (
	testReach    = 80
	testCentre   = 80
	testMinWidth = 36
)

func noise(seed uint64, n int) []float32 {
	r := rand.New(rand.NewPCG(seed, 7))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// weight of row t in a window, from its definition.
func weight(w Window, t int) float64 {
	sum := 0.0
	for step := -Taper; step <= Taper; step += Taper {
		if t >= w.Begin-step && t < w.End+step {
			sum += 1.0 / 3
		}
	}
	return sum
}

func TestWindowStaysWithinReach(t *testing.T) {
	for lag := range testReach + 1 {
		w := WindowOf(lag, testMinWidth, testReach)
		if w.Begin-lag-Taper < -testReach || w.End+Taper > testReach {
			t.Errorf("lag %d: window %+v leaves ±%d", lag, w, testReach)
		}
		if off := w.Begin + w.End - lag; off < -1 || off > 1 {
			t.Errorf("lag %d: window %+v is %d half rows off centre", lag, w, off)
		}
	}
}

// r of every lag and lane against the formula in float64.
func TestCorrelationAgainstFormula(t *testing.T) {
	const lanes, last = 5, 80
	x := noise(1, 2*testReach*lanes)
	sums := make([]float32, (last+1)*lanes)
	energy, scratch := make([]float32, (2*testReach+1)*lanes), make([]float32, (2*testReach+1)*lanes)
	CrossCorrelate(sums, x, lanes, testCentre, testReach, 0, last, testMinWidth)
	Energy(energy, scratch, x, lanes, testCentre, testReach)
	Normalise(sums, energy, lanes, testReach, 0, last, testMinWidth, 0)
	for lag := range last + 1 {
		w := WindowOf(lag, testMinWidth, testReach)
		for l := range lanes {
			var xy, xx, yy float64
			for row := w.Begin - Taper; row < w.End+Taper; row++ {
				a := float64(x[(testCentre+row)*lanes+l])
				b := float64(x[(testCentre+row-lag)*lanes+l])
				xy, xx, yy = xy+weight(w, row)*a*b, xx+weight(w, row)*a*a, yy+weight(w, row)*b*b
			}
			want := xy / math.Sqrt(xx*yy)
			if got := float64(sums[lag*lanes+l]); math.Abs(got-want) > 2e-6 {
				t.Fatalf("lag %d lane %d: r = %v, want %v", lag, l, got, want)
			}
		}
	}
}

// A lane's sums are the same bits alone, beside four and beside fifteen others.
func TestLanesDoNotMeet(t *testing.T) {
	const last = 80
	own := noise(2, 2*testReach)
	alone := make([]float32, last+1)
	CrossCorrelate(alone, own, 1, testCentre, testReach, 0, last, testMinWidth)
	for _, lanes := range []int{2, 5, 8, 16} {
		for lane := range lanes {
			x := noise(uint64(100+lane), 2*testReach*lanes)
			for i, v := range own {
				x[i*lanes+lane] = v
			}
			sums := make([]float32, (last+1)*lanes)
			CrossCorrelate(sums, x, lanes, testCentre, testReach, 0, last, testMinWidth)
			for lag, want := range alone {
				if got := sums[lag*lanes+lane]; got != want {
					t.Fatalf("%d lanes, lane %d, lag %d: %v, alone %v", lanes, lane, lag, got, want)
				}
			}
		}
	}
}

// Faint sound before a burst 80 dB louder keeps its correlation.
func TestFaintBesideLoud(t *testing.T) {
	x := make([]float32, 2*testReach)
	for i := range x {
		x[i] = float32(1e-4 * math.Sin(2*math.Pi*float64(i)/20))
	}
	for i := testCentre + 32; i < len(x); i++ {
		x[i] *= 1e4
	}
	sums := make([]float32, 21)
	energy, scratch := make([]float32, 2*testReach+1), make([]float32, 2*testReach+1)
	CrossCorrelate(sums, x, 1, testCentre, testReach, 20, 20, testMinWidth)
	Energy(energy, scratch, x, 1, testCentre, testReach)
	Normalise(sums, energy, 1, testReach, 20, 20, testMinWidth, 0)
	if sums[20] < 0.999 {
		t.Errorf("r at the period = %v, want 1", sums[20])
	}
}

func TestDouble(t *testing.T) {
	const lanes, from, to = 2, 6, 60
	r := make([]float32, (to+Reach)*lanes)
	f := func(lag float64, lane int) float64 { return math.Cos(2 * math.Pi * lag * float64(1+2*lane) / 8.2) }
	for i := range r {
		r[i] = float32(f(float64(i/lanes), i%lanes))
	}
	dst := make([]float32, (2*to+1)*lanes)
	Double(dst, r, lanes, from, to)
	for i := 2 * from; i <= 2*to; i++ {
		for l := range lanes {
			if got, want := float64(dst[i*lanes+l]), f(float64(i)/2, l); math.Abs(got-want) > 0.011 {
				t.Errorf("lag %v lane %d: %v, want %v", float64(i)/2, l, got, want)
			}
		}
	}
}
