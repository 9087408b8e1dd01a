package pitch

import (
	"github.com/attune-cx/attune/internal/dsp"
	"github.com/attune-cx/attune/internal/dsp/pitchkernel"
)

const (
	// coarseRate is the rate of the signal that is correlated, in Hz: the band
	// below 1.2 kHz holds the strong harmonics of every voice, on the telephone
	// too, and at a quarter of the cost.
	coarseRate = 4000
	coarseHop  = coarseRate / 100

	lookAhead   = 2 // hops of signal after a row's centre
	historyHops = 2 * lookAhead
)

// frontEnd brings pcm to coarseRate, without the hum below the voice, and keeps
// the hops before the newest.
type frontEnd struct {
	rate, lanes int

	wide, narrow []float32 // the ends of the half-band inputs at 16 and 8 kHz, [HalfBandRows][lanes]

	hum, shape, band                pitchkernel.Coefficients
	humState, shapeState, bandState []float32 // [2][lanes]

	past   []float32 // ring of pastHops hops, [coarseHop][lanes] each
	oldest int       // in past
}

const pastHops = historyHops - 1

func newFrontEnd(rate, lanes int) frontEnd {
	f := frontEnd{
		rate: rate, lanes: lanes,
		narrow: make([]float32, pitchkernel.HalfBandRows*lanes),
		hum:    pitchkernel.HighPass(coarseRate, 60),
		shape:  pitchkernel.LowPass(coarseRate, 1200),
		band:   pitchkernel.HighPass(coarseRate, 350),

		humState:   make([]float32, 2*lanes),
		shapeState: make([]float32, 2*lanes),
		bandState:  make([]float32, 2*lanes),
		past:       make([]float32, pastHops*coarseHop*lanes),
	}
	if rate == 16000 {
		f.wide = make([]float32, pitchkernel.HalfBandRows*lanes)
	}
	return f
}

func (f *frontEnd) reset(lane int) {
	for _, s := range [][]float32{f.wide, f.narrow, f.humState, f.shapeState, f.bandState, f.past} {
		for i := lane; i < len(s); i += f.lanes {
			s[i] = 0
		}
	}
}

// step filters one block of every active lane and lays out s.history, which ends
// with it. full has the lanes that are in use.
func (f *frontEnd) step(s *Scratch, active, full, lost uint16, pcm []float32) {
	head := pitchkernel.HalfBandRows * f.lanes
	end := head + len(pcm)
	if f.rate == 16000 {
		copy(s.wide, f.wide)
		f.admit(s.wide[head:end], pcm, lost)
		pitchkernel.HalfBand(s.narrow[head:], s.wide[:end], f.lanes)
		f.carry(f.wide, s.wide[:end], active, full)
	} else {
		f.admit(s.narrow[head:end], pcm, lost)
	}
	copy(s.narrow, f.narrow)
	newest := s.history[pastHops*coarseHop*f.lanes:]
	pitchkernel.HalfBand(newest, s.narrow, f.lanes)
	f.carry(f.narrow, s.narrow, active, full)

	f.filter(s, newest, newest, f.hum, f.humState, active, full)
	f.filter(s, newest, newest, f.shape, f.shapeState, active, full)
	f.filter(s, s.speech, newest, f.band, f.bandState, active, full)
	pitchkernel.MeanSquare(s.energy, s.speech, f.lanes)
	f.recall(s.history, active, full)
}

// recall puts the hops of the past before the newest one of history, and that into
// the place of the oldest. A lane that is not active goes round the ring with the
// others and keeps its hops in order.
func (f *frontEnd) recall(history []float32, active, full uint16) {
	n := coarseHop * f.lanes
	hop := func(i int) []float32 { return f.past[(f.oldest+i)%pastHops*n:][:n] }
	for i := range pastHops {
		copy(history[i*n:], hop(i))
	}
	copy(hop(0), history[pastHops*n:])
	f.oldest = (f.oldest + 1) % pastHops
	if active == full {
		return
	}
	for l := range f.lanes {
		if (full&^active)>>l&1 == 0 {
			continue
		}
		for i := range pastHops {
			dst, src := hop(i), history[i*n:]
			for at := l; at < n; at += f.lanes {
				dst[at] = src[at]
			}
		}
	}
}

// admit copies pcm; lost blocks become silence, and what no decoder should
// send (NaN, infinities, samples far beyond full scale) is held to ±4.
func (f *frontEnd) admit(dst, pcm []float32, lost uint16) {
	dsp.Admit(dst, pcm, 4)
	for l := range f.lanes {
		if lost>>l&1 == 1 {
			for i := l; i < len(dst); i += f.lanes {
				dst[i] = 0
			}
		}
	}
}

// carry keeps the end of a half-band input for the next block.
func (f *frontEnd) carry(dst, in []float32, active, full uint16) {
	tail := in[len(in)-len(dst):]
	if active == full {
		copy(dst, tail)
		return
	}
	for l := range f.lanes {
		if active>>l&1 == 0 {
			continue
		}
		for i := l; i < len(dst); i += f.lanes {
			dst[i] = tail[i]
		}
	}
}

func (f *frontEnd) filter(s *Scratch, dst, x []float32, k pitchkernel.Coefficients, state []float32, active, full uint16) {
	if active != full {
		copy(s.saved, state)
	}
	pitchkernel.Biquad(dst, x, f.lanes, k, state)
	if active != full {
		pitchkernel.Keep(state, s.saved, f.lanes, active)
	}
}
