package scoring

import (
	"math"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring/empathy"
	"github.com/attune-cx/attune/scoring/expectations"
	"github.com/attune-cx/attune/scoring/fusion"
)

// scoresOfServer measures one who serves, from words and actions alone. What
// their voice might tell is not applicable, by policy.
func (e *Engine) scoresOfServer(q *person) map[Name]Score {
	byPolicy := Score{Kind: Index, State: NotApplicable, Reason: attune.ReasonPolicy}
	r := e.empathy.Rate(q.who.ID)
	scores := map[Name]Score{
		StressVoice:    byPolicy,
		Arousal:        byPolicy,
		Authenticity:   byPolicy,
		HandoffQuality: e.handoff(q),
	}
	state, why := e.serverState(q, r)
	part := func(of func(*empathy.Opportunity) float64, value float64) Score {
		return e.rating(state, why, r, value, of)
	}
	scores[Empathy] = part(func(o *empathy.Opportunity) float64 { return o.Value }, r.Value)
	scores[EmpathyAffective] = part(func(o *empathy.Opportunity) float64 { return o.Parts.Affective }, r.Parts.Affective)
	scores[EmpathyCognitive] = part(func(o *empathy.Opportunity) float64 { return o.Parts.Cognitive }, r.Parts.Cognitive)
	scores[EmpathyAction] = part(func(o *empathy.Opportunity) float64 { return o.Parts.Action }, r.Parts.Action)
	scores[BackedRatio] = backed(state, why, r)
	return scores
}

// serverState says whether empathy can be measured: without an opportunity there
// is nothing to measure, and without words no way.
func (e *Engine) serverState(q *person, r empathy.Rating) (State, attune.Reason) {
	switch state, why := e.wordsState(q); {
	case e.paused, state == NoData && why != attune.ReasonLittleSpeech:
		return NoData, why
	case r.N > 0:
		return OK, attune.ReasonNone
	case e.unanswered(q):
		return NoData, attune.ReasonLittleSpeech
	}
	return NotApplicable, attune.ReasonNone
}

// unanswered reports whether an opportunity waits for, or was not heard from, q.
func (e *Engine) unanswered(q *person) bool {
	for _, o := range e.empathy.All() {
		if o.ParticipantID == q.who.ID && o.State != empathy.NotNeeded {
			return true
		}
	}
	return false
}

// rating is the empirical-Bayes mean as a score: each opportunity moves it away
// from the site's mean by its share of the difference in log-odds.
func (e *Engine) rating(state State, why attune.Reason, r empathy.Rating, value float64, of func(*empathy.Opportunity) float64) Score {
	s := Score{Kind: Index, State: state, Reason: why}
	if state != OK {
		return s
	}
	s.Value, s.Confidence, s.Basis = &value, r.Confidence, []Basis{BasisWords, BasisInteraction}
	prior := logOdds(r.Mean)
	slope := 1 / (r.Mean * (1 - r.Mean))
	if d := value - r.Mean; math.Abs(d) > 1e-9 {
		slope = (logOdds(value) - prior) / d
	}
	s.Evidence = append(s.Evidence, Evidence{Kind: fusion.PriorKind, Weight: prior})
	n := float64(r.N) + r.Prior
	for _, o := range r.Events {
		s.Evidence = append(s.Evidence, Evidence{Kind: "opportunity:" + o.Cause, Span: o.Span,
			UtteranceID: answerOf(o), Weight: slope * (of(o) - r.Mean) / n})
	}
	for _, o := range r.Events { // shown, never weighed
		for _, it := range o.Evidence {
			if it.Kind == "hollow_template" {
				s.Evidence = append(s.Evidence, Evidence(it))
			}
		}
	}
	s.Evidence = fold(s.Evidence, e.cfg.Profile.MaxEvidence)
	return s
}

// fold keeps the prior and the newest items, and sums the rest as "earlier".
func fold(items []Evidence, limit int) []Evidence {
	if len(items) <= limit {
		return items
	}
	cut := len(items) - limit + 2
	earlier := Evidence{Kind: "earlier", Span: items[1].Span}
	for _, it := range items[1:cut] {
		earlier.Weight += it.Weight
		earlier.Span.End = max(earlier.Span.End, it.Span.End)
	}
	return append([]Evidence{items[0], earlier}, items[cut:]...)
}

// answerOf is the utterance that did most for an opportunity.
func answerOf(o *empathy.Opportunity) string {
	id, most := "", 0.0
	for _, it := range o.Evidence {
		if it.Weight > most {
			id, most = it.UtteranceID, it.Weight
		}
	}
	return id
}

// logOdds of a mean, which may touch 0 or 1.
func logOdds(p float64) float64 { return fusion.Logit(min(max(p, 1e-3), 1-1e-3)) }

// backed is the share of answers in words that action followed.
func backed(state State, why attune.Reason, r empathy.Rating) Score {
	s := Score{Kind: Index, State: state, Reason: why}
	switch {
	case state != OK:
		return s
	case r.Worded == 0:
		s.State = NotApplicable
		return s
	}
	v := float64(r.Backed) / float64(r.Worded)
	s.Value, s.Confidence, s.Basis = &v, float64(r.Worded)/(float64(r.Worded)+r.Prior), []Basis{BasisWords}
	for _, o := range r.Events {
		if o.Acknowledged {
			kind := "not_backed"
			if o.Acted {
				kind = "backed"
			}
			s.Evidence = append(s.Evidence, Evidence{Kind: kind, Span: o.Span, UtteranceID: answerOf(o)})
		}
	}
	if len(s.Evidence) > 8 {
		s.Evidence = s.Evidence[len(s.Evidence)-8:]
	}
	return s
}

// handoff says whether the one who took over was told what the last one heard.
func (e *Engine) handoff(q *person) Score {
	s := Score{Kind: Index, State: NotApplicable}
	if !e.signs.transfer.is || q.joined < e.signs.transfer.at {
		return s
	}
	if ok, why := e.readable(q); !ok || e.paused {
		s.State, s.Reason = NoData, why
		if e.paused {
			s.Reason = attune.ReasonPaused
		}
		return s
	}
	var items []Evidence
	switch known, again := e.expect.Get(expectations.HistoryKnown), e.expect.Get(expectations.NotAskedAgain); {
	case again.State == expectations.Missed && again.At > e.signs.transfer.at:
		items = append(items, Evidence{Kind: "asked_again", Span: attune.Span{Begin: again.At, End: again.At}, Weight: -1.5})
	case q.retold.is:
		items = append(items, Evidence{Kind: "need_restated", Span: q.retold.span, UtteranceID: q.retold.utterance, Weight: 1.5})
	case known.State == expectations.Met && known.At > e.signs.transfer.at:
		items = append(items, Evidence{Kind: "history_known", Span: attune.Span{Begin: known.At, End: known.At}, Weight: 1})
	default:
		s.State, s.Reason = NoData, attune.ReasonLittleSpeech
		return s
	}
	s.State, s.Value, s.Confidence, s.Basis, s.Evidence = OK, sigmoid(items), .5, []Basis{BasisWords}, items
	return s
}
