package voice

import (
	"math"

	"github.com/attune-cx/attune/features/functionals"
	"github.com/attune-cx/attune/models/stressvoice"
)

// NumFeatures is the length of a [Vector].
const NumFeatures = stressvoice.NumFeatures

// Vector is one reading of the 16 features; a null is NaN.
type Vector [NumFeatures]float64

// feature is one of the 16.
type feature struct {
	name    string
	group   string // the kind of evidence that it is shown as
	measure func(s *functionals.Stats) float64
}

// medianF0 is the position of the median F0, which chooses the cluster.
const medianF0 = 1

// table lists the 16: F0 in semitones, loudness range, spread and attack,
// flux, spectral balance of voiced frames, rhythm. Jitter, shimmer, formants and
// levels are left out: the telephone does not carry them.
func table() [NumFeatures]feature {
	return [NumFeatures]feature{
		{"F0semitoneFrom27.5Hz_sma3nz_amean", "f0", plain(functionals.F0Mean)},
		{"F0semitoneFrom27.5Hz_sma3nz_percentile50.0", "f0", plain(functionals.F0P50)},
		{"F0semitoneFrom27.5Hz_sma3nz_percentile80.0", "f0", plain(functionals.F0P80)},
		{"F0semitoneFrom27.5Hz_sma3nz_pctlrange0-2", "f0", plain(functionals.F0Range)},
		{"F0semitoneFrom27.5Hz_sma3nz_stddev", "f0", product(functionals.F0Mean, functionals.F0StdNorm)},
		{"loudness_sma3_pctlrange0-2", "loudness", plain(functionals.LoudnessRange)},
		{"loudness_sma3_stddev", "loudness", product(functionals.LoudnessMean, functionals.LoudnessStdNorm)},
		{"loudness_sma3_meanRisingSlope", "loudness", plain(functionals.LoudnessRisingSlope)},
		{"spectralFlux_sma3_amean", "spectrum", plain(functionals.FluxMean)},
		{"alphaRatioV_sma3nz_amean", "spectrum", plain(functionals.AlphaRatioVMean)},
		{"hammarbergIndexV_sma3nz_amean", "spectrum", plain(functionals.HammarbergVMean)},
		{"slopeV500-1500_sma3nz_amean", "spectrum", plain(functionals.SlopeV500Mean)},
		{"loudnessPeaksPerSec", "rhythm", plain(functionals.LoudnessPeaksPerSec)},
		{"VoicedSegmentsPerSec", "rhythm", plain(functionals.VoicedSegmentsPerSec)},
		{"MeanVoicedSegmentLengthSec", "rhythm", plain(functionals.MeanVoicedLength)},
		{"MeanUnvoicedSegmentLength", "rhythm", plain(functionals.MeanUnvoicedLength)},
	}
}

// Measure reads the features from the functionals of a span, with the logarithm
// where log says so. What is null there, or has no logarithm, is NaN.
func Measure(s *functionals.Stats, log []bool) Vector {
	var v Vector
	for i, f := range table() {
		v[i] = f.measure(s)
		if i < len(log) && log[i] {
			v[i] = math.Log(v[i])
		}
		if math.IsInf(v[i], 0) {
			v[i] = math.NaN()
		}
	}
	return v
}

// Names lists the features in the order of a [Vector], by openSMILE's names;
// "stddev" is stddevNorm times amean.
func Names() []string {
	names := make([]string, 0, NumFeatures)
	for _, f := range table() {
		names = append(names, f.name)
	}
	return names
}

func plain(i functionals.Functional) func(*functionals.Stats) float64 {
	return func(s *functionals.Stats) float64 { return float64(s.V[i]) }
}

func product(i, j functionals.Functional) func(*functionals.Stats) float64 {
	return func(s *functionals.Stats) float64 { return float64(s.V[i]) * float64(s.V[j]) }
}
