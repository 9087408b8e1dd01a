package routing

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/attune-cx/attune/stream"
)

// ErrHint is returned for an event that says it is a hint and is none.
var ErrHint = errors.New("routing: hint is not complete")

// States of a hint.
const (
	Open       = "open"
	Superseded = "superseded"
	Withdrawn  = "withdrawn"
	Expired    = "expired"
)

// Hint is one piece of advice, as it stands.
type Hint struct {
	InteractionID string
	ExternalIDs   map[string]string
	Queue         string
	Test          bool // of an interaction with purpose test: do not act
	ID            string
	State         string
	DecisionPoint string
	Target        string
	Reasons       []string
	Urgency       int // 0..100, higher = sooner
	ValidUntil    time.Time
	Supersedes    string
	Epoch, Seq    uint64 // of the event that said so
}

// Change is what became of a hint. Hint.State says it: open, or why it closed.
type Change struct{ Hint Hint }

// place is the order of two events of one interaction.
type place struct{ epoch, seq uint64 }

func (p place) after(q place) bool {
	return p.epoch > q.epoch || (p.epoch == q.epoch && p.seq > q.seq)
}

// hintKey names a hint: ids are unique within an interaction.
type hintKey struct{ interaction, id string }

// record is the newest that is known of a hint; it outlives the hint, so that an
// older event that comes late does not open it again.
type record struct {
	hint   Hint
	at     place
	forget time.Time
}

// Board is the open hints. Use it from one goroutine.
type Board struct {
	keep    time.Duration
	records map[hintKey]*record
}

// NewBoard returns an empty board that remembers closed hints for keep (0 = 1 h):
// as long as an old entry may come late, the retention of the stream at most.
func NewBoard(keep time.Duration) *Board {
	if keep <= 0 {
		keep = time.Hour
	}
	return &Board{keep: keep, records: make(map[hintKey]*record)}
}

// Apply takes one event at the wall time now and returns what changed, in order.
// Events that are not of hints close the hints of an interaction that is over, and
// else change nothing. An event older than what is known of its hint, or the same
// again, changes nothing. The error wraps [ErrHint].
func (b *Board) Apply(e *stream.Envelope, now time.Time) ([]Change, error) {
	switch e.Type {
	case stream.InteractionCompleted, stream.InteractionFailed, stream.Erased:
		return b.over(e, now), nil
	case stream.RouteHint:
	default:
		return nil, nil
	}
	h, err := hintOf(e)
	if err != nil {
		return nil, err
	}
	return b.apply(h, now), nil
}

func hintOf(e *stream.Envelope) (Hint, error) {
	d := &e.Data
	if d.HintID == "" || !slices.Contains([]string{Open, Superseded, Withdrawn, Expired}, d.State) {
		return Hint{}, fmt.Errorf("%w: event %s has hint_id %q, state %q", ErrHint, e.ID, d.HintID, d.State)
	}
	h := Hint{
		InteractionID: d.InteractionID, ExternalIDs: d.ExternalIDs, Queue: text(d.Queue), Test: d.Purpose == "test",
		ID: d.HintID, State: d.State, DecisionPoint: d.DecisionPoint, Target: d.Target, Reasons: d.Reasons,
		Urgency: min(max(d.Urgency, 0), 100), Supersedes: text(d.Supersedes), Epoch: d.Epoch, Seq: d.Seq,
	}
	if d.ValidUntil != nil {
		h.ValidUntil = *d.ValidUntil
	}
	return h, nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (b *Board) apply(h Hint, now time.Time) (changes []Change) {
	at := place{h.Epoch, h.Seq}
	if h.Supersedes != "" {
		changes = b.close(hintKey{h.InteractionID, h.Supersedes}, Superseded, at, now)
	}
	if h.State != Open {
		return append(changes, b.close(hintKey{h.InteractionID, h.ID}, h.State, at, now)...)
	}
	if !h.ValidUntil.IsZero() && !now.Before(h.ValidUntil) {
		return append(changes, b.close(hintKey{h.InteractionID, h.ID}, Expired, at, now)...)
	}
	r := b.record(hintKey{h.InteractionID, h.ID})
	if !at.after(r.at) {
		return changes
	}
	*r = record{hint: h, at: at}
	return append(changes, Change{h})
}

func (b *Board) record(k hintKey) *record {
	r := b.records[k]
	if r == nil {
		r = &record{hint: Hint{InteractionID: k.interaction, ID: k.id}}
		b.records[k] = r
	}
	return r
}

// close ends a hint for a reason; one that was not open changes nothing, and is
// remembered all the same.
func (b *Board) close(k hintKey, why string, at place, now time.Time) []Change {
	r := b.record(k)
	if !at.after(r.at) {
		return nil
	}
	was := r.hint.State
	r.hint.State, r.at, r.forget = why, at, now.Add(b.keep)
	r.hint.Epoch, r.hint.Seq = at.epoch, at.seq
	if was != Open {
		return nil
	}
	return []Change{{r.hint}}
}

// over closes the hints of an interaction that ended.
func (b *Board) over(e *stream.Envelope, now time.Time) (changes []Change) {
	for k, r := range b.records {
		if k.interaction == e.Data.InteractionID && r.hint.State == Open {
			changes = append(changes, b.close(k, Withdrawn, place{e.Data.Epoch, e.Data.Seq}, now)...)
		}
	}
	sortChanges(changes)
	return changes
}

// Expire closes what is not valid any more at now, and forgets what closed long
// ago. Call it every second or so: nobody else says that a hint is over when the
// publisher is gone.
func (b *Board) Expire(now time.Time) (changes []Change) {
	for k, r := range b.records {
		switch {
		case r.hint.State == Open && !r.hint.ValidUntil.IsZero() && !now.Before(r.hint.ValidUntil):
			r.hint.State, r.forget = Expired, now.Add(b.keep)
			changes = append(changes, Change{r.hint})
		case r.hint.State != Open && now.After(r.forget):
			delete(b.records, k)
		}
	}
	sortChanges(changes)
	return changes
}

// Open returns the open hints, most urgent first; among equals the one that is
// over soonest.
func (b *Board) Open() []Hint {
	var open []Hint
	for _, r := range b.records {
		if r.hint.State == Open {
			open = append(open, r.hint)
		}
	}
	slices.SortFunc(open, func(x, y Hint) int {
		if x.Urgency != y.Urgency {
			return y.Urgency - x.Urgency
		}
		if c := x.ValidUntil.Compare(y.ValidUntil); c != 0 {
			return c
		}
		return compare(x, y)
	})
	return open
}

func sortChanges(changes []Change) {
	slices.SortFunc(changes, func(x, y Change) int { return compare(x.Hint, y.Hint) })
}

func compare(x, y Hint) int {
	if c := strings.Compare(x.InteractionID, y.InteractionID); c != 0 {
		return c
	}
	return strings.Compare(x.ID, y.ID)
}
