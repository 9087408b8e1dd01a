package scoring

import (
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/dynamics"
	"github.com/attune-cx/attune/scoring/fusion"
	"github.com/attune-cx/attune/scoring/promises"
)

// signs are moments that cues and hints look at.
type signs struct {
	escalate     evidenceAt
	offered      evidenceAt // newest transfer, commitment or resolution of the company
	transfer     evidenceAt
	promiseDue   evidenceAt
	interactions []fusion.Part
}

// evidenceAt is something that happened at an offset.
type evidenceAt struct {
	is        bool
	at        time.Duration
	span      attune.Span
	utterance string
}

func (s evidenceAt) or(never time.Duration) time.Duration {
	if !s.is {
		return never
	}
	return s.at
}

// Voice takes what a stretch of a customer's speech sounded like. The sound of
// anybody else is not looked at: of those who serve only timing counts. Nor is
// sound without consent, or while paused.
func (e *Engine) Voice(o VoiceObservation) {
	e.advance(o.Span.End)
	q := e.person(o.ParticipantID)
	if q == nil || q.voice == nil || o.Stats == nil || e.paused || e.finished || !q.consent.AnalyseVoice {
		return
	}
	seconds := e.newSpeech(q, o)
	q.line = o.Line
	q.lastActive = max(q.lastActive, o.Span.End)
	loss := 0.0
	if o.Line != nil {
		loss = o.Line.LossRatio
	}
	distressed := q.stress.Last(fusion.Words) > 1
	r, ok := q.voice.Observe(o.Stats, o.Span, seconds, loss, distressed)
	if !ok {
		return // too little yet: what is new stays new
	}
	q.voiceEnd = max(q.voiceEnd, o.Span.End)
	if p := e.floor.Party(o.ParticipantID); p != nil {
		q.voiced = p.Call.Speech
	}
	q.poorLine = r.Quality == 0
	quality := r.Quality * (.5 + .5*r.Baseline)
	q.hear(o.Span, seconds, quality, r.Parts)
	q.dirty = true
	if r.HasOnset {
		q.onset, q.hasOnset = r.Onset, true
		e.empathy.Onset(r.Onset)
	}
}

// newSpeech is how many seconds of an observation were not in the last one: told,
// else what the floor counted since, else what the spans leave.
func (e *Engine) newSpeech(q *person, o VoiceObservation) float64 {
	speech := time.Duration(o.Stats.SpeechHops) * 10 * time.Millisecond
	if o.NewSpeech > 0 {
		return min(o.NewSpeech, speech).Seconds()
	}
	if p := e.floor.Party(o.ParticipantID); p != nil {
		return max(0, min(speech, p.Call.Speech-q.voiced)).Seconds()
	}
	return max(0, min(speech, o.Span.End-max(q.voiceEnd, o.Span.Begin))).Seconds()
}

// hear folds the evidence of sound into stress, arousal and, weakly and turned
// round, valence.
func (q *person) hear(span attune.Span, seconds, quality float64, parts []fusion.Part) {
	o := fusion.Observation{Modality: fusion.Voice, Units: seconds, Quality: quality, Parts: parts, Span: span}
	q.stress.Observe(o)
	q.arousal.Observe(o)
	turned := make([]fusion.Part, len(parts))
	for i, p := range parts {
		turned[i] = fusion.Part{Kind: p.Kind, LLR: -p.LLR}
	}
	o.Parts = turned
	q.valence.Observe(o)
}

// Dynamics takes the state of the floor; it is copied.
func (e *Engine) Dynamics(s *dynamics.Snapshot) {
	e.advance(s.At)
	if e.paused || e.finished {
		return
	}
	e.floor, e.heard = *s, true
	for i := range s.Parties[:s.N] {
		p := &s.Parties[i]
		q := e.person(p.ID)
		if q == nil {
			continue
		}
		if p.InTurn {
			q.lastActive = max(q.lastActive, p.Turn.End)
		}
		if q.who.Role == attune.RoleCustomer && q.consent.AnalyseVoice {
			e.observeFloor(q, p)
		}
	}
}

// observeFloor turns the last half minute into evidence: breaking in, and long
// silences. It counts once for each second that the customer spoke.
func (e *Engine) observeFloor(q *person, p *dynamics.Party) {
	seconds := (p.Call.Speech - q.speech).Seconds()
	if seconds <= 0 {
		return
	}
	q.speech = p.Call.Speech
	parts := e.signs.interactions[:0]
	if n := p.Recent.Interruptions; n > 0 {
		parts = append(parts, fusion.Part{Kind: "interruption", LLR: .8 * float64(min(n, 3))})
	}
	if e.floor.Recent.LongestSilence >= 8*time.Second && !e.cfg.Policy.IgnoreAgentTiming {
		parts = append(parts, fusion.Part{Kind: "silence", LLR: .4})
	}
	if quick(p) && !e.cfg.Policy.IgnoreAgentTiming {
		parts = append(parts, fusion.Part{Kind: "quick_response", LLR: .3})
	}
	e.signs.interactions = parts
	if len(parts) == 0 && !q.stress.Seen(fusion.Interaction) {
		return
	}
	span := attune.Span{Begin: max(0, e.floor.At-30*time.Second), End: e.floor.At}
	o := fusion.Observation{Modality: fusion.Interaction, Units: seconds, Quality: 1, Parts: parts, Span: span}
	q.stress.Observe(o)
	if len(parts) > 0 && parts[0].Kind == "interruption" {
		o.Parts = []fusion.Part{{Kind: "interruption", LLR: -parts[0].LLR}}
	} else {
		o.Parts = nil
	}
	q.reciprocity.Observe(o)
}

// quick reports whether the customer answers in less than half of their usual time.
func quick(p *dynamics.Party) bool {
	return p.Recent.Responses >= 2 && p.Call.Responses >= 5 && 2*p.Recent.ResponseMean < p.Call.ResponseMean
}

// promised queues a change of the ledger for the next step.
func (e *Engine) promised(p *promises.Promise) {
	out := &Promise{ID: p.ID, By: p.By, ParticipantID: p.ParticipantID, State: string(p.State), What: p.What,
		Source: p.Source, At: p.At,
		Evidence: []Evidence{{Kind: "commitment", Span: p.Span, UtteranceID: p.UtteranceID, Weight: p.Confidence}}}
	if !p.Due.IsZero() {
		due := p.Due
		out.Due = &due
	}
	if p.State == promises.Due && p.By == promises.ByCompany {
		e.signs.promiseDue = evidenceAt{is: true, at: p.At, span: attune.Span{Begin: p.At, End: p.At}}
	}
	e.pending = append(e.pending, Update{Promise: out})
}
