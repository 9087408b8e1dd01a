package scoring

import (
	"errors"
	"fmt"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/dynamics"
	"github.com/attune-cx/attune/features/functionals"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/models/stressvoice"
	"github.com/attune-cx/attune/scoring/cues"
	"github.com/attune-cx/attune/scoring/empathy"
	"github.com/attune-cx/attune/scoring/expectations"
	"github.com/attune-cx/attune/scoring/promises"
	"github.com/attune-cx/attune/scoring/routing"
)

// ErrInteraction marks an interaction that cannot be scored.
var ErrInteraction = errors.New("scoring: bad interaction")

// Engine scores one interaction. It is a state machine without a clock: every
// time it knows is an offset since the interaction began that a caller gave. The
// same calls give the same updates. It is not safe for concurrent use.
type Engine struct {
	it      *attune.Interaction
	cfg     Config
	model   Model
	people  []*person // in the order in which they were added
	floor   dynamics.Snapshot
	heard   bool // floor was told
	empathy *empathy.Tracker
	expect  *expectations.Tracker
	ledger  *promises.Ledger
	cues    *cues.Board
	routing *routing.Desk

	now      time.Duration
	paused   bool
	finished bool
	pending  []Update // promises and expectations that changed since the last step
	finals   map[string]struct{}
	unnamed  int
	signs    signs
}

// VoiceObservation is what a stretch of a customer's speech sounded like.
type VoiceObservation struct {
	ParticipantID string
	Span          attune.Span        // at most the last 8 s of speech
	Stats         *functionals.Stats // over Span; borrowed until Voice returns
	Line          *Line              // nil = not known
	NewSpeech     time.Duration      // speech not in the last observation; 0 = taken from the spans
}

// NewEngine returns an engine for an interaction without participants. The
// interaction is shared and must not change.
func NewEngine(it *attune.Interaction, cfg Config) (*Engine, error) {
	if it == nil || it.ID == "" {
		return nil, fmt.Errorf("%w: it has no id", ErrInteraction)
	}
	if cfg.Voice == nil {
		m, err := stressvoice.Load()
		if err != nil {
			return nil, fmt.Errorf("scoring: voice model: %w", err)
		}
		cfg.Voice = m
	}
	cfg.Profile = cfg.Profile.withDefaults()
	return &Engine{
		it: it, cfg: cfg, model: cfg.model(),
		empathy: empathy.New(it.ID, cfg.Profile.Empathy),
		expect:  expectations.New(it.Facts),
		ledger:  promises.New(it.ID),
		cues:    cues.New(it.ID),
		routing: routing.New(it.ID),
		finals:  map[string]struct{}{},
	}, nil
}

// AddParticipant makes a participant known on a channel. Words says that a
// transcript or messages of theirs are expected. A second call for the same id
// adds a channel; consent then is what the newest call says.
func (e *Engine) AddParticipant(p attune.Participant, ch attune.Channel, consent attune.Consent, words bool) {
	q := e.person(p.ID)
	if q == nil {
		q = newPerson(p, ch, e.cfg)
		q.language, q.joined = e.it.Language, e.now
		e.people = append(e.people, q)
	}
	q.spoken = q.spoken || ch.Spoken()
	q.written = q.written || !ch.Spoken()
	q.words = q.words || words || !ch.Spoken()
	q.allow(consent)
	q.dirty = true
}

// SetConsent changes what may be done with a participant's sound and words from
// offset at on. What was measured of something no longer allowed is forgotten.
func (e *Engine) SetConsent(participantID string, c attune.Consent, at time.Duration) {
	q := e.person(participantID)
	if q == nil {
		return
	}
	less := q.consent.AnalyseText && !c.AnalyseText || q.consent.AnalyseVoice && !c.AnalyseVoice
	q.allow(c)
	q.dirty = true
	e.advance(at)
	if less {
		e.takeBack()
	}
}

