package prosody

import (
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/dsp"
)

// Spacing is the distance of the spectral rows at both rates, Hz: 256 points at
// 8 kHz, 512 at 16 kHz.
const spacing = 31.25

// hz gives the spectral row of a frequency that lies on one.
func hz(f float64) int { return int(f / spacing) }

// frame is the 20 ms analysis: Hamming window, power spectrum P = |FFT|^2 of the
// samples at full scale ±1, no pre-emphasis (eGeMAPS, Eyben et al. 2016).
type frame struct {
	lanes   int
	bins    int
	fft     *dsp.RFFT
	hamming []float32
	z       []float32 // transform's scratch
	p       []float32 // [bin][lane] power
	row     []float32 // [column][lane] what is measured

	loudness loudness
	tilt     tilt
	flux     flux
	mfcc     mfcc
	samples  samples
	bands    bands
}

func (f *frame) init(cfg Config) (err error) {
	f.lanes = cfg.Lanes
	if f.fft, err = dsp.NewRFFT(int(float64(cfg.Rate) / spacing)); err != nil {
		return err
	}
	f.bins = f.fft.Bins()
	f.hamming = dsp.Hamming(cfg.Rate / 50)
	f.z = make([]float32, f.fft.Len()*f.lanes)
	f.p = make([]float32, f.bins*f.lanes)
	f.row = make([]float32, features.NumColumns*f.lanes)
	for i := range f.row {
		f.row[i] = features.Null
	}
	f.loudness.init(f.bins, f.lanes)
	f.tilt.init(f.bins, f.lanes)
	f.flux.init(f.bins, f.lanes)
	f.mfcc.init(f.lanes)
	f.samples.init(f.lanes)
	f.bands.init(f.bins, f.lanes, f.hamming)
	return nil
}

// run measures the row whose 20 ms window the newest block completes.
func (f *frame) run(g *Group) {
	x := g.desk.x
	g.past.spread(x, frameRow, 2, frameRow)
	f.fft.Load(f.z, x, f.hamming, f.lanes)
	f.fft.Transform(f.z, f.lanes)
	f.fft.Power(f.p, f.z, f.lanes)
	f.bands.run(f.p)
	if g.cfg.Set == Full {
		f.loudness.run(f.row, f.p)
		f.mfcc.run(f.row, f.loudness.bands)
		f.tilt.run(f.row, f.p)
		f.flux.run(f.row, f.p, g.flux, g.active)
		f.samples.run(f.row, x)
	}
	for l, a := range g.active {
		if a != 0 {
			f.write(g, l)
		}
	}
	g.vad.run(g, &f.bands)
}

// write lays down the row of one lane, without what its window cannot tell:
// nothing when samples were lost, no flux when the row before was lost or lies
// beyond a gap.
func (f *frame) write(g *Group, l int) {
	r := g.past.row(l, frameRow)
	*r = row{v: nulls}
	if g.cfg.Set != Full {
		return
	}
	r.level = f.samples.square[l]
	r.v[features.Clipped] = f.row[int(features.Clipped)*f.lanes+l]
	if g.past.lost(l, frameRow) > 0 {
		return
	}
	r.v[features.Teager] = f.row[int(features.Teager)*f.lanes+l]
	for c := features.Loudness; c <= features.MFCC4; c++ {
		r.v[c] = f.row[int(c)*f.lanes+l]
	}
	if before := g.past.block(l, frameRow-1); before.segment != g.past.block(l, frameRow).segment || before.lost > 0 {
		r.v[features.SpectralFlux] = features.Null
	}
}

// column returns one column of a row, [lane].
func column(row []float32, c features.Column, lanes int) []float32 {
	return row[int(c)*lanes:][:lanes]
}
