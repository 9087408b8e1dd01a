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

// sincReach is how many lags on either side the correlation is interpolated from.
const sincReach = 6

// summit returns the greatest value of r between its samples, within one of the
// middle: r, which is limited in band, is interpolated by a sinc under a Hann
// window in steps of an eighth, the best of which are joined by a parabola.
func summit(r *[2*sincReach + 1]float32) float32 {
	const steps = 8
	var at [2*steps + 1]float32
	best := steps
	for i := range at {
		at[i] = between(r, float64(i-steps)/steps)
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

// between interpolates r at a place relative to its middle.
func between(r *[2*sincReach + 1]float32, place float64) float32 {
	sum := 0.
	sine := math.Sin(math.Pi * place)
	for i, v := range r {
		d := place - float64(i-sincReach)
		if math.Abs(d) < 1e-9 {
			return v
		}
		w := 0.5 + 0.5*math.Cos(math.Pi*d/(sincReach+1))
		if i%2 != sincReach%2 {
			w = -w
		}
		sum += float64(v) * w * sine / (math.Pi * d)
	}
	return float32(sum)
}

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
	if where <= sincReach || at+n+where+sincReach > hi {
		return 0, false
	}
	var r [2*sincReach + 1]float32
	for i := range r {
		r[i] = similarity(x, at, where-sincReach+i, n)
	}
	best = summit(&r)
	best = min(max(best, 1e-3), 1-1e-6)
	return float32(min(max(10*math.Log10(float64(best/(1-best))), leastHNR), mostHNR)), true
}
