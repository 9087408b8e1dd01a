package functionals

import "github.com/attune-cx/attune/features"

// condition says which hops a mean is taken over.
type condition uint8

const (
	always condition = iota
	voiced
	unvoiced
)

// pooled lists the columns whose order in time does not matter, in the order of
// their functionals: mean and normalised deviation, or the mean alone where
// unvoiced.
var pooled = [...]struct {
	name string
	c    features.Column
	when condition
}{
	{"spectralFlux_sma3", features.SpectralFlux, always},
	{"mfcc1_sma3", features.MFCC1, always},
	{"mfcc2_sma3", features.MFCC2, always},
	{"mfcc3_sma3", features.MFCC3, always},
	{"mfcc4_sma3", features.MFCC4, always},
	{"jitterLocal_sma3nz", features.JitterLocal, voiced},
	{"shimmerLocaldB_sma3nz", features.ShimmerDB, voiced},
	{"HNRdBACF_sma3nz", features.HNRDB, voiced},
	{"logRelF0-H1-H2_sma3nz", features.H1H2, voiced},
	{"logRelF0-H1-A3_sma3nz", features.H1A3, voiced},
	{"F1frequency_sma3nz", features.F1Frequency, voiced},
	{"F1bandwidth_sma3nz", features.F1Bandwidth, voiced},
	{"F1amplitudeLogRelF0_sma3nz", features.F1Amplitude, voiced},
	{"F2frequency_sma3nz", features.F2Frequency, voiced},
	{"F2bandwidth_sma3nz", features.F2Bandwidth, voiced},
	{"F2amplitudeLogRelF0_sma3nz", features.F2Amplitude, voiced},
	{"F3frequency_sma3nz", features.F3Frequency, voiced},
	{"F3bandwidth_sma3nz", features.F3Bandwidth, voiced},
	{"F3amplitudeLogRelF0_sma3nz", features.F3Amplitude, voiced},
	{"alphaRatioV_sma3nz", features.AlphaRatio, voiced},
	{"hammarbergIndexV_sma3nz", features.Hammarberg, voiced},
	{"slopeV0-500_sma3nz", features.Slope0To500, voiced},
	{"slopeV500-1500_sma3nz", features.Slope500To1500, voiced},
	{"spectralFluxV_sma3nz", features.SpectralFlux, voiced},
	{"mfcc1V_sma3nz", features.MFCC1, voiced},
	{"mfcc2V_sma3nz", features.MFCC2, voiced},
	{"mfcc3V_sma3nz", features.MFCC3, voiced},
	{"mfcc4V_sma3nz", features.MFCC4, voiced},
	{"alphaRatioUV_sma3nz", features.AlphaRatio, unvoiced},
	{"hammarbergIndexUV_sma3nz", features.Hammarberg, unvoiced},
	{"slopeUV0-500_sma3nz", features.Slope0To500, unvoiced},
	{"slopeUV500-1500_sma3nz", features.Slope500To1500, unvoiced},
	{"spectralFluxUV_sma3nz", features.SpectralFlux, unvoiced},
}

const firstPooled = 20 // place of the first pooled functional

// moment holds the sums of a column's values and of their squares.
type moment struct{ sum, square float32 }

// chunk holds the sums over a few hops of every pooled column.
type chunk struct {
	of [len(pooled)]moment
	n  [len(pooled)]uint8 // a chunk holds at most chunkHops

	leveled      uint8
	hops, speech uint8
	voiced, lost uint8
	measured     uint8   // hops of speech with an SNR
	snr, energy  float32 // sums over speech hops, and over hops with a level
}

// poolsOf lists, by the state of a hop, the places in pooled that take its values.
var poolsOf = [...][]uint8{always: poolsIn(always), voiced: poolsIn(voiced), unvoiced: poolsIn(unvoiced)}

func poolsIn(state condition) (at []uint8) {
	for i, m := range pooled {
		if m.when == always || m.when == state {
			at = append(at, uint8(i))
		}
	}
	return at
}

func (c *chunk) add(h *features.Hop, energy float32) {
	state := stateOf(h.V[features.F0Hz])
	for _, i := range poolsOf[state] {
		if v := h.V[pooled[i].c]; v == v {
			m := &c.of[i]
			m.sum += v
			m.square += v * v
			c.n[i]++
		}
	}
	c.hops++
	if h.Lost > 0 {
		c.lost++
	}
	if state == voiced {
		c.voiced++
	}
	if energy == energy {
		c.energy += energy
		c.leveled++
	}
	if h.Speech() {
		c.speech++
		if v := h.V[features.SNR]; v == v {
			c.snr += v
			c.measured++
		}
	}
}

// stateOf tells voiced from unvoiced hops by their pitch; always is a hop whose
// pitch is not known.
func stateOf(pitch float32) condition {
	switch {
	case pitch > 0:
		return voiced
	case pitch == 0:
		return unvoiced
	}
	return always
}
