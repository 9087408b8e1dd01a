package prosody

import (
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/dsp"
)

// harmonics is the 60 ms analysis of the row whose pitch was decided: Gaussian
// window of sigma 0.4 half widths, power spectrum, from which come
//
//	logRelF0-H1-H2        level of the first harmonic minus the second, dB
//	logRelF0-H1-A3        first harmonic minus the strongest near F3, dB
//	FnamplitudeLogRelF0   strongest harmonic near Fn minus the first harmonic, dB
//
// and the formants. The strongest harmonic near a formant is the greatest power
// within a tenth of its frequency, or half the pitch where that is more.
type harmonics struct {
	lanes      int
	resolution float32 // Hz between rows
	fft        *dsp.RFFT
	gauss      []float32
	z, p       []float32
	formants   formants
}

func (h *harmonics) init(cfg Config) (err error) {
	h.lanes = cfg.Lanes
	n := 512
	if cfg.Rate == 16000 {
		n = 1024
	}
	if h.fft, err = dsp.NewRFFT(n); err != nil {
		return err
	}
	h.resolution = float32(cfg.Rate) / float32(n)
	h.gauss = dsp.Gaussian(cfg.Rate*6/100, 0.4)
	h.z, h.p = make([]float32, n*h.lanes), make([]float32, h.fft.Bins()*h.lanes)
	h.formants.init(cfg, float64(h.resolution))
	return nil
}

// run analyses the window of every lane.
func (h *harmonics) run(g *Group) {
	x := g.window(0, 6, voiceRow)
	h.fft.Load(h.z, x, h.gauss, h.lanes)
	h.fft.Transform(h.z, h.lanes)
	h.fft.Power(h.p, h.z, h.lanes)
	h.formants.run(h.p)
}

// peak returns the greatest level between two frequencies in one lane, in dB,
// interpolated: the logarithm of a Gaussian's spectrum is a parabola.
func (h *harmonics) peak(l int, from, to float32) float32 {
	k := max(int(from/h.resolution+0.5), 1)
	end := min(int(to/h.resolution+0.5), h.fft.Bins()-2)
	best, at := float32(0), k
	for ; k <= end; k++ {
		if v := h.p[k*h.lanes+l]; v > best {
			best, at = v, k
		}
	}
	level := h.level(l, at)
	if before, after := h.level(l, at-1), h.level(l, at+1); before < level && after < level {
		_, level = vertex(before, level, after)
	}
	return level
}

func (h *harmonics) level(l, k int) float32 {
	return decibels(h.p[k*h.lanes+l] + 1e-20)
}

// Least a first harmonic must stand over the valleys beside it to be one, dB.
const harmonicDB = 3

// first returns the level of the first harmonic; ok is false where there is no
// peak at the pitch, as on a telephone line that begins at 300 Hz.
func (h *harmonics) first(l int, f0 float32) (db float32, ok bool) {
	db = h.peak(l, 0.85*f0, 1.15*f0)
	side := max(h.trough(l, 0.5*f0), h.trough(l, 1.5*f0))
	return db, db > side+harmonicDB
}

func (h *harmonics) trough(l int, hz float32) float32 { return h.level(l, int(hz/h.resolution+0.5)) }

// near returns the level of the strongest harmonic near a formant.
func (h *harmonics) near(l int, f0, hz float32) float32 {
	reach := max(f0/2, hz/10)
	return h.peak(l, hz-reach, hz+reach)
}

// write fills the columns of one voiced lane.
func (h *harmonics) write(row []float32, l int, f0 float32) {
	set := func(c features.Column, v float32) { row[int(c)*h.lanes+l] = v }
	h1, heard := h.first(l, f0)
	if heard {
		set(features.H1H2, h1-h.peak(l, 1.85*f0, 2.15*f0))
	}
	found, n := h.formants.lowest(l)
	for i, r := range found[:n] {
		c := features.F1Frequency + features.Column(3*i)
		set(c, r.hz)
		set(c+1, r.bandwidth)
		if heard {
			set(c+2, h.near(l, f0, r.hz)-h1)
		}
	}
	if n == 3 && heard {
		set(features.H1A3, h1-h.near(l, f0, found[2].hz))
	}
}
