package scoring

import (
	"slices"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring/expectations"
	"github.com/attune-cx/attune/scoring/fusion"
)

// scoresOf measures a customer.
func (e *Engine) scoresOf(q *person) map[Name]Score {
	voice, voiceWhy := e.voiceState(q)
	words, wordsWhy := e.wordsState(q)
	c := &measured{e: e, q: q, voice: voice, words: words, voiceWhy: voiceWhy, wordsWhy: wordsWhy}
	stress := c.stress()
	return map[Name]Score{
		Stress:      stress,
		StressVoice: c.one(&q.stress, voice, voiceWhy, fusion.Voice),
		StressWords: c.one(&q.stress, words, wordsWhy, fusion.Words),
		Sentiment:   twoSided(c.one(&q.sentiment, words, wordsWhy, fusion.Words)),
		Arousal:     c.both(&q.arousal),
		Valence:     twoSided(c.both(&q.valence)),
		Reciprocity: c.reciprocity(),
		Escalation:  c.escalation(stress),
	}
}

// measured is what can be measured of a customer now.
type measured struct {
	e                  *Engine
	q                  *person
	voice, words       State
	voiceWhy, wordsWhy attune.Reason
}

// usable lists the modalities that can be measured and have told f something.
func (c *measured) usable(f *fusion.State) []fusion.Modality {
	var m []fusion.Modality
	if c.voice == OK && f.Seen(fusion.Voice) {
		m = append(m, fusion.Voice)
	}
	if c.words == OK && f.Seen(fusion.Words) {
		m = append(m, fusion.Words)
	}
	return m
}

// missing reports whether an expected modality is absent from m: a call expects
// voice and words, a chat only words.
func (c *measured) missing(m []fusion.Modality) bool {
	return !slices.Contains(m, fusion.Words) || c.q.spoken && !slices.Contains(m, fusion.Voice)
}

// null is the score of something that neither modality can tell: where there is
// a voice it says why, else the words do.
func (c *measured) null() Score {
	state, why := c.voice, c.voiceWhy
	if state == NotApplicable {
		state, why = c.words, c.wordsWhy
	}
	if state == OK { // it may be measured, and nothing was said of this yet
		state, why = NoData, attune.ReasonLittleSpeech
	}
	return Score{Kind: Index, State: state, Reason: why}
}

// one is a score on a single modality.
func (c *measured) one(f *fusion.State, state State, why attune.Reason, m fusion.Modality) Score {
	if state == OK && !f.Seen(m) {
		state, why = NoData, attune.ReasonLittleSpeech
	}
	if state != OK {
		return Score{Kind: Index, State: state, Reason: why}
	}
	return c.value(f, false, []fusion.Modality{m})
}

// both is a score on whatever can be measured of voice and words.
func (c *measured) both(f *fusion.State) Score {
	m := c.usable(f)
	if len(m) == 0 {
		return c.null()
	}
	return c.value(f, c.missing(m), m)
}

// value is the fused score on the given modalities.
func (c *measured) value(f *fusion.State, missing bool, m []fusion.Modality) Score {
	v := fusion.Sigmoid(f.LogOdds(m...))
	return Score{Value: &v, Confidence: f.Confidence(missing, m...), Kind: Index, State: OK,
		Basis: bases(f, m), Evidence: evidence(f.Items(nil, c.e.cfg.Profile.MaxEvidence, m...))}
}

// stress fuses voice, words and interaction, and caps what is only arousal.
func (c *measured) stress() Score {
	f := &c.q.stress
	m := c.usable(f)
	if len(m) == 0 {
		return c.null()
	}
	confidence := f.Confidence(c.missing(m), m...)
	heardWords := slices.Contains(m, fusion.Words)
	if f.Seen(fusion.Interaction) {
		m = append(m, fusion.Interaction)
	}
	s := c.value(f, false, m)
	s.Confidence = confidence
	bound := c.e.cfg.Profile.VoiceOnlyCap
	if *s.Value > bound && !(heardWords && f.Z(fusion.Words) > 0) {
		s.Evidence = append(s.Evidence, Evidence{Kind: "cap:no_negative_words", Weight: fusion.Logit(bound) - fusion.Logit(*s.Value)})
		*s.Value = bound
	}
	if c.q.hasOnset && c.voice == OK { // it marks a moment; what moved the score stands beside it
		s.Evidence = append(s.Evidence, Evidence{Kind: "onset", Span: c.q.onset})
	}
	return s
}

