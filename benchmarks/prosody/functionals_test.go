package prosody_test

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/features/functionals"
)

// hopsOf turns openSMILE's descriptors into rows, so that the functionals can be
// compared on the same contours.
func hopsOf(ref table) []features.Hop {
	rows := make([]features.Hop, len(ref["Loudness_sma3"])-1)
	for i := range rows {
		h := &rows[i]
		h.LevelDBFS = features.Null
		for c := range features.NumLLD {
			h.V[c] = float32(ref[features.Column(c).String()][i])
		}
		h.V[features.F0Hz] = h.V[features.F0Semitone]
		for c := features.JitterLocal; c <= features.H1A3; c++ {
			if h.V[c] == 0 { // not measured, where the pitch is voiced
				h.V[c] = features.Null
			}
		}
	}
	return rows
}

// TestFunctionalsOnSameContours compares the 88 over openSMILE's own
// descriptors: correlation over the clips of all three bands.
func TestFunctionalsOnSameContours(t *testing.T) {
	dir := golden(t)
	var got, want [functionals.Count][]float64
	for _, rate := range []string{"16k", "8k", "tel8"} {
		for _, name := range clips(t, dir, rate) {
			path := filepath.Join(dir, "opensmile", rate, name)
			var s functionals.Stats
			functionals.Of(&s, hopsOf(readTable(t, path+".lld.csv", ';')))
			ref := readTable(t, path+".func.csv", ';')
			for i, n := range functionals.Names {
				if len(ref[n]) != 1 {
					t.Fatalf("%s: openSMILE has no functional %q", name, n)
				}
				got[i] = append(got[i], float64(s.V[i]))
				want[i] = append(want[i], ref[n][0])
			}
		}
	}
	for i, n := range functionals.Names {
		r, ratio := correlate(got[i], want[i])
		t.Logf("%-48s r %.4f, ratio of norms %.3f", n, r, ratio)
		if bound := need(functionals.Functional(i)); r < bound {
			t.Errorf("%s: r = %.4f, want %.2f", n, r, bound)
		}
	}
}

// need is the correlation asked of a functional on the same contours. A deviation
// over a mean that may pass through zero has no bound, and formant amplitudes
// cannot agree: openSMILE takes their mean over unvoiced frames too, where it
// reports -201 dB. Slopes of pitch depend on where each program sees a peak.
func need(f functionals.Functional) float64 {
	name := f.String()
	switch {
	case f >= functionals.F1Mean && f < functionals.AlphaRatioVMean, f == functionals.SoundLevel:
		return math.Inf(-1)
	case strings.HasSuffix(name, "stddevNorm") && f > functionals.LoudnessStdNorm:
		return math.Inf(-1)
	case f >= functionals.F0RisingSlope && f < functionals.LoudnessMean:
		return 0.35
	}
	return 0.97
}

// TestFunctionalsEndToEnd compares the 88 from the samples on.
func TestFunctionalsEndToEnd(t *testing.T) {
	dir := golden(t)
	for _, rate := range []string{"16k", "8k", "tel8"} {
		var got, want [functionals.Count][]float64
		for _, name := range clips(t, dir, rate) {
			hz, pcm := readWAV(t, filepath.Join(dir, "audio", rate, name+".wav"))
			var s functionals.Stats
			functionals.Of(&s, analyse(t, hz, pcm))
			ref := readTable(t, filepath.Join(dir, "opensmile", rate, name+".func.csv"), ';')
			for i, n := range functionals.Names {
				got[i] = append(got[i], float64(s.V[i]))
				want[i] = append(want[i], ref[n][0])
			}
		}
		for i, n := range functionals.Names {
			r, ratio := correlate(got[i], want[i])
			t.Logf("%s %-48s r %.4f, ratio of norms %.3f", rate, n, r, ratio)
		}
	}
}
