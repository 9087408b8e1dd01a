package scoring

import (
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring/cues"
	"github.com/attune-cx/attune/scoring/empathy"
	"github.com/attune-cx/attune/scoring/expectations"
	"github.com/attune-cx/attune/scoring/promises"
	"github.com/attune-cx/attune/scoring/routing"
)

// tick is how often a participant with a voice gets a snapshot when nothing
// happened.
const tick = time.Second

// maxOpportunities is how many of the newest a snapshot lists.
const maxOpportunities = 5

// Step appends to dst what is new at offset now: snapshots of those whose
// evidence changed, and each second of those with a voice, while nobody speaks only
// as often as keeps the last one valid; then promises, expectations, cues and hints. Call it at 1 Hz, at the end of each turn and
// right after words. Offsets must not go back.
func (e *Engine) Step(now time.Duration, dst []Update) []Update {
	if e.finished {
		return dst
	}
	e.advance(now)
	if !e.paused {
		e.empathy.Step(e.now, e.floorView(), e.servers())
	}
	return e.emit(dst, false)
}

// Finish appends the last snapshot of everybody and closes what is open. After
// it the engine says nothing more.
func (e *Engine) Finish(now time.Duration, dst []Update) []Update {
	if e.finished {
		return dst
	}
	e.advance(now)
	if !e.paused {
		e.empathy.Finish(e.now, e.floorView(), e.servers())
	}
	dst = e.emit(dst, true)
	e.finished = true
	return dst
}

func (e *Engine) emit(dst []Update, final bool) []Update {
	if !e.paused {
		e.ledger.Step(e.it.Began.Add(e.now), e.now, e.promised)
		e.expect.Step(e.now, e.env(final), e.expected)
	}
	for _, q := range e.people {
		if s := e.snapshot(q, final); s != nil {
			dst = append(dst, Update{Snapshot: s})
		}
	}
	dst = append(dst, e.pending...)
	e.pending = e.pending[:0:0]
	dst = e.advise(dst, final)
	return e.route(dst, final)
}

// snapshot measures a participant, nil if nothing is due.
func (e *Engine) snapshot(q *person, final bool) *Snapshot {
	customer := q.who.Role == attune.RoleCustomer
	if !customer && !q.who.Role.Serves() {
		return nil
	}
	due := !q.snapped || q.spoken && e.now-q.lastSnap >= tick
	if !q.dirty && !due && !final {
		return nil
	}
	s := &Snapshot{ParticipantID: q.who.ID, Role: q.who.Role, Channel: q.channel, Language: q.language,
		Span: attune.Span{End: e.now}, Final: final, UtteranceID: q.utterance, Line: q.line, Model: e.model}
	if customer {
		s.Scores = e.scoresOf(q)
		if v := s.Scores[Stress]; v.State == OK {
			q.trend.Add(e.now, *v.Value)
		}
	} else {
		s.Scores = e.scoresOfServer(q)
		s.Opportunities = e.opportunities(q)
	}
	s.ValidUntil = e.now + e.cfg.Profile.TextValidFor
	if q.spoken {
		s.ValidUntil = e.now + e.cfg.Profile.ValidFor
	}
	news := q.dirty || final || !q.snapped
	q.snapped, q.lastSnap, q.dirty, q.utterance = true, e.now, false, ""
	if !news && e.quiet() && e.now-q.lastTold < e.heartbeat() && alike(q.told, s) {
		return nil
	}
	q.told, q.lastTold = s, e.now
	return s
}

func (e *Engine) opportunities(q *person) []Opportunity {
	var out []Opportunity
	for _, o := range e.empathy.All() {
		if o.ParticipantID == q.who.ID {
			out = append(out, opportunity(o))
		}
	}
	if n := len(out); n > maxOpportunities {
		out = out[n-maxOpportunities:]
	}
	return out
}

func opportunity(o *empathy.Opportunity) Opportunity {
	out := Opportunity{ID: o.ID, ParticipantID: o.ParticipantID, State: string(o.State), Span: o.Span, Reason: o.Reason}
	if o.Measured {
		value, parts := o.Value, o.Parts
		out.Value, out.Affective, out.Cognitive, out.Action = &value, &parts.Affective, &parts.Cognitive, &parts.Action
	}
	if o.State == empathy.Missed {
		out.Evidence = append(out.Evidence, Evidence{Kind: "no_response_in_window", Span: attune.Span{Begin: o.Span.End, End: o.ClosedAt}})
	}
	for _, it := range o.Evidence {
		out.Evidence = append(out.Evidence, Evidence(it))
	}
	return out
}

