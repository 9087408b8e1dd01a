package prosody_test

import (
	"math"
	"strings"
	"testing"

	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/features/functionals"
	"github.com/attune-cx/attune/internal/testsignal"
)

// hardSounds are those that break a division or a logarithm somewhere.
func hardSounds(rate int) map[string][]float32 {
	broken := testsignal.Noise(rate, 1, -20, 7)
	for i := 0; i < len(broken); i += 997 {
		broken[i] = []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 1e30}[i/997%4]
	}
	square := testsignal.Tone(rate, 1, 150, 4)
	testsignal.Clip(square, 1)
	for i, v := range square {
		square[i] = float32(math.Copysign(1, float64(v)))
	}
	impulse, steps := testsignal.Silence(rate, 1), testsignal.Silence(rate, 1)
	impulse[rate/3] = 1
	for i := range steps {
		steps[i] = float32(i%3-1) / 32768
	}
	return map[string][]float32{
		"silence": testsignal.Silence(rate, 1), "DC": testsignal.DC(rate, 1, 1), "200 Hz": testsignal.Tone(rate, 1, 200, 1),
		"55 Hz": testsignal.Tone(rate, 1, 55, 1), "full-scale square": square, "impulse": impulse, "single steps": steps,
		"noise": testsignal.Noise(rate, 1, 0, 3), "sweep": testsignal.Sweep(rate, 1, 30, float64(rate)/2, 1),
		"NaN and infinity": broken, "nothing": nil, "50 ms": testsignal.Tone(rate, 0.05, 200, 0.5),
	}
}

// TestFunctionalsOfHardSounds: every functional is a number, or null where there
// was nothing to measure it on: no voice, no unvoiced sound, no slope.
func TestFunctionalsOfHardSounds(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for name, pcm := range hardSounds(rate) {
			rows := analyse(t, rate, pcm)
			var s functionals.Stats
			functionals.Of(&s, rows)
			voiced := 0
			for i := range rows {
				if rows[i].Voiced() {
					voiced++
				}
			}
			for i, v := range s.V {
				f := functionals.Functional(i).String()
				if math.IsInf(float64(v), 0) {
					t.Errorf("%d Hz, %s: %s = %v", rate, name, f, v)
				}
				if features.IsNull(v) && mustBeMeasured(f, len(rows), voiced) {
					t.Errorf("%d Hz, %s: %s is null over %d rows, %d voiced", rate, name, f, len(rows), voiced)
				}
			}
		}
	}
}

// mustBeMeasured says which functionals a sound of so many rows has.
func mustBeMeasured(f string, rows, voiced int) bool {
	switch {
	case rows < 20: // of 50 ms there may be no more than a row
		return false
	case f == "loudness_sma3_amean" || f == "equivalentSoundLevel_dBp":
		return true
	case strings.HasSuffix(f, "UV_sma3nz_amean"):
		return voiced == 0
	case f == "F0semitoneFrom27.5Hz_sma3nz_amean" || strings.Contains(f, "V_sma3nz_amean"):
		return voiced > 0
	}
	return false
}
