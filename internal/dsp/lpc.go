package dsp

import "github.com/attune-cx/attune/internal/dsp/lane16"

// Levinson solves for the predictor of the given order, A(z) = 1 + a1/z + ...,
// from the autocorrelation r (order+1 rows), lane by lane (Levinson 1947, Durbin
// 1960): a has order+1 rows, the first of them 1. Where there is no energy, or
// the recursion breaks down by rounding, the remaining coefficients are 0.
func Levinson(a, r []float32, order, lanes int) {
	if wide(order, lanes) && lane16.Levinson(a, r, order) {
		return
	}
	for l := range lanes {
		levinson(a[l:], r[l:], order, lanes)
	}
}

func levinson(a, r []float32, order, lanes int) {
	for i := 1; i <= order; i++ {
		a[i*lanes] = 0
	}
	a[0] = 1
	e := r[0]
	for m := 1; m <= order; m++ {
		if !(e > 1e-9*r[0]) {
			return
		}
		k := r[m*lanes]
		for i := 1; i < m; i++ {
			k += a[i*lanes] * r[(m-i)*lanes]
		}
		k = -k / e
		for i, j := 1, m-1; i <= j; i, j = i+1, j-1 {
			x, y := a[i*lanes], a[j*lanes]
			a[i*lanes] = x + k*y
			if i != j {
				a[j*lanes] = y + k*x
			}
		}
		a[m*lanes] = k
		e *= 1 - k*k
	}
}

// Roots writes the roots in the upper half plane of the polynomial
// z^n + a1 z^(n-1) + ... + an of even degree n = 2*pairs, lane by lane: re and im
// have pairs rows, in no order. All pairs move together by Aberth's method (1973),
// each seeing the others and every mirror image, for a fixed number of steps from
// fixed places. moved, also of pairs rows, is the square of the way that each went
// in its last step: a root is one when that is small. Two real roots are no pair,
// and what would have become one keeps moving.
func Roots(re, im, moved, a []float32, pairs, steps, lanes int) {
	for i := range pairs {
		s, c := upper(i, pairs)
		for l := range lanes {
			re[i*lanes+l], im[i*lanes+l] = c, s
		}
	}
	if wide(pairs*steps, lanes) && lane16.Aberth(re, im, moved, a, pairs, steps) {
		return
	}
	for range steps {
		for i := range pairs {
			for l := range lanes {
				moved[i*lanes+l] = aberth(re[l:], im[l:], a[l:], i, pairs, lanes)
			}
		}
	}
}

// upper spreads the starting places over the upper half of a circle of radius
// 0.9, not evenly, so that no two are mirror images of each other.
func upper(i, pairs int) (sin, cos float32) {
	c, s := unitCircle(4*i+3, 8*pairs+3)
	return 0.9 * s, 0.9 * c
}

// aberth moves root i of one lane by p/(p' - p sum 1/(zi - zj)) and returns the
// square of the way.
func aberth(re, im, a []float32, i, pairs, lanes int) (moved float32) {
	x, y := re[i*lanes], im[i*lanes]
	pr, pi := float32(1), float32(0)
	dr, di := float32(0), float32(0)
	for k := 1; k <= 2*pairs; k++ {
		dr, di = dr*x-di*y+pr, dr*y+di*x+pi
		pr, pi = pr*x-pi*y+a[k*lanes], pr*y+pi*x
	}
	var sr, si float32
	for j := range pairs {
		u, v, w := x-re[j*lanes], y-im[j*lanes], y+im[j*lanes]
		if j != i {
			m := 1 / (u*u + v*v + tiny)
			sr, si = sr+u*m, si-v*m
		}
		m := 1 / (u*u + w*w + tiny)
		sr, si = sr+u*m, si-w*m
	}
	qr, qi := dr-(pr*sr-pi*si), di-(pr*si+pi*sr)
	m := 1 / (qr*qr + qi*qi + tiny)
	wx, wy := (pr*qr+pi*qi)*m, (pi*qr-pr*qi)*m
	x, y = x-wx, y-wy
	if !(x*x+y*y < 4) { // thrown far away: start again nearer by
		x, y = 0.5, 0.5
	}
	re[i*lanes], im[i*lanes] = x, y
	return wx*wx + wy*wy
}

const tiny = 1e-20
