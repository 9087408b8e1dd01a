package routing

import (
	"fmt"
	"slices"
	"time"

	"github.com/attune-cx/attune"
)

// The desk's times and steps.
const (
	ValidFor  = 2 * time.Minute
	renew     = 90 * time.Second // an unchanged hint is renewed after
	minPeriod = 10 * time.Second // between two hints
	release   = 20 * time.Second // without a reason before it is withdrawn
	moved     = 15               // change of urgency that makes a new hint
	worth     = 15               // urgency from which on a hint opens
	keep      = 10               // and below which it is withdrawn
)

// States of a hint.
const (
	Open       = "open"
	Superseded = "superseded"
	Withdrawn  = "withdrawn"
	Expired    = "expired"
)

// Item is what a hint stands on; Weight is its points of urgency.
type Item struct {
	Kind   string
	Span   attune.Span
	Weight float64
}

// Hint is advice to a routing engine.
type Hint struct {
	ID            string
	State         string
	DecisionPoint string
	Target        string
	Reasons       []string
	Urgency       int
	Supersedes    string
	At            time.Duration
	ValidFor      time.Duration
	Evidence      []Item
}

// Desk holds the hint of one interaction. It is not safe for concurrent use.
type Desk struct {
	id    string
	made  int
	on    []bool // which rules hold
	open  bool
	hint  Hint
	empty time.Duration // since when no rule holds, -1 = one does
}

// New returns a desk without a hint; ids of its hints begin with interactionID.
func New(interactionID string) *Desk {
	return &Desk{id: interactionID, on: make([]bool, len(rules())), empty: -1}
}

// Step looks at the view at offset now and calls changed with what became of the
// hint that was open, then with the one that opens.
func (d *Desk) Step(now time.Duration, v *View, changed func(Hint)) {
	next := d.weigh(now, v)
	switch {
	case next.Urgency < keep, !d.open && next.Urgency < worth:
		d.idle(now, changed)
		return
	case !d.open:
		d.empty = -1
		if d.made > 0 && now-d.hint.At < minPeriod {
			return
		}
	default:
		d.empty = -1
		age := now - d.hint.At
		if age < minPeriod || (!d.differs(&next) && age < renew) {
			return
		}
		old := d.hint
		old.State, old.At = Superseded, now
		changed(old)
		next.Supersedes = old.ID
	}
	d.made++
	next.ID = fmt.Sprintf("%s-h%d", d.id, d.made)
	d.open, d.hint = true, next
	changed(next)
}

// Close withdraws the open hint: the interaction ended or may not be scored.
func (d *Desk) Close(now time.Duration, changed func(Hint)) {
	if d.open {
		d.end(now, Withdrawn, changed)
	}
	clear(d.on)
}

// idle follows the time without a reason.
func (d *Desk) idle(now time.Duration, changed func(Hint)) {
	if d.empty < 0 {
		d.empty = now
	}
	switch {
	case !d.open:
	case now-d.empty >= release:
		d.end(now, Withdrawn, changed)
	case now-d.hint.At >= ValidFor:
		d.end(now, Expired, changed)
	}
}

func (d *Desk) end(now time.Duration, state string, changed func(Hint)) {
	d.open = false
	d.hint.State, d.hint.At = state, now
	changed(d.hint)
}

// weigh applies the rules.
func (d *Desk) weigh(now time.Duration, v *View) Hint {
	h := Hint{State: Open, At: now, ValidFor: ValidFor, DecisionPoint: decisionPoint(v), Target: target(v)}
	for i, r := range rules() {
		level := r.level(v)
		d.on[i] = level >= r.enter || d.on[i] && level >= r.leave
		if !d.on[i] {
			continue
		}
		points := r.points
		h.Reasons = append(h.Reasons, r.reason)
		h.Urgency += points
		h.Evidence = append(h.Evidence, Item{Kind: r.reason, Span: v.Span, Weight: float64(points)})
	}
	h.Urgency = min(h.Urgency, 100)
	return h
}

func (d *Desk) differs(next *Hint) bool {
	diff := next.Urgency - d.hint.Urgency
	return diff >= moved || diff <= -moved || next.Target != d.hint.Target ||
		next.DecisionPoint != d.hint.DecisionPoint || !slices.Equal(next.Reasons, d.hint.Reasons)
}
