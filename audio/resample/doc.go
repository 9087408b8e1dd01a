// Package resample changes the sampling rate of one channel of PCM by any
// rational ratio, as a stream, with a polyphase windowed-sinc filter.
//
// The filter is linear-phase and centred: output sample n lies at input time
// n*from/to exactly, so that a flushed output is aligned with its input and has
// no net delay. A live caller waits [Resampler.Delay] for the future half of the
// filter, 64 samples of the lower of the two rates (8 ms at 8 kHz).
//
//	pass band   0 to 0.9 of the lower Nyquist frequency, ripple below 0.001 dB
//	stop band   from the lower Nyquist frequency, at least 90 dB down
//	window      Kaiser, designed for 100 dB
//
// How the input is cut into calls never changes a bit of the output. Which
// outputs a lost input sample reaches is told by [Resampler.Outputs] and
// [Resampler.Reach].
package resample
