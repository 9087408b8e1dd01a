package prosody

import (
	"math"
	"slices"

	"github.com/attune-cx/attune/internal/dsp"
)

// sweep is scratch for the correlations of one voice with itself.
type sweep struct{ r, energy []float32 }

func newSweep(most int) sweep { return sweep{make([]float32, most), make([]float32, most)} }

// silent is the product of energies from which on down sound counts as silence.
const silent = 1e-20

// lags returns how alike x[from:from+n] is to the same stretch moved by first,
// first+1, ..., last samples, forward for way = 1 and backward for way = -1: the
// normalised cross-correlation, -1..1, 0 where either is silent.
func (s *sweep) lags(x []float32, from, n, first, last, way int) []float32 {
	r, energy := s.r[:last-first+1], s.energy[:last-first+1]
	at := from + first
	if way < 0 {
		at = from - last
	}
	still, moving := x[from:][:n], x[at:][:n+len(r)-1]
	dsp.Slide(r, still, moving)
	sum := float64(dsp.Energy(moving[:n]))
	energy[0] = float32(sum)
	for i, leaves := range moving[:len(r)-1] {
		enters := moving[i+n]
		sum += float64(enters)*float64(enters) - float64(leaves)*float64(leaves)
		energy[i+1] = float32(sum)
	}
	dsp.Likeness(r, energy, dsp.Energy(still), silent)
	if way < 0 {
		slices.Reverse(r)
	}
	return r
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
// whole.
func (s *sweep) harmonicity(x []float32, rate int, f0 float32, centre, lo, hi int) (db float32, ok bool) {
	period := float32(rate) / f0
	n := rate / 75
	reach := int(0.06*period) + 2
	at := centre - (n+int(period))/2
	first := int(period+0.5) - reach - sincReach
	last := first + 2*(reach+sincReach)
	if at < lo || at+n+last+1 > hi || first < 1 {
		return 0, false
	}
	r := s.lags(x, at, n, first, last, 1)
	best := sincReach + greatest(r[sincReach:len(r)-sincReach])
	alike := summit((*[2*sincReach + 1]float32)(r[best-sincReach:]))
	alike = min(max(alike, 1e-3), 1-1e-6)
	return float32(min(max(10*math.Log10(float64(alike/(1-alike))), leastHNR), mostHNR)), true
}
