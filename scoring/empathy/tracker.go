package empathy

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// Config holds the windows. A zero field means its default.
type Config struct {
	Window   time.Duration // an answer begins within: 10 s
	Speech   time.Duration // and has at most this much speech: 20 s
	Outcome  time.Duration // action counts for: 60 s
	Coverage float64       // share of the answer's speech that final words must cover before it can be missed: .8
	Prior    float64       // pseudo-opportunities of the call's mean: 3
	SiteMean float64       // their value: .35
	Distress float64       // log-odds of distress in words that call for empathy: 1
}

func (c Config) withDefaults() Config {
	fill(&c.Window, 10*time.Second)
	fill(&c.Speech, 20*time.Second)
	fill(&c.Outcome, time.Minute)
	fill(&c.Coverage, .8)
	fill(&c.Prior, 3)
	fill(&c.SiteMean, .35)
	fill(&c.Distress, 1)
	return c
}

func fill[T int64 | float64 | time.Duration](v *T, def T) {
	if *v <= 0 {
		*v = def
	}
}

// maxOpportunities bounds one interaction; beyond it the oldest is dropped
// after it went into the call's sums.
const maxOpportunities = 256

// maxTurns is how many turns of an answer count.
const maxTurns = 2

// joined is the longest pause between utterances of one answering turn.
const joined = 2 * time.Second

// Floor is what the tracker must know about who speaks.
type Floor struct {
	CustomerInTurn bool
	CustomerEnd    time.Duration // end of the customer's newest speech
	// Speech is how long a participant has spoken so far; ok is false where it
	// has no voice leg.
	Speech func(participantID string) (d time.Duration, ok bool)
	// Talking reports whether a participant holds a turn now.
	Talking func(participantID string) bool
}

// Server is a participant who may answer.
type Server struct {
	ID     string
	Words  bool          // its words are expected
	Reason attune.Reason // why they are not
}

// Tracker follows one interaction. It is not safe for concurrent use.
type Tracker struct {
	cfg           Config
	id            string
	opportunities []*Opportunity
	made          int
	said          map[string]struct{} // content words of the customer's newest message
}

// New returns a tracker; ids of its opportunities begin with interactionID.
func New(interactionID string, cfg Config) *Tracker {
	return &Tracker{cfg: cfg.withDefaults(), id: interactionID, said: map[string]struct{}{}}
}

// All lists the opportunities, oldest first; valid until the next call.
func (t *Tracker) All() []*Opportunity { return t.opportunities }

// Onset makes a stress onset in the customer's voice an opportunity. An onset
// within one that waits for its answer belongs to it.
func (t *Tracker) Onset(span attune.Span) {
	if o := t.waiting(); o != nil {
		o.fixed = true
		o.extend(span, t.cfg.Window)
		return
	}
	t.add("onset", "", span, false).fixed = true
}

// Customer reads a message of the customer, whose log-odds of distress are llr.
// A later version of an interim one replaces it.
func (t *Tracker) Customer(m *lexical.Message, r *lexical.Reading, llr float64) {
	t.said = contentWords(m.Text)
	cause := t.cause(r, llr)
	if o := t.causedBy(m.ID); o != nil {
		if cause == "" {
			o.takeBack(m.ID)
			return
		}
		o.extend(m.Span, t.cfg.Window)
		return
	}
	o := t.waiting()
	switch {
	case cause == "":
		if o != nil && m.Final && calm(r, llr) && len(o.answers) == 0 && m.Span.Begin >= o.Span.End {
			o.State = NotNeeded
			o.ClosedAt = m.Span.End
		}
	case o != nil:
		o.causes = append(o.causes, m.ID)
		o.extend(m.Span, t.cfg.Window)
	default:
		t.closeOpen(m.Span.Begin)
		t.add(cause, m.ID, m.Span, !m.Channel.Spoken())
	}
}

// cause names what in a reading calls for empathy, "" if nothing does.
func (t *Tracker) cause(r *lexical.Reading, llr float64) string {
	for _, act := range r.Acts {
		if act.Confidence < .5 {
			continue
		}
		switch act.Kind {
		case lexical.ActEscalationRequest, lexical.ActComplaint:
			return string(act.Kind)
		}
	}
	switch {
	case max(r.Ekman[ekmanSadness], r.Ekman[ekmanFear]) >= .6:
		return "loss"
	case llr > t.cfg.Distress:
		return "words"
	}
	return ""
}

// Positions in lexical's Ekman set, which is in alphabetical order: anger,
// disgust, fear, joy, neutral, sadness, surprise.
const (
	ekmanFear    = 2
	ekmanSadness = 5
)

// calm reports whether a message says that nothing is needed any more.
func calm(r *lexical.Reading, llr float64) bool {
	thanks := slices.ContainsFunc(r.Acts, func(a lexical.Act) bool { return a.Kind == lexical.ActThanks && a.Confidence >= .5 })
	return llr < -1 || thanks
}

