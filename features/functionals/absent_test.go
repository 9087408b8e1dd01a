package functionals

import (
	"testing"

	"github.com/attune-cx/attune/features"
)

// measured is a row of steady sound with a pitch, or without one for 0.
func measured(pitch float32) features.Hop {
	var h features.Hop
	for c := range h.V {
		h.V[c] = 1
	}
	h.V[features.F0Hz], h.V[features.F0Semitone] = pitch, pitch
	return h
}

func TestEveryNullHasItsReason(t *testing.T) {
	hum := make([]features.Hop, 50)
	hiss, mixed := make([]features.Hop, 50), make([]features.Hop, 50)
	for i := range hum {
		hum[i], hiss[i] = measured(100), measured(0)
		mixed[i] = measured(float32(i / 10 % 2 * 100))
		mixed[i].V[features.MFCC1] = float32(2*(i%2) - 1)
	}
	for name, tc := range map[string]struct {
		hops []features.Hop
		want map[Functional]string
	}{
		"nothing":      {nil, map[Functional]string{FluxMean: NoSound, F0Mean: NoVoice, AlphaRatioUVMean: NoUnvoiced, F0RisingSlope: NoVoice}},
		"hum":          {hum, map[Functional]string{MeanUnvoicedLength: NoUnvoiced, AlphaRatioUVMean: NoUnvoiced, F0RisingSlope: NoSlope, LoudnessFallingSlope: NoSlope}},
		"hiss":         {hiss, map[Functional]string{JitterMean: NoVoice, F0P50: NoVoice, MeanVoicedLength: NoVoice, F0FallingSlope: NoVoice}},
		"a mean of 0":  {mixed, map[Functional]string{MFCC1Mean + 1: ZeroMean}},
		"all measured": {mixed, map[Functional]string{JitterMean: "", AlphaRatioUVMean: "", MeanVoicedLength: ""}},
	} {
		var s Stats
		Of(&s, tc.hops)
		got := map[Functional]string{}
		for _, a := range Absent(&s) {
			for _, f := range a.Functionals {
				got[f] = a.Reason
			}
		}
		nulls := 0
		for _, v := range s.V {
			if features.IsNull(v) {
				nulls++
			}
		}
		if nulls != len(got) {
			t.Errorf("%s: %d nulls, %d reasons", name, nulls, len(got))
		}
		for f, why := range tc.want {
			if got[f] != why {
				t.Errorf("%s: %s: %q, want %q", name, f, got[f], why)
			}
		}
	}
}
