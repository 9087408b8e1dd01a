package voice

import (
	"math"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/features/functionals"
	"github.com/attune-cx/attune/models/stressvoice"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// shipped is the model in the tree.
func shipped(t testing.TB) *stressvoice.Model {
	t.Helper()
	m, err := stressvoice.Load()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// speech are functionals of an ordinary voice, raised by semitones and louder by
// a factor.
func speech(semitones, louder float64) *functionals.Stats {
	s := &functionals.Stats{Hops: 400, SpeechHops: 350, VoicedHops: 200, SNRDB: 25}
	set := func(f functionals.Functional, v float64) { s.V[f] = float32(v) }
	set(functionals.F0Mean, 30+semitones)
	set(functionals.F0StdNorm, .08)
	set(functionals.F0P50, 30+semitones)
	set(functionals.F0P80, 32+semitones)
	set(functionals.F0Range, 4)
	set(functionals.LoudnessMean, .5*louder)
	set(functionals.LoudnessStdNorm, .6)
	set(functionals.LoudnessRange, .5*louder)
	set(functionals.LoudnessRisingSlope, 8*louder)
	set(functionals.FluxMean, .2*louder)
	set(functionals.AlphaRatioVMean, -15)
	set(functionals.HammarbergVMean, 25)
	set(functionals.SlopeV500Mean, -.02)
	set(functionals.LoudnessPeaksPerSec, 3.5)
	set(functionals.VoicedSegmentsPerSec, 2.5)
	set(functionals.MeanVoicedLength, .2)
	set(functionals.MeanUnvoicedLength, .15)
	return s
}

func at(second float64) attune.Span {
	end := time.Duration(second * float64(time.Second))
	return attune.Span{Begin: max(0, end-8*time.Second), End: end}
}

// hear plays seconds of one voice, one observation a second.
func hear(tr *Tracker, from, seconds int, s *functionals.Stats) (last Reading, onsets int) {
	for k := range seconds {
		if r, ok := tr.Observe(s, at(float64(from+k+1)), 1, 0, false); ok {
			last = r
			if r.HasOnset {
				onsets++
			}
		}
	}
	return last, onsets
}

func TestModelAndFeaturesAgree(t *testing.T) {
	if diff := cmp.Diff(Names(), shipped(t).Features); diff != "" {
		t.Error(diff)
	}
	for i, name := range Names() {
		if name == "F0semitoneFrom27.5Hz_sma3nz_percentile50.0" && i != medianF0 {
			t.Errorf("median F0 is feature %d, not %d", i, medianF0)
		}
	}
}

func TestMeasure(t *testing.T) {
	log := make([]bool, NumFeatures)
	log[5] = true
	s := speech(0, 1)
	v := Measure(s, log)
	if v[0] != 30 || math.Abs(v[4]-2.4) > 1e-5 || math.Abs(v[5]-math.Log(.5)) > 1e-6 {
		t.Errorf("%v", v)
	}
	s.V[functionals.F0Mean], s.V[functionals.LoudnessRange] = features.Null, 0
	v = Measure(s, log)
	if !math.IsNaN(v[0]) || !math.IsNaN(v[4]) || !math.IsNaN(v[5]) {
		t.Errorf("nulls and the logarithm of 0 are %v %v %v, want NaN", v[0], v[4], v[5])
	}
}

func TestBaselineIsShrunk(t *testing.T) {
	m := shipped(t)
	b := Baseline{model: m}
	var v Vector
	v[0], v[1] = 40, 40
	population := m.Clusters[1].Mean[0]
	if got := b.Mean(0, &v); got != population {
		t.Errorf("before any speech %v, want the population's %v", got, population)
	}
	b.Add(&v, 5, 0, false) // two utterances
	if got, want := b.Mean(0, &v), (2*40+2*population)/4; math.Abs(got-want) > 1e-9 {
		t.Errorf("after 5 s %v, want half way: %v", got, want)
	}
	if b.Formed() != .5 || !b.Warm() {
		t.Errorf("formed %v, warm %v", b.Formed(), b.Warm())
	}
}

func TestBaselineLeavesStressOut(t *testing.T) {
	calm, loud := Vector{30, 30}, Vector{40, 40}
	for _, tc := range []struct {
		name            string
		heard, llr      float64
		distressedWords bool
		taken           bool
	}{
		{"the first ten seconds", 0, 3, false, true},
		{"distressed words", 0, 3, true, false},
		{"stressed between ten and twenty", 12, 2, false, false},
		{"calm between ten and twenty", 12, .5, false, true},
		{"calm later", 60, -1, false, true},
		{"neither calm nor stressed later", 60, .2, false, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := Baseline{model: shipped(t)}
			b.collect(&calm, 5, 0)
			b.heard = tc.heard
			b.Add(&loud, 1, tc.llr, tc.distressedWords)
			if taken := b.mean[0] > 30; taken != tc.taken {
				t.Errorf("taken %v, want %v", taken, tc.taken)
			}
		})
	}
}

func TestBaselineFollowsSlowly(t *testing.T) {
	b := Baseline{model: shipped(t)}
	v := Vector{30, 30}
	for range 20 {
		b.Add(&v, 1, -1, false)
	}
	w := Vector{33, 33}
	for range 600 {
		b.Add(&w, 1, -1, false)
	}
	if b.mean[0] < 32.5 || b.mean[0] > 33 {
		t.Errorf("after ten minutes of calm at 33 the mean is %v", b.mean[0])
	}
}

func TestRaisedVoiceIsStress(t *testing.T) {
	tr := New(shipped(t))
	calm, _ := hear(tr, 0, 20, speech(0, 1))
	raised, onsets := hear(tr, 20, 10, speech(7, 1.6))
	if calm.LLR > .5 || raised.LLR < calm.LLR+1.5 {
		t.Errorf("calm %v, raised %v", calm.LLR, raised.LLR)
	}
	if onsets != 1 {
		t.Errorf("%d onsets", onsets)
	}
}

func TestOnsetIsDatedBack(t *testing.T) {
	tr := New(shipped(t))
	hear(tr, 0, 20, speech(0, 1))
	for k := range 15 {
		r, _ := tr.Observe(speech(8, 1.6), at(float64(21+k)), 1, 0, false)
		if !r.HasOnset {
			continue
		}
		if r.Onset.Begin != 20*time.Second || r.Onset.End <= 21*time.Second {
			t.Errorf("onset %v of a change at 20 s", r.Onset)
		}
		return
	}
	t.Error("no onset")
}

// The level of the line says nothing: a caller 12 dB louder throughout is as calm.
func TestGainFallsOut(t *testing.T) {
	soft, loud := New(shipped(t)), New(shipped(t))
	a, _ := hear(soft, 0, 120, speech(0, 1))
	b, _ := hear(loud, 0, 120, speech(0, 2.3)) // loudness grows with the power .3 of energy
	if math.Abs(a.LLR-b.LLR) > .2 {
		t.Errorf("%v soft, %v loud", a.LLR, b.LLR)
	}
}

func TestTooLittleSaysNothing(t *testing.T) {
	tr := New(shipped(t))
	s := speech(0, 1)
	s.VoicedHops = 149
	if _, ok := tr.Observe(s, at(3), 1, 0, false); ok {
		t.Error("1.49 s of voice were read")
	}
	for i := range s.V {
		s.V[i] = features.Null
	}
	s.VoicedHops = 300
	if _, ok := tr.Observe(s, at(3), 1, 0, false); ok {
		t.Error("nulls were read")
	}
	if tr.Heard() != 0 {
		t.Errorf("%v s counted", tr.Heard())
	}
}

func TestQuality(t *testing.T) {
	for _, tc := range []struct {
		name      string
		voiced    int
		snr, loss float64
		want      float64
	}{
		{"clean", 200, 15, 0, 1},
		{"a second of voice", 100, 30, 0, .5},
		{"ten decibels", 300, 10, 0, .5},
		{"five decibels", 300, 5, 0, 0},
		{"a tenth lost", 300, 30, .1, .8},
		{"half lost", 300, 30, .5, 0},
		{"noise not known", 300, math.NaN(), 0, .5},
	} {
		s := &functionals.Stats{VoicedHops: tc.voiced, SNRDB: float32(tc.snr)}
		if got := Quality(s, tc.loss); math.Abs(got-tc.want) > 1e-6 {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestForget(t *testing.T) {
	tr, fresh := New(shipped(t)), New(shipped(t))
	hear(tr, 0, 30, speech(6, 1))
	tr.Forget()
	a, _ := hear(tr, 30, 3, speech(0, 1))
	b, _ := hear(fresh, 30, 3, speech(0, 1))
	if a.LLR != b.LLR || tr.Heard() != 3 {
		t.Errorf("%v after forgetting, %v of a new caller", a.LLR, b.LLR)
	}
}

// Whatever is heard, the parts sum to the ratio and all is finite.
func TestPartsSum(t *testing.T) {
	m := shipped(t)
	value := rapid.OneOf(rapid.Float32Range(-1e6, 1e6), rapid.Just(features.Null), rapid.Just(float32(math.Inf(1))))
	rapid.Check(t, func(rt *rapid.T) {
		tr := New(m)
		for k := range rapid.IntRange(1, 20).Draw(rt, "n") {
			s := speech(0, 1)
			for range rapid.IntRange(0, 10).Draw(rt, "changes") {
				s.V[rapid.IntRange(0, 87).Draw(rt, "which")] = value.Draw(rt, "value")
			}
			r, ok := tr.Observe(s, at(float64(k+1)), 1, rapid.Float64Range(0, 1).Draw(rt, "loss"), false)
			if !ok {
				continue
			}
			sum := 0.0
			for _, p := range r.Parts {
				sum += p.LLR
			}
			if math.IsNaN(r.LLR) || math.IsInf(r.LLR, 0) || math.Abs(sum-r.LLR) > 1e-9 || !(r.Quality >= 0 && r.Quality <= 1) {
				rt.Fatalf("%+v, parts sum to %v", r, sum)
			}
		}
	})
}

func TestCUSUM(t *testing.T) {
	var c CUSUM
	for k := range 20 { // noise about the drift raises nothing
		if _, ok := c.Add(.4, 1, at(float64(k))); ok {
			t.Fatal("an onset of nothing")
		}
	}
	n := 0
	for k := range 20 {
		if _, ok := c.Add(2.5, 1, at(float64(20+k))); ok {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d onsets of one change", n)
	}
	for k := range 25 {
		c.Add(-1, 1, at(float64(40+k)))
	}
	for k := range 20 {
		if _, ok := c.Add(2.5, 1, at(float64(65+k))); ok {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d onsets of two changes", n)
	}
}
