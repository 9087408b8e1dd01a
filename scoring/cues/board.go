package cues

import (
	"fmt"
	"time"

	"github.com/attune-cx/attune"
)

// The board's times.
const (
	Fresh    = 8 * time.Second  // evidence older than this opens nothing
	minShown = 4 * time.Second  // a cue is not superseded before
	coolDown = 10 * time.Second // between any two cues, but before an urgent one
	sameRule = 30 * time.Second // between two cues of one rule
)

// Why a cue closed.
const (
	Answered   = "answered"
	Stale      = "stale"
	Resolved   = "resolved"
	Superseded = "superseded"
	Ended      = "ended" // the interaction ended, or may not be analysed now
)

// Item is what a cue stands on.
type Item struct {
	Kind        string
	Span        attune.Span
	UtteranceID string
}

// Cue is one piece of advice.
type Cue struct {
	ID            string
	Kind          string
	Open          bool
	Closed        string
	ParticipantID string
	Title         string
	Advice        string
	Why           string
	At            time.Duration // of this change
	Opened        time.Duration
	Evidence      Item

	rule int
}

// Board holds the cue of one interaction. It is not safe for concurrent use.
type Board struct {
	id        string
	made      int
	open      bool
	cue       Cue
	closedAt  time.Duration
	everShown bool
	since     []time.Duration // when each rule's condition began to hold, -1 = it does not
	last      []time.Duration // when each rule's cue closed, -1 = never
	used      []attune.Span   // evidence of each rule's last cue
}

// New returns an empty board; ids of its cues begin with interactionID.
func New(interactionID string) *Board {
	n := len(rules())
	b := &Board{id: interactionID, since: make([]time.Duration, n), last: make([]time.Duration, n), used: make([]attune.Span, n)}
	for i := range n {
		b.since[i], b.last[i] = -1, -1
	}
	return b
}

// Current returns the open cue, if there is one.
func (b *Board) Current() (Cue, bool) { return b.cue, b.open }

// Step looks at the view at offset now and calls changed with what closes, then
// with what opens.
func (b *Board) Step(now time.Duration, v *View, changed func(Cue)) {
	if b.open {
		if why := b.over(now, v); why != "" {
			b.close(now, why, changed)
		}
	}
	best, cond := b.candidate(now, v)
	if best < 0 || (b.open && (best >= b.cue.rule || now-b.cue.Opened < minShown)) {
		return
	}
	if b.open {
		b.close(now, Superseded, changed)
	} else if b.everShown && v.Server == b.cue.ParticipantID && now-b.closedAt < coolDown && !rules()[best].urgent {
		return // somebody else was not shown the last one
	}
	b.show(now, best, cond, v, changed)
}

// Clear closes the open cue because its cause is gone: the interaction ended,
// is paused, or consent was withdrawn.
func (b *Board) Clear(now time.Duration, changed func(Cue)) {
	if b.open {
		b.close(now, Ended, changed)
	}
	for i := range b.since {
		b.since[i] = -1
	}
}

// over says why the open cue closes now, "" if it stays.
func (b *Board) over(now time.Duration, v *View) string {
	r := rules()[b.cue.rule]
	switch {
	case v.Server == "" || v.Server != b.cue.ParticipantID:
		return Stale
	case r.answered != nil && r.answered(v, b.cue.Opened):
		return Answered
	case r.resolved != nil && r.resolved(v):
		return Resolved
	case now-b.cue.Opened >= r.lasts:
		return Stale
	}
	return ""
}

// candidate is the first rule whose condition has held long enough, -1 if none.
func (b *Board) candidate(now time.Duration, v *View) (int, condition) {
	best, found := -1, condition{}
	for i, r := range rules() {
		c, ok := r.when(v)
		if !ok || v.Server == "" || now-c.at > Fresh {
			b.since[i] = -1
			continue
		}
		if b.since[i] < 0 {
			b.since[i] = now
		}
		rested := b.last[i] < 0 || now-b.last[i] >= sameRule
		again := b.used[i] == c.item.Span && b.used[i] != (attune.Span{})
		if best < 0 && now-b.since[i] >= r.holds && rested && !again {
			best, found = i, c
		}
	}
	return best, found
}

func (b *Board) show(now time.Duration, rule int, c condition, v *View, changed func(Cue)) {
	r := rules()[rule]
	b.made++
	b.open, b.everShown = true, true
	b.used[rule] = c.item.Span
	b.cue = Cue{ID: fmt.Sprintf("%s-c%d", b.id, b.made), Kind: r.kind, Open: true, ParticipantID: v.Server,
		Title: r.title, Advice: r.advice, Why: c.why, At: now, Opened: now, Evidence: c.item, rule: rule}
	changed(b.cue)
}

func (b *Board) close(now time.Duration, why string, changed func(Cue)) {
	b.open, b.closedAt = false, now
	b.last[b.cue.rule] = now
	c := b.cue
	c.Open, c.Closed, c.At = false, why, now
	changed(c)
}
