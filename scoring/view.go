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

// The confidence below which stress moves no cue, and no hint.
const (
	cueConfidence  = .3
	hintConfidence = .4
)

// never is an offset before everything.
const never = -time.Nanosecond

// cueView gathers what the cue rules look at.
func (e *Engine) cueView() *cues.View {
	v := &cues.View{Now: e.now, OnsetAt: never, AnsweredAt: never, AskedAt: never,
		EscalAt: e.signs.escalate.or(never), Offered: e.signs.offered.or(never), PromiseAt: e.signs.promiseDue.or(never)}
	v.Escalate = cues.Item{Kind: "escalation_request", Span: e.signs.escalate.span, UtteranceID: e.signs.escalate.utterance}
	server := e.server()
	if server != nil {
		v.Server = server.who.ID
		e.viewFloor(v, server)
	}
	if q := e.customer(); q != nil {
		e.viewStress(v, q)
	}
	e.viewOpportunity(v)
	if x := e.expect.Get(expectations.NotAskedAgain); x.State == expectations.Missed && len(x.Evidence) > 0 {
		v.AskedAt = x.Evidence[0].Span.End
		v.Asked = cues.Item(x.Evidence[0])
	}
	return v
}

func (e *Engine) viewFloor(v *cues.View, server *person) {
	if !e.heard || e.cfg.Policy.IgnoreAgentTiming {
		return
	}
	v.Silence = e.floor.CurrentSilence
	if p := e.floor.Party(server.who.ID); p != nil {
		v.ServerInTurn, v.Interruptions, v.Interruption = p.InTurn, p.Recent.Interruptions, p.LastInterruption
	}
}

func (e *Engine) viewStress(v *cues.View, q *person) {
	if s := e.stressOf(q); s.State == OK && s.Confidence >= cueConfidence {
		v.Stress, v.StressKnown, v.Slope = *s.Value, true, q.trend.Slope()
		v.Newest = q.lastActive
	}
	if q.hasOnset {
		v.Onset, v.OnsetAt = q.onset, q.onset.End
	}
	if p := e.floor.Party(q.who.ID); p != nil {
		v.CustomerInTurn = p.InTurn
	}
}

func (e *Engine) stressOf(q *person) Score {
	voice, voiceWhy := e.voiceState(q)
	words, wordsWhy := e.wordsState(q)
	c := &measured{e: e, q: q, voice: voice, words: words, voiceWhy: voiceWhy, wordsWhy: wordsWhy}
	return c.stress()
}

func (e *Engine) viewOpportunity(v *cues.View) {
	all := e.empathy.All()
	if len(all) == 0 {
		return
	}
	o := all[len(all)-1]
	if o.State == empathy.NotNeeded {
		return
	}
	v.HasOpportunity, v.Opportunity, v.OpportunityCause = true, o.Span, o.Cause
	v.OpportunityOpen = o.State == empathy.Open
	v.Acknowledged, v.Acted = o.Acknowledged, o.Acted
	for _, it := range o.Evidence {
		v.AnsweredAt = max(v.AnsweredAt, it.Span.End)
	}
}

// routeView gathers what the routing rules look at.
func (e *Engine) routeView(final bool) *routing.View {
	v := &routing.View{Span: attune.Span{End: e.now}, Wait: e.it.QueueWait, Missed: e.missed(),
		AskedAgain: e.failed(expectations.NotAskedAgain) > 0, MissedNeed: e.failed(expectations.NeedUnderstood) > 0,
		Transfer: e.signs.transfer.is && e.now-e.signs.transfer.at <= 30*time.Second,
		CallBack: final && e.owesCall(), Begun: e.heard}
	for _, p := range e.ledger.All() {
		if p.By == promises.ByCompany && p.State == promises.Broken {
			v.Broken++
		}
	}
	for _, q := range e.people {
		v.Begun = v.Begun || q.wordsSeen
		if q.who.Role.Serves() {
			v.Servers++
			if q.who.Role == attune.RoleBot {
				v.Bots++
			}
			v.Asked = v.Asked || e.signs.escalate.is
		}
	}
	if e.signs.escalate.is && e.joinedSince(e.signs.escalate.at) {
		v.Asked = false
	}
	if q := e.customer(); q != nil {
		if s := e.stressOf(q); s.State == OK && s.Confidence >= hintConfidence {
			v.Stress, v.StressKnown, v.Slope = *s.Value, true, q.trend.Slope()
		}
	}
	return v
}

// joinedSince reports whether somebody who is no bot joined after offset at.
func (e *Engine) joinedSince(at time.Duration) bool {
	for _, q := range e.people {
		if q.joined > at && q.who.Role != attune.RoleBot && q.who.Role != attune.RoleCustomer {
			return true
		}
	}
	return false
}
