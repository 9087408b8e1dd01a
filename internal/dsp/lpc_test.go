package dsp

import (
	"math"
	"math/cmplx"
	"sort"
	"testing"

	"pgregory.net/rapid"
)

// polynomial multiplies (z-p)(z-conj p) of the poles out, from z^n down.
func polynomial(poles []complex128) []float64 {
	a := []float64{1}
	for _, p := range poles {
		b := make([]float64, len(a)+2)
		for i, v := range a {
			b[i] += v
			b[i+1] -= 2 * real(p) * v
			b[i+2] += real(p*cmplx.Conj(p)) * v
		}
		a = b
	}
	return a
}

// autocorrelation of the all-pole filter's impulse response.
func autocorrelation(a []float64, lags int) []float64 {
	h := make([]float64, 4000)
	for n := range h {
		if n == 0 {
			h[n] = 1
		}
		for k := 1; k < len(a) && k <= n; k++ {
			h[n] -= a[k] * h[n-k]
		}
	}
	r := make([]float64, lags+1)
	for m := range r {
		for n := m; n < len(h); n++ {
			r[m] += h[n] * h[n-m]
		}
	}
	return r
}

// Known resonances come back through Levinson and Roots, in every lane.
func TestResonancesComeBack(t *testing.T) {
	const lanes, pairs = 3, 5
	rapid.Check(t, func(t *rapid.T) {
		r := make([]float32, (2*pairs+1)*lanes)
		var want [lanes][]float64
		for l := range lanes {
			var poles []complex128
			for i := range pairs {
				angle := (float64(i) + rapid.Float64Range(0.25, 0.75).Draw(t, "angle")) * math.Pi / pairs
				poles = append(poles, cmplx.Rect(rapid.Float64Range(0.85, 0.98).Draw(t, "radius"), angle))
				want[l] = append(want[l], angle)
			}
			for m, v := range autocorrelation(polynomial(poles), 2*pairs) {
				r[m*lanes+l] = float32(v)
			}
		}
		a := make([]float32, (2*pairs+1)*lanes)
		re, im := make([]float32, pairs*lanes), make([]float32, pairs*lanes)
		moved := make([]float32, pairs*lanes)
		Levinson(a, r, 2*pairs, lanes)
		Roots(re, im, moved, a, pairs, 20, lanes)
		for l := range lanes {
			var got []float64
			for i := range pairs {
				if moved[i*lanes+l] > 1e-4 {
					t.Fatalf("lane %d: root %d still moves by %g", l, i, moved[i*lanes+l])
				}
				got = append(got, math.Abs(math.Atan2(float64(im[i*lanes+l]), float64(re[i*lanes+l]))))
			}
			sort.Float64s(got)
			for i := range got {
				if math.Abs(got[i]-want[l][i]) > 0.02 {
					t.Fatalf("lane %d: angles %v, want %v", l, got, want[l])
				}
			}
		}
	})
}

// Energy-free, constant and random input give finite numbers.
func TestPredictorIsFinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SliceOfN(rapid.Float32Range(-1, 1), 11, 11).Draw(t, "r")
		if rapid.Bool().Draw(t, "silent") {
			clear(r)
		}
		a := make([]float32, 11)
		re, im, moved := make([]float32, 5), make([]float32, 5), make([]float32, 5)
		Levinson(a, r, 10, 1)
		Roots(re, im, moved, a, 5, 12, 1)
		for _, v := range append(append(a, re...), im...) {
			if v != v || math.IsInf(float64(v), 0) {
				t.Fatalf("a %v, roots %v %v", a, re, im)
			}
		}
	})
}

func TestDot(t *testing.T) {
	for n := range 40 {
		x, y := random(n, 1, 1), random(n+3, 1, 2)
		want := 0.
		for i := range x {
			want += float64(x[i]) * float64(y[i])
		}
		if got := float64(Dot(x, y)); math.Abs(got-want) > 1e-5 {
			t.Errorf("%d samples: %v, want %v", n, got, want)
		}
	}
}

// Where two roots are real the other pairs are found, and what is no pair moves on.
func TestRealRootsAreNoPair(t *testing.T) {
	want := cmplx.Rect(0.95, 1)
	a := polynomial([]complex128{want})
	for _, real := range []float64{0.5, -0.75} {
		b := make([]float64, len(a)+1)
		for i, v := range a {
			b[i] += v
			b[i+1] -= real * v
		}
		a = b
	}
	c := make([]float32, len(a))
	for i, v := range a {
		c[i] = float32(v)
	}
	re, im, moved := make([]float32, 2), make([]float32, 2), make([]float32, 2)
	Roots(re, im, moved, c, 2, 20, 1)
	found := 0
	for i := range re {
		z := complex(float64(re[i]), math.Abs(float64(im[i])))
		if moved[i] < 1e-4 {
			if found++; cmplx.Abs(z-want) > 1e-3 {
				t.Errorf("root %v, want %v", z, want)
			}
		}
	}
	if found != 1 {
		t.Errorf("%d pairs came to rest, want 1", found)
	}
}
