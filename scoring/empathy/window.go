package empathy

import (
	"slices"
	"time"

	"github.com/attune-cx/attune"
)

// Step closes what has run out by now and says what became of it.
func (t *Tracker) Step(now time.Duration, floor Floor, servers []Server) {
	for _, o := range t.opportunities {
		if o.State == NotNeeded {
			continue
		}
		o.follow(now, floor, servers, t.cfg)
		o.settle(floor, servers, t.cfg)
	}
}

// Finish closes every opportunity.
func (t *Tracker) Finish(now time.Duration, floor Floor, servers []Server) {
	t.closeOpen(now)
	t.Step(now, floor, servers)
}

// follow keeps the span on the customer's turn while it lasts, and closes the
// response window.
func (o *Opportunity) follow(now time.Duration, floor Floor, servers []Server, cfg Config) {
	if o.ClosedAt > 0 {
		return
	}
	if floor.CustomerInTurn && len(o.answers) == 0 && floor.CustomerEnd > o.Span.End {
		o.extend(attune.Span{Begin: o.Span.Begin, End: floor.CustomerEnd}, cfg.Window)
	}
	o.listen(floor, servers)
	talking := slices.ContainsFunc(servers, func(s Server) bool { return floor.Talking != nil && floor.Talking(s.ID) })
	done := o.turns >= maxTurns && (o.chat || !talking)
	late := !o.chat && now > o.deadline && !talking
	if done || late || o.spoken >= cfg.Speech {
		o.ClosedAt = now
	}
}

// listen notes how much each server has spoken since the customer's turn ended.
func (o *Opportunity) listen(floor Floor, servers []Server) {
	if floor.Speech == nil {
		return
	}
	for _, s := range servers {
		d, ok := floor.Speech(s.ID)
		if !ok {
			continue
		}
		if _, known := o.heardFrom[s.ID]; !known {
			o.heardFrom[s.ID] = d
		}
		o.heardMax = max(o.heardMax, d-o.heardFrom[s.ID])
	}
}

// settle says what became of the opportunity so far.
func (o *Opportunity) settle(floor Floor, servers []Server, cfg Config) {
	if o.ParticipantID == "" && len(servers) > 0 {
		o.ParticipantID = servers[len(servers)-1].ID
	}
	o.Measured, o.Reason = false, attune.ReasonNone
	switch {
	case o.Value >= nothing:
		o.State, o.Measured = Given, true
	case o.ClosedAt == 0:
		o.State = Open
	default:
		o.State, o.Reason = Unknown, o.unheard(servers, cfg)
		if o.Reason == attune.ReasonNone && len(servers) > 0 {
			o.State, o.Measured, o.Value = Missed, true, 0
		}
	}
}

// unheard says why the words of the answer are not known well enough.
func (o *Opportunity) unheard(servers []Server, cfg Config) attune.Reason {
	i := slices.IndexFunc(servers, func(s Server) bool { return s.ID == o.ParticipantID })
	if i >= 0 && !servers[i].Words {
		return servers[i].Reason
	}
	words := time.Duration(0)
	for _, a := range o.answers {
		if a.final {
			words += a.span.Len()
		}
	}
	if o.heardMax > 0 && float64(words) < cfg.Coverage*float64(o.heardMax) {
		return attune.ReasonLittleSpeech
	}
	return attune.ReasonNone
}
