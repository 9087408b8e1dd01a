package dsp

import (
	"math"

	"github.com/attune-cx/attune/internal/dsp/lane16"
)

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

// Lower writes dst[i] = x[i] - by, of one leg's samples.
func Lower(dst, x []float32, by float32) {
	x = x[:len(dst)]
	if n := whole(dst); n > 0 && lane16.Lower(dst[:n], x, by) {
		dst, x = dst[n:], x[n:]
	}
	for i, v := range x {
		dst[i] = v - by
	}
}

// Energy returns the sum of squares of one leg's samples. It adds in 16 strands,
// sample i in strand i mod 16, and then these in pairs half their number apart.
func Energy(x []float32) float32 {
	var s [lane16.Width]float32
	n := whole(x)
	if n == 0 || !lane16.SumSquare(s[:], x[:n]) {
		n = 0
	}
	for i, v := range x[n:] {
		s[i%lane16.Width] += v * v
	}
	for half := lane16.Width / 2; half > 0; half /= 2 {
		for i := range s[:half] {
			s[i] += s[i+half]
		}
	}
	return s[0]
}

// Likeness divides the correlations r of one leg's samples at neighbouring lags by
// the geometric mean of the energies, still and that of each lag: r[i] /
// sqrt(still moving[i]), 0 where that product is not above least.
func Likeness(r, moving []float32, still, least float32) {
	moving = moving[:len(r)]
	if n := whole(r); n > 0 && lane16.Likeness(r[:n], moving, still, least) {
		r, moving = r[n:], moving[n:]
	}
	for i, v := range r {
		r[i] = 0
		if e := still * moving[i]; e > least {
			r[i] = v / float32(math.Sqrt(float64(e)))
		}
	}
}

// Smooth writes dst[i] = the mean of now[i], before[i] and after[i], one leg's
// columns in three rows, without those that are NaN or not[i]; where now is one of
// these, it stays. dst may be now.
func Smooth(dst, before, now, after, not []float32) {
	if n := whole(dst); n > 0 && lane16.Smooth(dst[:n], before, now, after, not) {
		dst, before, now, after, not = dst[n:], before[n:], now[n:], after[n:], not[n:]
	}
	for i := range dst {
		dst[i] = mean3(before[i], now[i], after[i], not[i])
	}
}

func mean3(before, now, after, not float32) float32 {
	if now != now || now == not {
		return now
	}
	sum, n := now, float32(1)
	if before == before && before != not {
		sum, n = sum+before, n+1
	}
	if after == after && after != not {
		sum, n = sum+after, n+1
	}
	return sum / n
}
