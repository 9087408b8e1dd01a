package testsignal

import "math"

// Truth is what a [Voice] was made of.
type Truth struct {
	Times      []float64 // s, the glottal pulses
	Amplitudes []float64 // relative, one a pulse
}

// JitterLocal is the mean absolute difference of consecutive periods over the
// mean period (Praat's local jitter), of the pulses as drawn; 0 below three pulses.
func (t Truth) JitterLocal() float64 {
	if len(t.Times) < 3 {
		return 0
	}
	var diff float64
	for i := 2; i < len(t.Times); i++ {
		diff += math.Abs(t.Times[i] - 2*t.Times[i-1] + t.Times[i-2])
	}
	last := len(t.Times) - 1
	mean := (t.Times[last] - t.Times[0]) / float64(last)
	return diff / float64(last-1) / mean
}

// ShimmerDB is the mean |20 log10| of consecutive amplitudes; 0 below two pulses.
func (t Truth) ShimmerDB() float64 {
	if len(t.Amplitudes) < 2 {
		return 0
	}
	var sum float64
	for i := 1; i < len(t.Amplitudes); i++ {
		sum += math.Abs(20 * math.Log10(t.Amplitudes[i]/t.Amplitudes[i-1]))
	}
	return sum / float64(len(t.Amplitudes)-1)
}

// MeanF0 is the number of periods over their length, in Hz; 0 below two pulses.
func (t Truth) MeanF0() float64 {
	if len(t.Times) < 2 {
		return 0
	}
	last := len(t.Times) - 1
	return float64(last) / (t.Times[last] - t.Times[0])
}