// reciprocity stands on words, with who breaks in on whom beside them.
func (c *measured) reciprocity() Score {
	f := &c.q.reciprocity
	s := c.one(f, c.words, c.wordsWhy, fusion.Words)
	if s.State != OK || !f.Seen(fusion.Interaction) {
		return s
	}
	confidence := s.Confidence
	s = c.value(f, false, []fusion.Modality{fusion.Words, fusion.Interaction})
	s.Confidence = confidence
	return s
}

// The hazard of a bad end, in log-odds. Starting points: they were not fitted.
const (
	riskPrior      = -3.0
	riskStress     = 4.0 // per unit of stress above .4
	riskSlope      = 1.0 // per unit a minute
	riskRising     = .8
	riskMissed     = .6 // each missed opportunity, at most 3
	riskAskedAgain = .8
	riskNeed       = .7
	riskSilence    = .4
	riskTransfer   = .4
	riskAsked      = 1.5
	riskBroken     = 1.0
)

// escalation is the risk that this ends badly.
func (c *measured) escalation(stress Score) Score {
	if stress.State != OK {
		return Score{Kind: Index, State: stress.State, Reason: stress.Reason}
	}
	items := []Evidence{{Kind: fusion.PriorKind, Weight: riskPrior}}
	add := func(kind string, weight float64, span attune.Span) {
		if weight != 0 {
			items = append(items, Evidence{Kind: kind, Weight: weight, Span: span})
		}
	}
	e, q := c.e, c.q
	add("stress", riskStress*max(0, *stress.Value-.4), attune.Span{End: e.now})
	add("trend", riskSlope*min(max(q.trend.Slope(), -1), 1), attune.Span{Begin: max(0, e.now-90*time.Second), End: e.now})
	if c.voice == OK {
		add("rising", riskRising*q.voice.Rising(), attune.Span{End: q.voiceEnd})
	}
	add("empathy_missed", riskMissed*float64(min(e.missed(), 3)), attune.Span{End: e.now})
	add("asked_to_repeat", riskAskedAgain*e.failed(expectations.NotAskedAgain), attune.Span{End: e.now})
	add("need_not_understood", riskNeed*e.failed(expectations.NeedUnderstood), attune.Span{End: e.now})
	add("promise_broken", riskBroken*e.failed(expectations.PromisesKept), attune.Span{End: e.now})
	if e.floor.Recent.LongestSilence >= 15*time.Second {
		add("silence", riskSilence, attune.Span{Begin: max(0, e.now-30*time.Second), End: e.now})
	}
	if e.signs.transfer.is {
		add("transfer", riskTransfer, e.signs.transfer.span)
	}
	if e.signs.escalate.is {
		add("escalation_request", riskAsked, e.signs.escalate.span)
	}
	return Score{Value: sigmoid(items), Confidence: stress.Confidence, Kind: Index, State: OK,
		Basis: append(stress.Basis[:len(stress.Basis):len(stress.Basis)], interactionIfNew(stress.Basis)...), Evidence: items}
}

// missed counts the missed opportunities.
func (e *Engine) missed() (n int) {
	for _, o := range e.empathy.All() {
		if o.State == "missed" {
			n++
		}
	}
	return n
}

// failed is 1 if an expectation was missed.
func (e *Engine) failed(name expectations.Name) float64 {
	if e.expect.Get(name).State == expectations.Missed {
		return 1
	}
	return 0
}

func sigmoid(items []Evidence) *float64 {
	sum := 0.0
	for _, it := range items {
		sum += it.Weight
	}
	v := fusion.Sigmoid(sum)
	return &v
}

// twoSided maps a value of 0..1 to -1..1.
func twoSided(s Score) Score {
	if s.Value != nil {
		v := 2**s.Value - 1
		s.Value = &v
	}
	return s
}

func bases(f *fusion.State, m []fusion.Modality) (b []Basis) {
	names := [fusion.NumModalities]Basis{BasisVoice, BasisWords, BasisInteraction}
	for _, x := range m {
		if f.Seen(x) {
			b = append(b, names[x])
		}
	}
	return b
}

func interactionIfNew(b []Basis) []Basis {
	for _, x := range b {
		if x == BasisInteraction {
			return nil
		}
	}
	return []Basis{BasisInteraction}
}

func evidence(items []fusion.Item) []Evidence {
	out := make([]Evidence, len(items))
	for i, it := range items {
		out[i] = Evidence(it)
	}
	return out
}
