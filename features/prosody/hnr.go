package prosody

import (
	"math"

	"github.com/attune-cx/attune/internal/dsp"
)

// similarity returns the normalised cross-correlation of x[at:at+n] with
// x[at+lag:at+lag+n], -1..1; 0 where either is silent.
func similarity(x []float32, at, lag, n int) float32 {
	a, b := x[at:at+n], x[at+lag:at+lag+n]
	energy := float64(dsp.Dot(a, a)) * float64(dsp.Dot(b, b))
	if energy < 1e-20 {
		return 0
	}
	return float32(float64(dsp.Dot(a, b)) / math.Sqrt(energy))
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

// harmonicity is the harmonics-to-noise ratio 10 log10 (r/(1-r)) with r the
// normalised cross-correlation at the period, its greatest value within 6 % of
// the decided pitch (Boersma 1993, with the windows of Praat's cross-correlation:
// 1/75 s, here laid around the row's centre). ok is false where fewer samples are
// whole.
func harmonicity(x []float32, rate int, f0 float32, centre, lo, hi int) (db float32, ok bool) {
	period := float32(rate) / f0
	n := rate / 75
	reach := int(0.06*period) + 2
	at := centre - (n+int(period))/2
	first := int(period+0.5) - reach
	if at < lo || at+n+first+2*reach > hi || first < 2 {
		return 0, false
	}
	best, where := float32(-1), 0
	for lag := first; lag <= first+2*reach; lag++ {
		if r := similarity(x, at, lag, n); r > best {
			best, where = r, lag
		}
	}
	if where > first && where < first+2*reach {
		_, best = vertex(similarity(x, at, where-1, n), best, similarity(x, at, where+1, n))
	}
	best = min(max(best, 1e-3), 1-1e-6)
	return float32(min(max(10*math.Log10(float64(best/(1-best))), leastHNR), mostHNR)), true
}