// servers lists those who serve, the present one last.
func (e *Engine) servers() []empathy.Server {
	var out []empathy.Server
	now := e.server()
	for _, q := range e.people {
		if q.who.Role.Serves() && q != now {
			out = append(out, e.asServer(q))
		}
	}
	if now != nil {
		out = append(out, e.asServer(now))
	}
	return out
}

func (e *Engine) asServer(q *person) empathy.Server {
	ok, why := e.readable(q)
	return empathy.Server{ID: q.who.ID, Words: ok, Reason: why}
}

func (e *Engine) floorView() empathy.Floor {
	f := empathy.Floor{Speech: e.speech, Talking: e.talking}
	if q := e.customer(); q != nil && e.heard {
		if p := e.floor.Party(q.who.ID); p != nil {
			f.CustomerInTurn, f.CustomerEnd = p.InTurn, p.Turn.End
		}
	}
	return f
}

func (e *Engine) speech(id string) (time.Duration, bool) {
	if p := e.floor.Party(id); p != nil {
		return p.Call.Speech, true
	}
	return 0, false
}

func (e *Engine) talking(id string) bool {
	p := e.floor.Party(id)
	return p != nil && p.InTurn
}

// env is what the expectations must know.
func (e *Engine) env(final bool) expectations.Env {
	env := expectations.Env{Promises: e.ledger.All(), Final: final}
	if q := e.server(); q != nil {
		env.Served = true
		env.Words, env.Reason = e.readable(q)
	}
	return env
}

// expected queues a change of an expectation.
func (e *Engine) expected(x *expectations.Expectation) {
	out := &Expectation{Name: string(x.Name), State: string(x.State), Reason: x.Reason, At: x.At}
	if x.State == expectations.Met {
		ms := x.At.Milliseconds()
		out.TimeToMS = &ms
	}
	for _, it := range x.Evidence {
		out.Evidence = append(out.Evidence, Evidence{Kind: it.Kind, Span: it.Span, UtteranceID: it.UtteranceID})
	}
	e.pending = append(e.pending, Update{Expectation: out})
}

// advise steps the cues.
func (e *Engine) advise(dst []Update, final bool) []Update {
	changed := func(c cues.Cue) { dst = append(dst, Update{Cue: cue(c)}) }
	if e.paused || final || e.cfg.Policy.MuteCues || e.blind() {
		e.cues.Clear(e.now, changed)
		return dst
	}
	e.cues.Step(e.now, e.cueView(), changed)
	return dst
}

func cue(c cues.Cue) *Cue {
	return &Cue{ID: c.ID, Kind: c.Kind, Open: c.Open, Closed: c.Closed, ParticipantID: c.ParticipantID,
		Title: c.Title, Advice: c.Advice, Why: c.Why, At: c.At,
		Evidence: []Evidence{{Kind: c.Evidence.Kind, Span: c.Evidence.Span, UtteranceID: c.Evidence.UtteranceID}}}
}

// route steps the hints.
func (e *Engine) route(dst []Update, final bool) []Update {
	changed := func(h routing.Hint) { dst = append(dst, Update{Hint: hint(h)}) }
	view := e.routeView(final)
	if e.paused || e.cfg.Policy.MuteHints || e.blind() || final && !view.CallBack {
		e.routing.Close(e.now, changed)
		return dst
	}
	e.routing.Step(e.now, view, changed)
	return dst
}

func hint(h routing.Hint) *Hint {
	out := &Hint{ID: h.ID, State: h.State, DecisionPoint: h.DecisionPoint, Target: h.Target, Reasons: h.Reasons,
		Urgency: h.Urgency, Supersedes: h.Supersedes, At: h.At, ValidFor: h.ValidFor}
	for _, it := range h.Evidence {
		out.Evidence = append(out.Evidence, Evidence{Kind: it.Kind, Span: it.Span, Weight: it.Weight})
	}
	return out
}

// owesCall reports whether the company promised to call and has not.
func (e *Engine) owesCall() bool {
	for _, p := range e.ledger.All() {
		if p.By == promises.ByCompany && p.What == "call_back" && !p.State.Settled() {
			return true
		}
	}
	return false
}
