package dsp

import "math"

// Hamming returns the symmetric Hamming window of n points,
// w[i] = 0.54 - 0.46 cos(2 pi i/(n-1)). One point is 1.
func Hamming(n int) []float32 {
	return raisedCosine(n, 0.54)
}

// Hann returns the symmetric Hann window of n points,
// w[i] = 0.5 - 0.5 cos(2 pi i/(n-1)). One point is 1.
func Hann(n int) []float32 {
	return raisedCosine(n, 0.5)
}

func raisedCosine(n int, a float64) []float32 {
	w := make([]float32, n)
	for i := range w {
		w[i] = 1
		if n > 1 {
			w[i] = float32(a - (1-a)*math.Cos(2*math.Pi*float64(i)/float64(n-1)))
		}
	}
	return w
}

// Gaussian returns the Gaussian window of n points,
// w[i] = exp(-((i-m)/(sigma m))^2/2) with m = (n-1)/2; sigma is in half widths.
func Gaussian(n int, sigma float64) []float32 {
	w := make([]float32, n)
	m := float64(n-1) / 2
	for i := range w {
		w[i] = 1
		if n > 1 {
			d := (float64(i) - m) / (sigma * m)
			w[i] = float32(math.Exp(-d * d / 2))
		}
	}
	return w
}
