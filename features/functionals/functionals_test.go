package functionals

import (
	"math"
	"slices"
	"testing"

	"github.com/attune-cx/attune/features"
	"pgregory.net/rapid"
)

// hop is a row with every column null but pitch and loudness.
func hop(f0Hz, loudness float32) features.Hop {
	h := features.Hop{LevelDBFS: features.Null}
	for i := range h.V {
		h.V[i] = features.Null
	}
	h.V[features.F0Hz], h.V[features.Loudness] = f0Hz, loudness
	h.V[features.F0Semitone] = f0Hz
	if f0Hz > 0 {
		h.V[features.F0Semitone] = float32(12 * math.Log2(float64(f0Hz)/27.5))
	}
	return h
}

func stats(hops []features.Hop) *Stats {
	var s Stats
	Of(&s, hops)
	return &s
}

func near(a, b float32, tolerance float64) bool {
	return math.Abs(float64(a)-float64(b)) <= tolerance || a != a && b != b
}

func TestNames(t *testing.T) {
	for at, want := range map[Functional]string{
		F0Mean:              "F0semitoneFrom27.5Hz_sma3nz_amean",
		F0Range:             "F0semitoneFrom27.5Hz_sma3nz_pctlrange0-2",
		F0FallingSlope:      "F0semitoneFrom27.5Hz_sma3nz_meanFallingSlope",
		LoudnessStdNorm:     "loudness_sma3_stddevNorm",
		LoudnessRisingSlope: "loudness_sma3_meanRisingSlope",
		FluxMean:            "spectralFlux_sma3_amean",
		MFCC4Mean:           "mfcc4_sma3_amean",
		JitterMean:          "jitterLocal_sma3nz_amean",
		HNRMean:             "HNRdBACF_sma3nz_amean",
		F3Mean:              "F3frequency_sma3nz_amean",
		AlphaRatioVMean:     "alphaRatioV_sma3nz_amean",
		SlopeV500Mean:       "slopeV500-1500_sma3nz_amean",
		AlphaRatioUVMean:    "alphaRatioUV_sma3nz_amean",
		FluxUVMean:          "spectralFluxUV_sma3nz_amean",
		LoudnessPeaksPerSec: "loudnessPeaksPerSec",
		StdUnvoicedLength:   "StddevUnvoicedSegmentLength",
		SoundLevel:          "equivalentSoundLevel_dBp",
	} {
		if got := at.String(); got != want {
			t.Errorf("functional %d is %q, want %q", at, got, want)
		}
	}
	seen := map[string]bool{}
	for i, n := range Names {
		if n == "" || seen[n] {
			t.Errorf("name %d is %q", i, n)
		}
		seen[n] = true
	}
}

// A sawtooth of pitch and loudness with known levels and slopes.
func TestKnownContour(t *testing.T) {
	var hops []features.Hop
	for i := range 200 { // rises for 100 ms by 10, falls for 100 ms
		v := float32(i % 20)
		if v > 10 {
			v = 20 - v
		}
		hops = append(hops, hop(55, 1+v))
	}
	s := stats(hops)
	for _, c := range []struct {
		f    Functional
		want float32
	}{
		{F0Mean, 12}, {F0StdNorm, 0}, {F0P20, 12}, {F0P80, 12}, {F0Range, 0},
		{LoudnessMean, 6}, {LoudnessP20, 3}, {LoudnessP50, 6}, {LoudnessP80, 9}, {LoudnessRange, 6},
		{LoudnessRisingSlope, 100}, {LoudnessFallingSlope, 100}, {LoudnessRisingSlope + 1, 0},
		{LoudnessPeaksPerSec, 5}, {VoicedSegmentsPerSec, 0.5}, {MeanVoicedLength, 2}, {StdVoicedLength, 0},
		{MeanUnvoicedLength, features.Null}, {JitterMean, features.Null}, {SoundLevel, features.Null},
	} {
		if got := s.V[c.f]; !near(got, c.want, 1e-3) {
			t.Errorf("%v = %v, want %v", c.f, got, c.want)
		}
	}
	if s.Hops != 200 || s.VoicedHops != 200 || s.SpeechHops != 0 || !features.IsNull(s.SNRDB) {
		t.Errorf("counts %+v", s)
	}
}

func TestSegments(t *testing.T) {
	var hops []features.Hop
	add := func(n int, f0 float32) {
		for range n {
			hops = append(hops, hop(f0, 1))
		}
	}
	add(10, 0)
	add(20, 110)
	add(2, 0) // too short for a segment
	add(30, 110)
	add(18, 0)
	add(20, features.Null) // not known: no time at all
	s := stats(hops)
	for _, c := range []struct {
		f    Functional
		want float32
	}{
		{VoicedSegmentsPerSec, 2 / 0.8}, {MeanVoicedLength, 0.25}, {StdVoicedLength, 0.05},
		{MeanUnvoicedLength, 0.14}, {StdUnvoicedLength, 0.04},
	} {
		if got := s.V[c.f]; !near(got, c.want, 1e-5) {
			t.Errorf("%v = %v, want %v", c.f, got, c.want)
		}
	}
	if s.VoicedHops != 50 {
		t.Errorf("%d voiced hops", s.VoicedHops)
	}
}

