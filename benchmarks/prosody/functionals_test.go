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
			if bound, asked := endToEnd[functionals.Functional(i)]; asked && rate != "tel8" && !(r >= bound) {
				t.Errorf("%s %s: r = %.4f, want %.2f", rate, n, r, bound)
			}
		}
	}
}

// endToEnd is the correlation asked from the samples on, of the functionals that
// both programs define alike. The pitch trackers and their voicing differ, which
// shows in everything that is taken over voiced hops.
var endToEnd = map[functionals.Functional]float64{
	functionals.F0P20: 0.97, functionals.F0P50: 0.97, functionals.F0P80: 0.97, functionals.F0Range: 0.9,
	functionals.LoudnessMean: 0.99, functionals.LoudnessStdNorm: 0.99, functionals.LoudnessP20: 0.99,
	functionals.LoudnessP50: 0.99, functionals.LoudnessP80: 0.99, functionals.LoudnessRange: 0.99,
	functionals.LoudnessRisingSlope: 0.97, functionals.LoudnessFallingSlope: 0.95,
	functionals.FluxMean: 0.99, functionals.MFCC1Mean: 0.99, functionals.MFCC2Mean: 0.99, functionals.MFCC3Mean: 0.99,
	functionals.MFCC4Mean: 0.99, functionals.AlphaRatioVMean: 0.9, functionals.HammarbergVMean: 0.9,
	functionals.SlopeV0Mean: 0.95, functionals.SlopeV500Mean: 0.9, functionals.FluxVMean: 0.9,
	functionals.LoudnessPeaksPerSec: 0.97, functionals.VoicedSegmentsPerSec: 0.9,
	functionals.MeanVoicedLength: 0.8, functionals.MeanUnvoicedLength: 0.85, functionals.SoundLevel: 0.99,
}
