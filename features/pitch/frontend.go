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
// the hops around the row being measured.
type frontEnd struct {
	rate, lanes int

	wide, narrow []float32 // half-band inputs at 16 and 8 kHz, [HalfBandRows + hop][lanes]
	block        []float32 // [coarseHop][lanes], the new hop
	speech       []float32 // [coarseHop][lanes], the new hop above 350 Hz
	saved        []float32 // [2][lanes]

	hum, shape, band                pitchkernel.Coefficients
	humState, shapeState, bandState []float32 // [2][lanes]

	history []float32 // [historyHops * coarseHop][lanes]
	energy  []float32 // [lanes], mean square of speech
}

func newFrontEnd(rate, lanes int) frontEnd {
	f := frontEnd{
		rate: rate, lanes: lanes,
		narrow: make([]float32, (pitchkernel.HalfBandRows+80)*lanes),
		block:  make([]float32, coarseHop*lanes),
		speech: make([]float32, coarseHop*lanes),
		saved:  make([]float32, 2*lanes),
		hum:    pitchkernel.HighPass(coarseRate, 60),
		shape:  pitchkernel.LowPass(coarseRate, 1200),
		band:   pitchkernel.HighPass(coarseRate, 350),

		humState:   make([]float32, 2*lanes),
		shapeState: make([]float32, 2*lanes),
		bandState:  make([]float32, 2*lanes),
		history:    make([]float32, historyHops*coarseHop*lanes),
		energy:     make([]float32, lanes),
	}
	if rate == 16000 {
		f.wide = make([]float32, (pitchkernel.HalfBandRows+160)*lanes)
	}
	return f
}

func (f *frontEnd) reset(lane int) {
	for _, s := range [][]float32{f.wide, f.narrow, f.humState, f.shapeState, f.bandState, f.history} {
		for i := lane; i < len(s); i += f.lanes {
			s[i] = 0
		}
	}
}

// step filters one block of every active lane and appends it to history.
func (f *frontEnd) step(active, full, lost uint16, pcm []float32) {
	in := f.narrow
	if f.rate == 16000 {
		in = f.wide
	}
	head := pitchkernel.HalfBandRows * f.lanes
	f.admit(in[head:], pcm, lost)
	if f.rate == 16000 {
		pitchkernel.HalfBand(f.narrow[head:], in, f.lanes)
		f.carry(in, active, full)
	}
	pitchkernel.HalfBand(f.block, f.narrow, f.lanes)
	f.carry(f.narrow, active, full)

	f.filter(f.block, f.block, f.hum, f.humState, active, full)
	f.filter(f.block, f.block, f.shape, f.shapeState, active, full)
	f.filter(f.speech, f.block, f.band, f.bandState, active, full)
	pitchkernel.MeanSquare(f.energy, f.speech, f.lanes)
	pitchkernel.Shift(f.history, f.block, f.lanes, active, full)
}

// admit copies pcm; lost blocks become silence, and what no decoder should
// send (NaN, infinities, samples far beyond full scale) is held to ±4.
func (f *frontEnd) admit(dst, pcm []float32, lost uint16) {
	dsp.Admit(dst[:len(pcm)], pcm, 4)
	for l := range f.lanes {
		if lost>>l&1 == 1 {
			for i := l; i < len(dst); i += f.lanes {
				dst[i] = 0
			}
		}
	}
}

// carry moves the end of a half-band input to its head for the next block.
func (f *frontEnd) carry(in []float32, active, full uint16) {
	n := pitchkernel.HalfBandRows * f.lanes
	tail := in[len(in)-n:]
	if active == full {
		copy(in[:n], tail)
		return
	}
	for l := range f.lanes {
		if active>>l&1 == 0 {
			continue
		}
		for i := l; i < n; i += f.lanes {
			in[i] = tail[i]
		}
	}
}

func (f *frontEnd) filter(dst, x []float32, k pitchkernel.Coefficients, state []float32, active, full uint16) {
	if active != full {
		copy(f.saved, state)
	}
	pitchkernel.Biquad(dst, x, f.lanes, k, state)
	if active != full {
		pitchkernel.Keep(state, f.saved, f.lanes, active)
	}
}