// Voiced and unvoiced means take their own hops; null values are in neither.
func TestPooledConditions(t *testing.T) {
	set := func(f0, alpha, jitter float32) features.Hop {
		h := hop(f0, 1)
		h.V[features.AlphaRatio], h.V[features.JitterLocal] = alpha, jitter
		return h
	}
	s := stats([]features.Hop{
		set(110, -10, 0.01), set(110, -20, 0.03), set(110, features.Null, features.Null),
		set(0, -2, 0), set(0, -4, 0), set(features.Null, 100, 100),
	})
	for _, c := range []struct {
		f    Functional
		want float32
	}{
		{AlphaRatioVMean, -15}, {AlphaRatioVMean + 1, -5. / 15}, {AlphaRatioUVMean, -3},
		{JitterMean, 0.02}, {JitterMean + 1, 0.5},
	} {
		if got := s.V[c.f]; !near(got, c.want, 1e-4) {
			t.Errorf("%v = %v, want %v", c.f, got, c.want)
		}
	}
}

func TestCountsAndLevel(t *testing.T) {
	a, b := hop(0, 1), hop(110, 1)
	a.Lost = 5
	b.V[features.VAD], b.V[features.SNR] = 1, 30
	b.LevelDBFS = -20
	s := stats([]features.Hop{a, b, b})
	if s.LostHops != 1 || s.SpeechHops != 2 || s.SNRDB != 30 || !near(s.V[SoundLevel], -20, 1e-4) {
		t.Errorf("%+v", s)
	}
}

func TestEmptyIsNull(t *testing.T) {
	s := stats(nil)
	for i, v := range s.V {
		if !features.IsNull(v) {
			t.Errorf("%v = %v of no hops", Functional(i), v)
		}
	}
	w := NewWindow(0)
	w.Stats(s)
	if w.Len() != 0 || s.Hops != 0 {
		t.Errorf("%d hops in an empty window", w.Len())
	}
}

// Percentiles agree with a sorted copy, whatever the values are.
func TestPercentile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.SampledFrom([]float32{1e-30, 1, 100, math.MaxFloat32}).Draw(t, "most")
		value := rapid.OneOf(rapid.Float32Range(-most, most), rapid.SampledFrom([]float32{0, 1, most, -most}))
		x := rapid.SliceOfN(value, 1, 200).Draw(t, "x")
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		sorted := slices.Clone(x)
		slices.Sort(sorted)
		at := p * float64(len(x)-1)
		k := int(at)
		want := sorted[k]
		if k+1 < len(x) {
			want += float32(at-float64(k)) * (sorted[k+1] - sorted[k])
		}
		r := rankingOf(make([]float32, len(x)), x, sorted[0], sorted[len(x)-1])
		if got := r.percentile(p); got != want {
			t.Fatalf("percentile %v = %v, want %v", p, got, want)
		}
	})
}

// anyHop draws rows with nulls, silence, voice, loss and absurd values.
func anyHop(t *rapid.T) features.Hop {
	h := hop(rapid.SampledFrom([]float32{0, 0, 110, 220, 440, features.Null}).Draw(t, "f0"), 0)
	for c := range h.V {
		if c != int(features.F0Hz) && c != int(features.F0Semitone) && rapid.IntRange(0, 9).Draw(t, "null") > 0 {
			h.V[c] = rapid.Float32Range(-1000, 1000).Draw(t, "v")
		}
	}
	h.LevelDBFS = rapid.Float32Range(-100, 0).Draw(t, "level")
	return h
}

// A full window says the same as its last hops alone, and never infinities.
func TestWindowSlides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{1, 7, 30, 100}).Draw(t, "size")
		pool := rapid.SliceOfN(rapid.Custom(anyHop), 5, 5).Draw(t, "pool")
		var hops []features.Hop
		for range rapid.IntRange(0, 3*size).Draw(t, "n") {
			hops = append(hops, pool[rapid.IntRange(0, 4).Draw(t, "which")])
		}
		w := NewWindow(size)
		for i := range hops {
			w.Push(&hops[i])
		}
		if w.Len() > size || len(hops) >= size && w.Len() < size-size/10-1 {
			t.Fatalf("%d hops in a window of %d after %d", w.Len(), size, len(hops))
		}
		var got, want Stats
		w.Stats(&got)
		Of(&want, hops[len(hops)-w.Len():])
		if got.Hops != want.Hops || got.VoicedHops != want.VoicedHops || got.SpeechHops != want.SpeechHops {
			t.Fatalf("counts %d %d %d, want %d %d %d", got.Hops, got.VoicedHops, got.SpeechHops,
				want.Hops, want.VoicedHops, want.SpeechHops)
		}
		for i := range got.V {
			a, b := got.V[i], want.V[i]
			if math.IsInf(float64(a), 0) || !near(a, b, 0.02+1e-3*math.Abs(float64(b))) {
				t.Fatalf("%v = %v, want %v", Functional(i), a, b)
			}
		}
	})
}

func TestWindowAllocatesNothing(t *testing.T) {
	w := NewWindow(800)
	h, s := hop(110, 1), Stats{}
	if n := testing.AllocsPerRun(100, func() {
		for range 100 {
			w.Push(&h)
		}
		w.Stats(&s)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestReset(t *testing.T) {
	w := NewWindow(50)
	h := hop(110, 1)
	for range 70 {
		w.Push(&h)
	}
	w.Reset()
	quiet := hop(0, 2)
	w.Push(&quiet)
	var s Stats
	w.Stats(&s)
	if s.Hops != 1 || s.VoicedHops != 0 || s.V[LoudnessMean] != 2 {
		t.Errorf("after Reset: %d hops, loudness %v", s.Hops, s.V[LoudnessMean])
	}
}
