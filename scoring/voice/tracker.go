package voice

import (
	"math"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/functionals"
	"github.com/attune-cx/attune/models/stressvoice"
	"github.com/attune-cx/attune/scoring/fusion"
)

// MinVoiced is the voiced speech, in seconds, below which a span says nothing.
const MinVoiced = 1.5

// minFeatures is how many of the 16 must be measured.
const minFeatures = 8

// Reading is what a span of speech says.
type Reading struct {
	LLR      float64       // log-likelihood ratio of stress
	Parts    []fusion.Part // by kind; they sum to LLR. Valid until the next Observe
	Quality  float64       // 0..1
	Baseline float64       // how much of the baseline is the caller's own
	Warm     bool
	Onset    attune.Span // valid if HasOnset
	HasOnset bool
}

// Tracker follows one caller's voice. It is not safe for concurrent use.
type Tracker struct {
	model    *stressvoice.Model
	groups   [NumFeatures]string
	baseline Baseline
	cusum    CUSUM
	parts    []fusion.Part
}

// New returns a tracker that knows nothing of the caller.
func New(m *stressvoice.Model) *Tracker {
	t := &Tracker{model: m, baseline: Baseline{model: m}}
	for i, f := range table() {
		t.groups[i] = f.group
	}
	return t
}

// Forget drops the baseline and all that was heard, as when consent is withdrawn.
func (t *Tracker) Forget() { t.baseline, t.cusum = Baseline{model: t.model}, CUSUM{} }

// Heard is the speech so far, in seconds.
func (t *Tracker) Heard() float64 { return t.baseline.heard }

// Rising is the change detector's sum relative to its threshold, 0..1.
func (t *Tracker) Rising() float64 { return min(1, t.cusum.Sum/cusumThreshold) }

// Observe reads the functionals of span, of which seconds of speech are new;
// distressed says that the words of the turn speak of stress, so that they are
// kept out of the baseline. It reports false where the span says nothing.
func (t *Tracker) Observe(s *functionals.Stats, span attune.Span, seconds, loss float64, distressed bool) (Reading, bool) {
	v := Measure(s, t.model.Log)
	if float64(s.VoicedHops)*.01 < MinVoiced || measured(&v) < minFeatures || !(seconds > 0) {
		return Reading{}, false
	}
	r := Reading{Quality: Quality(s, loss)}
	r.LLR, r.Parts = t.weigh(&v)
	t.baseline.Add(&v, seconds, r.LLR, distressed)
	r.Baseline, r.Warm = t.baseline.Formed(), t.baseline.Warm()
	if r.Warm {
		r.Onset, r.HasOnset = t.cusum.Add(r.Quality*r.LLR, seconds, span)
	}
	return r, true
}

// weigh applies the logistic, grouped by kind of evidence.
func (t *Tracker) weigh(v *Vector) (llr float64, parts []fusion.Part) {
	m := t.model
	t.parts = append(t.parts[:0], fusion.Part{Kind: "voice:model", LLR: m.Slope*m.Bias + m.Offset})
	for i, x := range v {
		if math.IsNaN(x) {
			continue
		}
		z := (x - t.baseline.Mean(i, v)) / m.Scale[i]
		t.add(t.groups[i], m.Slope*m.Weights[i]*min(max(z, -5), 5))
	}
	for _, p := range t.parts {
		llr += p.LLR
	}
	return llr, t.parts
}

func (t *Tracker) add(group string, llr float64) {
	for i := range t.parts {
		if t.parts[i].Kind == group {
			t.parts[i].LLR += llr
			return
		}
	}
	t.parts = append(t.parts, fusion.Part{Kind: group, LLR: llr})
}

// Quality of a span: clip(voiced/2 s)·clip((SNR − 5)/10)·(1 − 2·loss)+. Without a
// measured SNR the second factor is one half.
func Quality(s *functionals.Stats, loss float64) float64 {
	voiced := clip(float64(s.VoicedHops) * .01 / 2)
	snr := .5
	if x := float64(s.SNRDB); !math.IsNaN(x) {
		snr = clip((x - 5) / 10)
	}
	return voiced * snr * clip(1-2*loss)
}

func clip(x float64) float64 { return min(max(x, 0), 1) }

func measured(v *Vector) (n int) {
	for _, x := range v {
		if !math.IsNaN(x) {
			n++
		}
	}
	return n
}
