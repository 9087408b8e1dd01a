package empathy

import (
	"slices"
	"time"

	"github.com/attune-cx/attune"
)

// State of an opportunity.
type State string

// The states.
const (
	Open      State = "open"       // may still be answered
	Given     State = "given"      // answered
	Missed    State = "missed"     // heard, and not answered
	NotNeeded State = "not_needed" // withdrawn before it was answered
	Unknown   State = "unknown"    // what was said is not known
)

// Item is one thing in an answer; Weight is its share of the value, so that the
// items of an opportunity sum to it.
type Item struct {
	Kind        string
	Span        attune.Span
	UtteranceID string
	Weight      float64
}

// Opportunity is a moment that calls for empathy.
type Opportunity struct {
	ID            string
	ParticipantID string // who answered, or should; "" when nobody is there
	State         State
	Cause         string      // onset, words, complaint, loss, escalation_request
	Span          attune.Span // from the first sign to the end of the customer's turn
	Parts         Parts
	Value         float64       // valid if Measured
	Measured      bool          // false: null
	Reason        attune.Reason // why it is null
	Acknowledged  bool          // a feeling was acknowledged or understanding shown
	Acted         bool          // something was promised, owned or resolved
	Evidence      []Item
	ClosedAt      time.Duration // when the response window closed; 0 = not yet

	causes    []string // customer utterances that made it
	fixed     bool     // made by sound: no change of words takes it back
	answers   []answer
	chat      bool
	spoken    time.Duration // speech in the answers' turns
	turns     int
	deadline  time.Duration // an answer must begin before it
	heardFrom map[string]time.Duration
	heardMax  time.Duration
}

// Parts are the three parts of empathy, 0..1 each.
type Parts struct{ Affective, Cognitive, Action float64 }

// Value is E.
func (p Parts) Value() float64 {
	return (.30*p.Affective+.35*p.Cognitive)*(.5+.5*p.Action) + .35*p.Action
}

// answer is one message of one who serves, read.
type answer struct {
	id       string
	who      string
	span     attune.Span
	final    bool
	inTurns  bool // began in the response window: its words count, not only its action
	credited bool // its signs count for this opportunity
	signs    []sign
}

// given is the part above which words or actions count as an answer.
const (
	answered = .3
	nothing  = .05 // below this value there was no answer
)

// judge recomputes parts, value and evidence from the answers.
func (o *Opportunity) judge() {
	var parts Parts
	o.Evidence = o.Evidence[:0]
	for _, a := range o.answers {
		for _, s := range a.signs {
			if s.part != action && !a.inTurns {
				continue
			}
			parts.raise(s)
		}
	}
	o.Parts = parts.clamped()
	o.Value = o.Parts.Value()
	o.Acknowledged = max(o.Parts.Affective, o.Parts.Cognitive) >= answered
	o.Acted = o.Parts.Action >= answered
	o.share()
}

// raise folds a sign in by noisy-or; a negative one takes its share away.
func (p *Parts) raise(s sign) {
	part := p.of(s.part)
	if s.strength >= 0 {
		*part = 1 - (1-*part)*(1-s.strength)
	} else {
		*part *= 1 + s.strength
	}
}

func (p *Parts) of(k partKind) *float64 {
	return [...]*float64{&p.Affective, &p.Cognitive, &p.Action}[k]
}

func (p Parts) clamped() Parts {
	return Parts{min(max(p.Affective, 0), 1), min(max(p.Cognitive, 0), 1), min(max(p.Action, 0), 1)}
}

// share gives each sign its part of the value, in proportion to its strength.
func (o *Opportunity) share() {
	words := .5 + .5*o.Parts.Action
	worth := [...]float64{.30 * o.Parts.Affective * words, .35 * o.Parts.Cognitive * words, .35 * o.Parts.Action}
	var sums [3]float64
	o.each(func(_ *answer, s sign) { sums[s.part] += max(s.strength, 0) })
	o.each(func(a *answer, s sign) {
		it := Item{Kind: s.kind, Span: a.span, UtteranceID: a.id}
		if s.strength > 0 {
			it.Weight = worth[s.part] * s.strength / sums[s.part]
		}
		o.Evidence = append(o.Evidence, it)
	})
}

func (o *Opportunity) each(yield func(*answer, sign)) {
	for i := range o.answers {
		a := &o.answers[i]
		for _, s := range a.signs {
			if s.part == action || a.inTurns {
				yield(a, s)
			}
		}
	}
}

// put adds an answer or replaces what the same utterance said before.
func (o *Opportunity) put(a answer) {
	i := slices.IndexFunc(o.answers, func(b answer) bool { return b.id == a.id })
	if i >= 0 {
		o.answers[i] = a
	} else {
		o.answers = append(o.answers, a)
	}
}
