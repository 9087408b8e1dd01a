package prosody

import (
	"math"
	"slices"

	"github.com/attune-cx/attune/internal/dsp"
)

// sweep writes to r how alike x[from:from+n] is to the same stretch moved by
// first, first+1, ... samples, forward for way = 1 and backward for way = -1: the
// normalised cross-correlation, -1..1, 0 where either is silent.
func sweep(r, x []float32, from, n, first, way int) {
	still := x[from : from+n]
	energy := float64(dsp.Dot(still, still))
	at := from + way*first
	moving := float64(dsp.Dot(x[at:at+n], x[at:at+n]))
	if way > 0 {
		dsp.Slide(r, still, x[at:])
	} else {
		dsp.Slide(r, still, x[at-len(r)+1:])
		slices.Reverse(r)
	}
	enters, leaves := at+n, at // what a step brings in and leaves behind
	if way < 0 {
		enters, leaves = at-1, at+n-1
	}
	for i, v := range r {
		r[i] = 0
		if e := energy * moving; e > 1e-20 {
			r[i] = float32(float64(v) / math.Sqrt(e))
		}
		if i < len(r)-1 {
			in, out := float64(x[enters]), float64(x[leaves])
			if moving += in*in - out*out; moving < 0 {
				moving = 0
			}
			enters, leaves = enters+way, leaves+way
		}
	}
}

// greatest returns the place of the greatest value.
func greatest(r []float32) int {
	best := 0
	for i, v := range r {
		if v > r[best] {
			best = i
		}
	}
	return best
}

// vertex returns the place, relative to the middle one, and the height of the
// parabola through three equally spaced values whose middle is the greatest.
func vertex(a, b, c float32) (at, height float32) {
	curve := a - 2*b + c
	if curve >= 0 {
		return 0, b
	}
	at = (a - c) / (2 * curve)
	return at, b - (a-c)*at/4
}

// Range of HNR that is told, dB.
const (
	leastHNR = -20
	mostHNR  = 50
)

// sincReach is how many lags on either side the correlation is interpolated from.
const sincReach = 6

// summit returns the greatest value of r between its samples, within one of the
// middle: r, which is limited in band, is interpolated by a sinc under a Hann
// window in steps of an eighth, the best of which are joined by a parabola.
func summit(r *[2*sincReach + 1]float32) float32 {
	var at [2*sincSteps + 1]float32
	best := sincSteps
	for i := range at {
		at[i] = between(r, &sinc[i])
		if at[i] > at[best] {
			best = i
		}
	}
	if best == 0 || best == len(at)-1 {
		return at[best]
	}
	_, height := vertex(at[best-1], at[best], at[best+1])
	return height
}

// sincSteps is how many places lie between two lags.
const sincSteps = 8

// sinc holds the interpolator's weights at each place.
var sinc = sincTable()

func sincTable() (table [2*sincSteps + 1][2*sincReach + 1]float32) {
	for i := range table {
		place := float64(i-sincSteps) / sincSteps
		for k := range table[i] {
			d := place - float64(k-sincReach)
			w := 1.
			if d != 0 {
				w = math.Sin(math.Pi*d) / (math.Pi * d)
			}
			if whole := math.Round(d); d == whole && d != 0 {
				w = 0
			}
			table[i][k] = float32(w * (0.5 + 0.5*math.Cos(math.Pi*d/(sincReach+1))))
		}
	}
	return table
}

// between interpolates r with the weights of a place.
func between(r, weights *[2*sincReach + 1]float32) float32 {
	var a, b float32
	for i := 0; i < 2*sincReach; i += 2 {
		a += r[i] * weights[i]
		b += r[i+1] * weights[i+1]
	}
	return a + b + r[2*sincReach]*weights[2*sincReach]
}

// harmonicity is the harmonics-to-noise ratio 10 log10 (r/(1-r)) with r the
// normalised cross-correlation at the period, its greatest value within 6 % of
// the decided pitch (Boersma 1993, with the windows of Praat's cross-correlation:
// 1/75 s, here laid around the row's centre). ok is false where fewer samples are
// whole. r is scratch.
func harmonicity(r, x []float32, rate int, f0 float32, centre, lo, hi int) (db float32, ok bool) {
	period := float32(rate) / f0
	n := rate / 75
	reach := int(0.06*period) + 2
	at := centre - (n+int(period))/2
	first := int(period+0.5) - reach - sincReach
	r = r[:2*(reach+sincReach)+1]
	if at < lo || at+n+first+len(r) > hi || first < 1 {
		return 0, false
	}
	sweep(r, x, at, n, first, 1)
	best := sincReach + greatest(r[sincReach:len(r)-sincReach])
	alike := summit((*[2*sincReach + 1]float32)(r[best-sincReach:]))
	alike = min(max(alike, 1e-3), 1-1e-6)
	return float32(min(max(10*math.Log10(float64(alike/(1-alike))), leastHNR), mostHNR)), true
}
