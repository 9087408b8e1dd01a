package prosody

import (
	"math"

	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/dsp"
)

const melBands = 26

// loudness is the auditory loudness of GeMAPS, after the perceptual spectrum of
// Hermansky 1990: band power of 26 mel filters from 20 Hz to min(8000, rate/2),
// times the equal-loudness curve, to the power 0.33, mean over the bands.
type loudness struct {
	lanes int
	bank  *dsp.MelBank
	equal []float32 // log2 of the equal-loudness weight of each band
	bands []float32 // [band][lane] power
	aud   []float32 // [band][lane] auditory spectrum
	mean  []float32
}

func (l *loudness) init(bins, lanes int) {
	l.lanes = lanes
	l.bank = dsp.NewMelBank(melBands, bins, spacing, 20, float64(bins-1)*spacing)
	l.equal = make([]float32, melBands)
	l.mean = make([]float32, melBands)
	for i := range l.equal {
		l.equal[i] = float32(math.Log2(equalLoudness(l.bank.Centre(i))))
		l.mean[i] = 1. / melBands
	}
	l.bands = make([]float32, melBands*lanes)
	l.aud = make([]float32, melBands*lanes)
}

// equalLoudness is the 40 phon curve of Hermansky 1990, equation 7, with its
// 6th-order term for frequencies above 5 kHz.
func equalLoudness(f float64) float64 {
	w2 := math.Pow(2*math.Pi*f, 2)
	e := (w2 + 56.8e6) * w2 * w2 / ((w2 + 6.3e6) * (w2 + 6.3e6) * (w2 + 0.38e9))
	return e * 9.58e26 / (w2*w2*w2 + 9.58e26)
}

func (l *loudness) run(row, p []float32) {
	l.bank.Apply(l.bands, p, l.lanes)
	dsp.Log2(l.aud, l.bands)
	for i, e := range l.equal {
		a := l.aud[i*l.lanes:][:l.lanes]
		for j := range a {
			a[j] = 0.33 * (a[j] + e)
		}
	}
	dsp.Exp2(l.aud, l.aud)
	dsp.WeightedSum(column(row, features.Loudness, l.lanes), l.aud, l.mean, l.lanes)
}
