package dsp

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"
)

// random fills n rows of lanes with white noise of peak 1.
func random(n, lanes int, seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 2))
	x := make([]float32, n*lanes)
	for i := range x {
		x[i] = float32(2*r.Float64() - 1)
	}
	return x
}

// lane64 is one lane of a slab in float64.
func lane64(x []float32, lane, lanes int) []float64 {
	out := make([]float64, len(x)/lanes)
	for i := range out {
		out[i] = float64(x[i*lanes+lane])
	}
	return out
}

// TestPower holds the power spectrum against gonum's float64 transform.
func TestPower(t *testing.T) {
	for _, n := range []int{8, 16, 32, 64, 256, 512, 1024} {
		for _, lanes := range []int{1, 3, 16} {
			f, err := NewRFFT(n)
			if err != nil {
				t.Fatal(err)
			}
			w := Hamming(n*5/8 + 1)
			x := random(len(w), lanes, uint64(n))
			z, p := make([]float32, n*lanes), make([]float32, f.Bins()*lanes)
			f.Load(z, x, w, lanes)
			f.Transform(z, lanes)
			f.Power(p, z, lanes)
			oracle := fourier.NewFFT(n)
			for l := range lanes {
				seq := make([]float64, n)
				for i, v := range lane64(x, l, lanes) {
					seq[i] = v * float64(w[i])
				}
				for k, c := range oracle.Coefficients(nil, seq) {
					want := real(c)*real(c) + imag(c)*imag(c)
					if got := float64(p[k*lanes+l]); math.Abs(got-want) > 1e-5*float64(n) {
						t.Fatalf("%d points, lane %d of %d, row %d: %g, want %g", n, l, lanes, k, got, want)
					}
				}
			}
		}
	}
}

func TestNewRFFTRefuses(t *testing.T) {
	for _, n := range []int{-8, 0, 1, 4, 100} {
		if _, err := NewRFFT(n); err == nil {
			t.Errorf("%d points were accepted", n)
		}
	}
}
