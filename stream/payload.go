package stream

import (
	"math"
	"time"

	"github.com/attune-cx/attune/scoring"
)

// payload writes the fields of the type alone.
func (w *jsonWriter) payload(e *Event) {
	switch e.Type {
	case InteractionStarted:
		w.ms("queue_wait_ms", e.Interaction.QueueWait)
	case InteractionFailed:
		w.strOrNull("failure", e.Failure)
	case ScoreUpdated:
		w.snapshot(e.Snapshot)
	case CueOpened, CueClosed:
		w.cue(e.Cue)
	case PromiseUpdated:
		w.promise(e.Promise)
	case ExpectationUpdated:
		w.expectation(e.Expectation)
	case Gap:
		w.gap(e.Gap)
	case RouteHint:
		w.hint(e.Hint)
	}
}

func (w *jsonWriter) snapshot(s *scoring.Snapshot) {
	w.object("scores")
	listed := Names(s.Role)
	for _, name := range listed {
		w.score(string(name), scoreOf(s.Scores, name))
	}
	var room [4]scoring.Name
	for _, name := range extraNames(room[:0], listed, s.Scores) {
		w.comma()
		w.b = append(appendString(w.b, string(name)), ':')
		w.scoreBody(s.Scores[name])
	}
	w.close('}')
	w.evidence(s.Scores[Headline(s.Role)].Evidence)
	w.opportunities(s.Opportunities)
	w.line(s.Line)
	w.object("model")
	w.strOrNull("name", s.Model.Name)
	w.strOrNull("version", s.Model.Version)
	w.strOrNull("hash", s.Model.Hash)
	w.close('}')
}

func (w *jsonWriter) score(name string, s scoring.Score) {
	w.key(name)
	w.scoreBody(s)
}

// scoreBody writes a score. What is not a number is null, and then nothing was
// measured, whatever the state said.
func (w *jsonWriter) scoreBody(s scoring.Score) {
	value, state := s.Value, s.State
	if value != nil && (math.IsNaN(*value) || math.IsInf(*value, 0)) {
		value = nil
	}
	if state == "" || (value == nil && state == scoring.OK) {
		state = scoring.NoData
	}
	if state == scoring.NoData || state == scoring.NotApplicable {
		value = nil
	}
	w.open('{')
	w.floatOrNull("value", value)
	w.float("confidence", finite(s.Confidence))
	w.str("kind", string(kindOf(s)))
	w.str("state", string(state))
	w.strOrNull("reason", string(s.Reason))
	w.array("basis")
	for _, b := range s.Basis {
		w.elem(string(b))
	}
	w.close(']')
	w.evidence(s.Evidence)
	w.close('}')
}

func kindOf(s scoring.Score) scoring.Kind {
	if s.Kind == "" {
		return scoring.Index
	}
	return s.Kind
}

func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

func (w *jsonWriter) evidence(list []scoring.Evidence) {
	w.array("evidence")
	for i := range list {
		ev := &list[i]
		w.open('{')
		w.str("kind", ev.Kind)
		w.ms("begin_offset_ms", ev.Span.Begin)
		w.ms("end_offset_ms", ev.Span.End)
		w.strOrNull("utterance_id", ev.UtteranceID)
		w.float("weight", finite(ev.Weight))
		w.close('}')
	}
	w.close(']')
}

func (w *jsonWriter) opportunities(list []scoring.Opportunity) {
	w.array("opportunities")
	for i := range list {
		o := &list[i]
		w.open('{')
		w.str("id", o.ID)
		w.strOrNull("participant_id", o.ParticipantID)
		w.str("state", o.State)
		w.ms("begin_offset_ms", o.Span.Begin)
		w.ms("end_offset_ms", o.Span.End)
		w.floatOrNull("affective", o.Affective)
		w.floatOrNull("cognitive", o.Cognitive)
		w.floatOrNull("action", o.Action)
		w.floatOrNull("value", o.Value)
		w.strOrNull("reason", string(o.Reason))
		w.evidence(o.Evidence)
		w.close('}')
	}
	w.close(']')
}

func (w *jsonWriter) line(l *scoring.Line) {
	if l == nil {
		w.null("line")
		return
	}
	w.object("line")
	w.strOrNull("codec", l.Codec)
	w.float("loss_ratio", finite(l.LossRatio))
	w.floatOrNull("snr_db", l.SNRDB)
	w.close('}')
}

func (w *jsonWriter) cue(c *scoring.Cue) {
	w.str("cue_id", c.ID)
	w.str("kind", c.Kind)
	w.str("title", c.Title)
	w.str("advice", c.Advice)
	w.str("why", c.Why)
	w.strOrNull("closed_reason", c.Closed)
	w.evidence(c.Evidence)
}

func (w *jsonWriter) promise(p *scoring.Promise) {
	w.str("promise_id", p.ID)
	w.str("by", p.By)
	w.str("state", p.State)
	w.str("what", p.What)
	due := time.Time{}
	if p.Due != nil {
		due = *p.Due
	}
	w.when("due", due)
	w.strOrNull("promise_source", p.Source)
	w.evidence(p.Evidence)
}

func (w *jsonWriter) expectation(x *scoring.Expectation) {
	w.str("name", x.Name)
	w.str("state", x.State)
	w.strOrNull("reason", string(x.Reason))
	if x.TimeToMS == nil {
		w.null("time_to_ms")
	} else {
		w.int("time_to_ms", *x.TimeToMS)
	}
	w.evidence(x.Evidence)
}

func (w *jsonWriter) gap(g *GapInfo) {
	w.str("cause", string(g.Cause))
	w.strOrNull("leg_id", g.LegID)
	w.strOrNull("modality", string(g.Modality))
	w.strOrNull("first_entry_id", g.FirstEntryID)
	w.strOrNull("last_entry_id", g.LastEntryID)
}

func (w *jsonWriter) hint(h *scoring.Hint) {
	w.str("hint_id", h.ID)
	w.str("state", h.State)
	w.str("decision_point", h.DecisionPoint)
	w.str("target", h.Target)
	w.array("reasons")
	for _, r := range h.Reasons {
		w.elem(r)
	}
	w.close(']')
	w.int("urgency", int64(h.Urgency))
	w.strOrNull("supersedes", h.Supersedes)
	w.evidence(h.Evidence)
}
