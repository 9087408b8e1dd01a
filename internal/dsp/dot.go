package dsp

import "github.com/attune-cx/attune/internal/dsp/lane16"

// Dot returns the sum of x[i] y[i] over the samples of x, one leg's samples in a
// row; y is at least as long. It adds in four strands, so that the order of the
// additions is that of a vector register.
func Dot(x, y []float32) float32 {
	y = y[:len(x)]
	var a, b, c, d float32
	for len(x) >= 4 {
		a += x[0] * y[0]
		b += x[1] * y[1]
		c += x[2] * y[2]
		d += x[3] * y[3]
		x, y = x[4:], y[4:]
	}
	for i := range x {
		a += x[i] * y[i]
	}
	return (a + b) + (c + d)
}

// Unbend writes dst[i] = x[i] - (from + i step), one leg's samples without a line
// under them.
func Unbend(dst, x []float32, from, step float32) {
	x = x[:len(dst)]
	if len(dst)%lane16.Width == 0 && len(dst) > 0 && lane16.Unbend(dst, x, from, step) {
		return
	}
	for i, v := range x {
		rise := float32(i) * step
		line := from + rise
		dst[i] = v - line
	}
}
