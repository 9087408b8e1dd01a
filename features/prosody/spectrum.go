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

	loudness loudness
	tilt     tilt
	flux     flux
	mfcc     mfcc
	samples  samples
	vad      vad
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
	f.loudness.init(f.bins, f.lanes)
	f.tilt.init(f.bins, f.lanes)
	f.flux.init(f.bins, f.lanes)
	f.mfcc.init(f.lanes)
	f.samples.init(f.lanes)
	f.vad.init(cfg, f.bins, f.hamming)
	return nil
}

func (f *frame) clear(lane int) {
	f.flux.clear(lane)
	f.vad.clear(lane)
}

// run measures the row whose 20 ms window the newest block completes.
func (f *frame) run(g *Group) {
	x := g.window(frameRow, 2, frameRow)
	f.fft.Load(f.z, x, f.hamming, f.lanes)
	f.fft.Transform(f.z, f.lanes)
	f.fft.Power(f.p, f.z, f.lanes)
	if g.cfg.Set == Full {
		row := g.fresh
		f.loudness.run(row, f.p)
		f.mfcc.run(row, f.loudness.bands)
		f.tilt.run(row, f.p)
		f.flux.run(row, f.p, g.active)
		f.samples.run(row, x, g.active)
		f.mask(g)
	}
	f.vad.run(g, f.p)
}

// mask nulls what the 20 ms window cannot tell: everything when samples were
// lost, the flux when the frame before was lost or lies beyond a gap.
func (f *frame) mask(g *Group) {
	row := g.fresh
	for l := range f.lanes {
		if g.active[l] == 0 {
			continue
		}
		b := g.blocks[l*depth:][:depth]
		lost := g.lost(l, frameRow) > 0
		if lost {
			for c := features.Loudness; c <= features.MFCC4; c++ {
				row[int(c)*f.lanes+l] = features.Null
			}
			row[int(features.Teager)*f.lanes+l] = features.Null
		}
		if b[frameRow-1].segment != b[frameRow].segment || b[frameRow-1].lost > 0 {
			row[int(features.SpectralFlux)*f.lanes+l] = features.Null
		}
	}
}

// column returns one column of a row, [lane].
func column(row []float32, c features.Column, lanes int) []float32 {
	return row[int(c)*lanes:][:lanes]
}
