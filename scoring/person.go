package scoring

import (
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/scoring/fusion"
	"github.com/attune-cx/attune/scoring/trend"
	"github.com/attune-cx/attune/scoring/voice"
)

// person is one participant and, of a customer, the evidence so far.
type person struct {
	who             attune.Participant
	channel         attune.Channel // of the snapshot: the first one
	language        string
	spoken, written bool // on a channel with sound, on one without
	words           bool // a transcript or messages are expected
	deaf            bool // nobody turns the voice into words now
	consent         attune.Consent
	line            *Line

	stress, sentiment, arousal, valence, reciprocity fusion.State
	voice                                            *voice.Tracker
	voiceEnd                                         time.Duration // end of the newest observation
	voiced                                           time.Duration // floor's count of speech at the newest observation
	poorLine                                         bool
	textReason                                       attune.Reason // of the newest message
	wordsSeen                                        bool
	speech                                           time.Duration // that interaction evidence has counted
	trend                                            trend.Line
	onset                                            attune.Span
	hasOnset                                         bool
	said                                             []said          // newest final utterances, for restatements
	sent                                             []time.Duration // newest written messages

	joined     time.Duration // when it was added
	retold     evidenceAt    // of one who took over: what the customer said before, said back
	dirty      bool
	lastActive time.Duration
	lastSnap   time.Duration // when it was measured last
	told       *Snapshot     // the last that was handed out; never changed
	lastTold   time.Duration
	snapped    bool
	utterance  string // that caused the next snapshot
}

// said is the content words of an utterance.
type said struct {
	id    string
	at    time.Duration
	words map[string]struct{}
}

func newPerson(p attune.Participant, ch attune.Channel, cfg Config) *person {
	q := &person{who: p, channel: ch}
	if p.Role == attune.RoleCustomer {
		q.voice = voice.New(cfg.Voice)
		q.stress.Config = cfg.Profile.stress()
		q.sentiment.Config = cfg.Profile.sentiment()
		q.arousal.Config = cfg.Profile.arousal()
		q.valence.Config = cfg.Profile.valence()
		q.reciprocity.Config = cfg.Profile.reciprocity()
	}
	return q
}

// states are the fused scores of a customer.
func (q *person) states() [5]*fusion.State {
	return [5]*fusion.State{&q.stress, &q.sentiment, &q.arousal, &q.valence, &q.reciprocity}
}

// allow sets the consent and forgets what it no longer covers.
func (q *person) allow(c attune.Consent) {
	if q.consent.AnalyseVoice && !c.AnalyseVoice {
		q.purge(fusion.Voice)
		q.hasOnset, q.line = false, nil
		if q.voice != nil {
			q.voice.Forget()
		}
	}
	if q.consent.AnalyseText && !c.AnalyseText {
		q.purge(fusion.Words)
		q.wordsSeen, q.said = false, nil
	}
	if !c.AnalyseVoice && !c.AnalyseText {
		q.purge(fusion.Interaction)
	}
	if c != q.consent {
		q.trend = trend.Line{}
	}
	q.consent = c
}

func (q *person) purge(m fusion.Modality) {
	for _, s := range q.states() {
		s.Purge(m)
	}
}

// voiceState says whether the voice can be measured.
func (e *Engine) voiceState(q *person) (State, attune.Reason) {
	switch {
	case !q.spoken:
		return NotApplicable, attune.ReasonNone
	case q.who.Role != attune.RoleCustomer:
		return NotApplicable, attune.ReasonPolicy
	case e.paused:
		return NoData, attune.ReasonPaused
	case !q.consent.AnalyseVoice:
		return NoData, attune.ReasonNoConsent
	case q.stress.Seen(fusion.Voice) && q.poorLine:
		return NoData, attune.ReasonPoorLine
	case !q.stress.Seen(fusion.Voice):
		return Warming, attune.ReasonLittleSpeech
	case q.voice.Heard() < 5:
		return Warming, attune.ReasonLittleSpeech
	}
	return OK, attune.ReasonNone
}

// wordsState says whether the words can be read.
func (e *Engine) wordsState(q *person) (State, attune.Reason) {
	switch {
	case e.paused:
		return NoData, attune.ReasonPaused
	case !q.consent.AnalyseText:
		return NoData, attune.ReasonNoConsent
	case !q.words && !q.wordsSeen, q.deaf && !q.written:
		return NoData, attune.ReasonNoRecogniser
	case q.textReason != attune.ReasonNone && (!q.wordsSeen || q.textReason != attune.ReasonLittleSpeech): // a number or an emoji takes nothing back
		return NoData, q.textReason
	case !q.wordsSeen:
		return NoData, attune.ReasonLittleSpeech
	}
	return OK, attune.ReasonNone
}

// readable reports whether a participant's words can tell what they did not
// say, and why not.
func (e *Engine) readable(q *person) (bool, attune.Reason) {
	switch {
	case !q.consent.AnalyseText:
		return false, attune.ReasonNoConsent
	case !q.words && !q.wordsSeen, q.deaf && !q.written:
		return false, attune.ReasonNoRecogniser
	}
	return true, attune.ReasonNone
}

// has reports whether a reading holds an act, and how surely.
func has(r *lexical.Reading, kind lexical.ActKind) float64 {
	sure := 0.0
	for _, a := range r.Acts {
		if a.Kind == kind {
			sure = max(sure, a.Confidence)
		}
	}
	return sure
}
