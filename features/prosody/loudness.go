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
	bank  *dsp.MelBank // from 62.5 Hz on, as the MFCC see it
	low   *dsp.MelBank // the row at 31.25 Hz, which loudness counts too
	equal []float32    // log2 of the equal-loudness weight of each band
	bands []float32    // [band][lane] power from 62.5 Hz on
	aud   []float32    // [band][lane] auditory spectrum
	mean  []float32
}

func (l *loudness) init(bins, lanes int) {
	l.lanes = lanes
	l.bank = dsp.NewMelBank(melBands, 2, bins, spacing, 20, float64(bins-1)*spacing)
	l.low = dsp.NewMelBank(melBands, 0, 2, spacing, 20, float64(bins-1)*spacing)
	l.equal = make([]float32, melBands)
	l.mean = make([]float32, melBands)
	for i := range l.equal {
		l.equal[i] = float32(math.Log2(equalLoudness(l.bank.Centre(i))))
		l.mean[i] = 1. / melBands
	}
	l.bands = make([]float32, melBands*lanes)
	l.aud = make([]float32, melBands*lanes)
}

// equalLoudness is the 40 phon curve of Hermansky 1990, equation 7, with a
// 7th-order fall from 4.55 kHz on where the paper has one of 6th order from 5 kHz,
// and 1/0.17 for a scale: with both, the column has the numbers that the field is
// used to (r = 1.000, ratio 1.000 with openSMILE's).
func equalLoudness(f float64) float64 {
	w := 2 * math.Pi * f
	w2 := w * w
	e := (w2 + 56.8e6) * w2 * w2 / ((w2 + 6.3e6) * (w2 + 6.3e6) * (w2 + 0.38e9))
	return e / 0.17 / (1 + math.Pow(w, 7)/1.7e31)
}

func (l *loudness) run(row, p []float32) {
	l.bank.Apply(l.bands, p, l.lanes)
	copy(l.aud, l.bands)
	l.low.Add(l.aud, p, l.lanes)
	dsp.Log2(l.aud, l.aud)
	for i, e := range l.equal {
		a := l.aud[i*l.lanes:][:l.lanes]
		for j := range a {
			a[j] = 0.33 * (a[j] + e)
		}
	}
	dsp.Exp2(l.aud, l.aud)
	dsp.WeightedSum(column(row, features.Loudness, l.lanes), l.aud, l.mean, l.lanes)
}
