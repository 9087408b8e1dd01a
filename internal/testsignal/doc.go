// Package testsignal makes sound whose truth is known: glottal pulse trains with
// a set F0, jitter, shimmer and noise, tones, sweeps, noise, and speech-like
// utterances whose voicing, F0 and syllables are returned beside the samples.
//
// Samples are float32 mono PCM, full scale ±1. Every generator is deterministic:
// the same arguments give the same samples on every run and machine. Nothing
// here is safe to call on a hot path; it is for tests, benchmarks and demos.
package testsignal