// blind reports whether nothing of the customer may be analysed: no advice can
// stand on what was.
func (e *Engine) blind() bool {
	q := e.customer()
	return q != nil && !q.consent.AnalyseText && !q.consent.AnalyseVoice
}

// takeBack closes the cue and the hint that stand on what may no longer be
// analysed; what is still allowed opens them anew if it carries them.
func (e *Engine) takeBack() {
	e.cues.Clear(e.now, func(c cues.Cue) { e.pending = append(e.pending, Update{Cue: cue(c)}) })
	e.routing.Close(e.now, func(h routing.Hint) { e.pending = append(e.pending, Update{Hint: hint(h)}) })
}

// Pause stops all scoring at offset at; until [Engine.Resume] every score is
// null and what comes in is not looked at. The cause is for the caller's gap event.
func (e *Engine) Pause(at time.Duration, _ string) {
	e.advance(at)
	e.paused = true
	e.markAll()
}

// Resume goes on at offset at.
func (e *Engine) Resume(at time.Duration) {
	e.advance(at)
	e.paused = false
	e.markAll()
}

func (e *Engine) advance(at time.Duration) { e.now = max(e.now, at) }

func (e *Engine) markAll() {
	for _, q := range e.people {
		q.dirty = true
	}
}

// person returns a participant, or nil.
func (e *Engine) person(id string) *person {
	for _, q := range e.people {
		if q.who.ID == id {
			return q
		}
	}
	return nil
}

// customer is the first customer, or nil.
func (e *Engine) customer() *person {
	for _, q := range e.people {
		if q.who.Role == attune.RoleCustomer {
			return q
		}
	}
	return nil
}

// server is the one who serves now: the newest to speak or write, else the
// newest to join; nil if nobody serves.
func (e *Engine) server() *person {
	var newest *person
	for _, q := range e.people {
		if q.who.Role.Serves() && (newest == nil || q.lastActive >= newest.lastActive) {
			newest = q
		}
	}
	return newest
}

// Words takes what a message or utterance was read as. An interim one is
// replaced by later ones of the same id; after a final one nothing more of that
// id counts. Without consent to read words it is not looked at.
func (e *Engine) Words(m *lexical.Message, r *lexical.Reading) {
	e.advance(m.Span.End)
	q := e.person(m.ParticipantID)
	if q == nil || e.paused || e.finished || !q.consent.AnalyseText {
		return
	}
	named := *m
	if named.ID == "" {
		e.unnamed++
		named.ID = fmt.Sprintf("%s-m%d", e.it.ID, e.unnamed)
	}
	if _, done := e.finals[named.ID]; done {
		return
	}
	if named.Final {
		e.finals[named.ID] = struct{}{}
	}
	e.read(q, &named, r)
}

// Recogniser says from offset at on whether somebody turns a participant's voice
// into words. While nobody does, words that were read stay known and count for
// nothing: scores stand on the voice, with the confidence of a missing modality.
func (e *Engine) Recogniser(participantID string, hears bool, at time.Duration) {
	e.advance(at)
	q := e.person(participantID)
	if q == nil || hears && q.words && !q.deaf || !hears && q.deaf {
		return
	}
	q.words = q.words || hears
	q.deaf, q.dirty = !hears, true
}

// PromiseState records what became of a promise, by source crm, agent or
// customer; due is the new time of a moved one, zero if not known. Errors are
// those of package promises. The change comes out of the next step.
func (e *Engine) PromiseState(id, state, source string, due time.Time, at time.Duration) error {
	e.advance(at)
	p, err := e.ledger.Set(id, promises.State(state), source, due, at)
	if err != nil {
		return err
	}
	e.promised(p)
	return nil
}

// Outcome records a fact about the interaction from outside: resolved (value 0
// or 1). Other kinds are known to the stream alone and change no score.
func (e *Engine) Outcome(kind string, value float64, at time.Duration) {
	e.advance(at)
	if kind == "resolved" {
		e.expect.Resolved(value > 0, at)
	}
}
