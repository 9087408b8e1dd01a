// Package stress measures the voice model of stress on acted speech through a
// telephone: area under the curve, unweighted average recall, agreement within
// speakers, the gap between the sexes and calibration, with intervals that
// resample speakers.
//
// It takes the clips through the engine's own path (resampler, 300-3400 Hz,
// G.711 mu-law, prosody, functionals), and each speaker against a baseline of
// their first three clips of any emotion, shrunk to the population. Run it with
//
//	go test ./benchmarks/stress -v
//
// beside the evaluation data; without it the measurement is skipped.
package stress
