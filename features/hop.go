package features

import (
	"math"
	"time"
)

// HopStep is the analysis step: one row of features each 10 ms.
const HopStep = 10 * time.Millisecond

// Column names one descriptor of a [Hop]; its String is the column's name in
// the CSV of `attune features`.
type Column uint8

// The 25 low-level descriptors of eGeMAPS v02 (Eyben et al. 2016), in
// openSMILE's order, then Attune's own.
const (
	Loudness       Column = iota // auditory loudness, about 0..5
	AlphaRatio                   // dB, energy 1-5 kHz over energy below 1 kHz
	Hammarberg                   // dB, strongest peak below 2 kHz over 2-5 kHz
	Slope0To500                  // dB/Hz
	Slope500To1500               // dB/Hz
	SpectralFlux                 // magnitude change between frames
	MFCC1                        //
	MFCC2                        //
	MFCC3                        //
	MFCC4                        //
	F0Semitone                   // semitones re 27.5 Hz, 0 = unvoiced
	JitterLocal                  // ratio, 0 = unvoiced
	ShimmerDB                    // dB, 0 = unvoiced
	HNRDB                        // dB, 0 = unvoiced
	H1H2                         // dB
	H1A3                         // dB
	F1Frequency                  // Hz
	F1Bandwidth                  // Hz
	F1Amplitude                  // dB relative to F0
	F2Frequency                  //
	F2Bandwidth                  //
	F2Amplitude                  //
	F3Frequency                  //
	F3Bandwidth                  //
	F3Amplitude                  //
	F0Hz                         // decided pitch, unsmoothed, 0 = unvoiced
	VoicingProb                  // 0..1
	VAD                          // 0 or 1: speech in this hop
	Syllable                     // 1 where a syllable nucleus lies, else 0
	Teager                       // Teager energy, mean over the hop, dB
	SNR                          // dB over the tracked noise floor
	Clipped                      // share of samples at full scale
	NumColumns     = iota
)

// NumLLD is the number of eGeMAPS low-level descriptors at the head of a hop.
const NumLLD = 25

var columnNames = [NumColumns]string{
	"Loudness_sma3", "alphaRatio_sma3", "hammarbergIndex_sma3", "slope0-500_sma3", "slope500-1500_sma3",
	"spectralFlux_sma3", "mfcc1_sma3", "mfcc2_sma3", "mfcc3_sma3", "mfcc4_sma3",
	"F0semitoneFrom27.5Hz_sma3nz", "jitterLocal_sma3nz", "shimmerLocaldB_sma3nz", "HNRdBACF_sma3nz",
	"logRelF0-H1-H2_sma3nz", "logRelF0-H1-A3_sma3nz",
	"F1frequency_sma3nz", "F1bandwidth_sma3nz", "F1amplitudeLogRelF0_sma3nz",
	"F2frequency_sma3nz", "F2bandwidth_sma3nz", "F2amplitudeLogRelF0_sma3nz",
	"F3frequency_sma3nz", "F3bandwidth_sma3nz", "F3amplitudeLogRelF0_sma3nz",
	"f0_hz", "voicing_prob", "vad", "syllable", "teager", "snr_db", "clipped",
}

func (c Column) String() string { return columnNames[c] }

// Null marks a value that could not be measured; see [IsNull].
var Null = float32(math.NaN())

// IsNull reports whether v is the null of a hop or functional.
func IsNull(v float32) bool { return v != v }

// Hop is one row of one leg's prosody, causal and smoothed as openSMILE smooths
// (moving average over 3 rows; zeros of "nz" columns stay zero).
// It holds no pointers; a value that cannot be measured is [Null], never 0.
type Hop struct {
	Row       int64         // k: counts the hops the leg has delivered, from 0
	At        time.Duration // begin of the hop in the leg's media time; the row's centre is At + 10 ms
	Lost      uint16        // samples of the 20 ms window that were lost on the way
	Concealed bool          // F0 was bridged over a gap
	LevelDBFS float32       // mean square of the 20 ms window, dB re full scale, at least -100; Null where samples were lost
	V         [NumColumns]float32
}

// Voiced reports whether a pitch was decided in this hop.
func (h *Hop) Voiced() bool { return h.V[F0Hz] > 0 }

// Speech reports whether the hop was taken for speech.
func (h *Hop) Speech() bool { return h.V[VAD] > 0 }
