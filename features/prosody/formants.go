package prosody

import (
	"math"

	"github.com/attune-cx/attune/internal/dsp"
)

// formants are the resonances of a linear predictor (autocorrelation method) of
// the band up to 5.5 kHz, 5 of them, or 4 up to 4 kHz at 8 kHz. The
// autocorrelation is the cosine transform of that part of the power spectrum of
// the 60 ms window (selective linear prediction, Makhoul 1975), which spares the
// resampling; pre-emphasis from 50 Hz on is a weight in it. Roots z give
// frequency arg z fs/2pi and bandwidth -ln|z| fs/pi.
type formants struct {
	lanes  int // of the running analysis
	order  int
	rows   int
	fs     float64   // twice the band, Hz
	cosine []float32 // [lag][row]
	r, a   []float32 // [lag][lane]
	re, im []float32 // [pair][lane]
	moved  []float32

	perOctave float32 // Hz of bandwidth that a halving of |z|^2 adds, negative
}

const (
	rootSteps = 14
	rootMoved = 1e-4 // square of the last step of a root that was found
	widest    = 1600 // Hz; a wider pole shapes the tilt and is no resonance
)

func (f *formants) init(cfg Config, resolution float64) {
	f.order, f.fs = 10, 11000
	if cfg.Rate == 8000 {
		f.order, f.fs = 8, 8000
	}
	f.perOctave = float32(-math.Ln2 / 2 * f.fs / math.Pi)
	f.rows = int(f.fs/2/resolution) + 1
	f.cosine = make([]float32, (f.order+1)*f.rows)
	emphasis := math.Exp(-2 * math.Pi * 50 / float64(cfg.Rate))
	for m := range f.order + 1 {
		for k := range f.rows {
			hz := float64(k) * resolution
			w := 1 + emphasis*emphasis - 2*emphasis*math.Cos(2*math.Pi*hz/float64(cfg.Rate))
			if k == 0 || k == f.rows-1 {
				w /= 2
			}
			f.cosine[m*f.rows+k] = float32(w * math.Cos(2*math.Pi*hz/f.fs*float64(m)))
		}
	}
	f.r, f.a = make([]float32, (f.order+1)*Lanes), make([]float32, (f.order+1)*Lanes)
	f.moved = make([]float32, f.order/2*Lanes)
	f.re, f.im = make([]float32, f.order/2*Lanes), make([]float32, f.order/2*Lanes)
}

// run finds the roots of every lane from the power spectrum.
func (f *formants) run(p []float32, lanes int) {
	f.lanes = lanes
	dsp.Matrix(f.r, p, f.cosine, f.rows, f.lanes)
	dsp.Levinson(f.a, f.r, f.order, f.lanes)
	dsp.Roots(f.re, f.im, f.moved, f.a, f.order/2, rootSteps, f.lanes)
}

// resonance is one formant.
type resonance struct{ hz, bandwidth float32 }

// lowest returns the first formants of a lane in order of frequency, at most 3:
// resonances at least 50 Hz from either end of the band and not wider than 1.6 kHz.
func (f *formants) lowest(l int) (out [3]resonance, n int) {
	limit := float32(f.fs/2) - 50
	for i := range f.order / 2 {
		if f.moved[i*f.lanes+l] > rootMoved {
			continue
		}
		x, y := f.re[i*f.lanes+l], f.im[i*f.lanes+l]
		r := resonance{bandwidth: f.perOctave * dsp.Log2Of(x*x+y*y)}
		if r.bandwidth < 0 || r.bandwidth > widest {
			continue
		}
		r.hz = float32(math.Abs(math.Atan2(float64(y), float64(x))) * f.fs / (2 * math.Pi))
		if r.hz < 50 || r.hz > limit {
			continue
		}
		at := n
		for at > 0 && out[at-1].hz > r.hz {
			if at < len(out) {
				out[at] = out[at-1]
			}
			at--
		}
		if at < len(out) {
			out[at] = r
		}
		n = min(n+1, len(out))
	}
	return out, n
}