// Answer reads a message of one who serves.
func (t *Tracker) Answer(m *lexical.Message, r *lexical.Reading) {
	signs := read(m, r, t.said)
	newest := true
	for i := len(t.opportunities) - 1; i >= 0; i-- {
		o := t.opportunities[i]
		if o.State == NotNeeded || m.Span.Begin > o.outcomeEnd(t.cfg) || m.Span.End <= o.Span.Begin {
			continue
		}
		o.answer(answer{id: m.ID, who: m.ParticipantID, span: m.Span, final: m.Final, signs: signs}, newest, t.cfg)
		newest = false
	}
}

// answer takes a message into the opportunity. Outside the response window only
// the newest opportunity is credited with what is done: what came after distress
// that was brushed off answers the distress that followed.
func (o *Opportunity) answer(a answer, newest bool, cfg Config) {
	i := slices.IndexFunc(o.answers, func(b answer) bool { return b.id == a.id })
	if i >= 0 {
		a.inTurns, a.credited = o.answers[i].inTurns, o.answers[i].credited
	} else {
		a.inTurns = o.begins(a, cfg)
		a.credited = a.inTurns || newest
	}
	if a.inTurns {
		o.ParticipantID = a.who
	}
	if !a.credited {
		a.signs = nil // its words still count for how much was heard
	}
	o.put(a)
	o.judge()
}

// outcomeEnd is until when an answer is looked at. In a chat an opportunity waits
// for its answers, and the minute runs from them.
func (o *Opportunity) outcomeEnd(cfg Config) time.Duration {
	switch last := o.lastInTurn(); {
	case !o.chat:
		return o.Span.End + cfg.Outcome
	case o.ClosedAt == 0:
		return math.MaxInt64
	case last != nil:
		return last.span.End + cfg.Outcome
	}
	return o.Span.End + cfg.Outcome
}

// begins reports whether an answer's words fall into the response window, and
// counts its turn.
func (o *Opportunity) begins(a answer, cfg Config) bool {
	if o.ClosedAt > 0 && a.span.Begin >= o.ClosedAt {
		return false
	}
	last := o.lastInTurn()
	sameTurn := last != nil && !o.chat && a.span.Begin-last.span.End < joined
	switch {
	case sameTurn && o.spoken < cfg.Speech:
	case !sameTurn && o.turns < maxTurns && (o.chat || a.span.Begin <= o.deadline):
		o.turns++
	default:
		return false
	}
	o.spoken += a.span.Len()
	o.deadline = max(o.deadline, a.span.End+cfg.Window)
	return true
}

func (o *Opportunity) lastInTurn() *answer {
	for i := len(o.answers) - 1; i >= 0; i-- {
		if o.answers[i].inTurns {
			return &o.answers[i]
		}
	}
	return nil
}

func (t *Tracker) add(cause, utterance string, span attune.Span, chat bool) *Opportunity {
	t.made++
	o := &Opportunity{ID: fmt.Sprintf("%s-o%d", t.id, t.made), State: Open, Cause: cause, Span: span, chat: chat,
		deadline: span.End + t.cfg.Window, heardFrom: map[string]time.Duration{}}
	if utterance != "" {
		o.causes = append(o.causes, utterance)
	}
	if len(t.opportunities) == maxOpportunities {
		t.opportunities = slices.Delete(t.opportunities, 0, 1)
	}
	t.opportunities = append(t.opportunities, o)
	return o
}

// waiting is the newest opportunity if nobody has answered it yet.
func (t *Tracker) waiting() *Opportunity {
	if n := len(t.opportunities); n > 0 {
		o := t.opportunities[n-1]
		if o.State == Open && o.ClosedAt == 0 && len(o.answers) == 0 {
			return o
		}
	}
	return nil
}

func (t *Tracker) causedBy(id string) *Opportunity {
	for _, o := range t.opportunities {
		if slices.Contains(o.causes, id) {
			return o
		}
	}
	return nil
}

// closeOpen closes the windows that a new sign of distress ends.
func (t *Tracker) closeOpen(at time.Duration) {
	for _, o := range t.opportunities {
		if o.ClosedAt == 0 && o.State != NotNeeded {
			o.ClosedAt = max(at, 1)
		}
	}
}

// takeBack removes a cause; an opportunity without any was not one.
func (o *Opportunity) takeBack(utterance string) {
	o.causes = slices.DeleteFunc(o.causes, func(id string) bool { return id == utterance })
	if len(o.causes) == 0 && !o.fixed {
		o.State, o.Measured = NotNeeded, false
	}
}

func (o *Opportunity) extend(span attune.Span, window time.Duration) {
	o.Span.Begin = min(o.Span.Begin, span.Begin)
	o.Span.End = max(o.Span.End, span.End)
	o.deadline = max(o.deadline, o.Span.End+window)
}
