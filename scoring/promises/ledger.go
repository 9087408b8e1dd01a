package promises

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// Errors of [Ledger.Set].
var (
	ErrUnknown = errors.New("promises: no such promise")
	ErrState   = errors.New("promises: state cannot be set")
	ErrSource  = errors.New("promises: source cannot confirm")
)

// State of a promise.
type State string

// The states.
const (
	Made   State = "made"
	Due    State = "due"
	Kept   State = "kept"
	Broken State = "broken"
	Moved  State = "moved"
	Void   State = "void"
)

// Settled reports whether nothing more is expected of the promise.
func (s State) Settled() bool { return s == Kept || s == Broken || s == Void }

// Who committed.
const (
	ByCompany  = "COMPANY"
	ByCustomer = "CUSTOMER"
)

// maxPromises bounds one interaction's ledger.
const maxPromises = 64

// Promise is one commitment.
type Promise struct {
	ID            string
	By            string
	ParticipantID string
	What          string // kind of act, see [Kind]
	State         State
	Due           time.Time // zero = no time was given
	Source        string    // words | agent | crm | customer: who said the state
	At            time.Duration
	UtteranceID   string
	Span          attune.Span
	Confidence    float64
}

// Ledger holds one interaction's promises. It is not safe for concurrent use.
type Ledger struct {
	interactionID string
	promises      []Promise
	read          map[string]struct{} // messages that were read
}

// New returns an empty ledger; ids of its promises begin with interactionID.
func New(interactionID string) *Ledger {
	return &Ledger{interactionID: interactionID, read: map[string]struct{}{}}
}

// minCommitment is the confidence below which words make no promise.
const minCommitment = .5

// Read takes the commitments of a final message and calls changed with each
// promise that was made or moved. A message counts once; interim ones never.
func (l *Ledger) Read(m *lexical.Message, r *lexical.Reading, at time.Duration, changed func(*Promise)) {
	if _, old := l.read[m.ID]; old || !m.Final {
		return
	}
	l.read[m.ID] = struct{}{}
	for _, act := range r.Acts {
		if act.Kind == lexical.ActCommitment && act.Confidence >= minCommitment {
			l.commit(m, act, Kind(clause(m.Text, act, r.Acts)), at, changed)
		}
	}
}

func (l *Ledger) commit(m *lexical.Message, act lexical.Act, what string, at time.Duration, changed func(*Promise)) {
	by := ByCompany
	switch {
	case m.Role == attune.RoleCustomer:
		by = ByCustomer
	case !m.Role.Serves():
		return
	}
	if p := l.open(by, what); p != nil { // said again
		if act.Due.IsZero() || act.Due.Equal(p.Due) {
			return
		}
		moved := !p.Due.IsZero()
		p.Due, p.At = act.Due, at
		if moved {
			p.State, p.Source = Moved, "words"
		}
		changed(p)
		return
	}
	if len(l.promises) == maxPromises {
		return
	}
	l.promises = append(l.promises, Promise{
		ID: fmt.Sprintf("%s-p%d", l.interactionID, len(l.promises)+1), By: by, ParticipantID: m.ParticipantID,
		What: what, State: Made, Due: act.Due, Source: "words", At: at, UtteranceID: m.ID, Span: m.Span,
		Confidence: act.Confidence,
	})
	changed(&l.promises[len(l.promises)-1])
}

// open finds the promise of that side and kind that is not settled. Kind "act"
// is no kind: two such promises are never taken for one.
func (l *Ledger) open(by, what string) *Promise {
	for i := range l.promises {
		p := &l.promises[i]
		if p.By == by && p.What == what && what != KindAct && !p.State.Settled() {
			return p
		}
	}
	return nil
}

// Step calls changed with each promise whose time has come by wall clock now.
func (l *Ledger) Step(wall time.Time, at time.Duration, changed func(*Promise)) {
	for i := range l.promises {
		p := &l.promises[i]
		if !p.Due.IsZero() && !wall.Before(p.Due) && (p.State == Made || p.State == Moved) {
			p.State, p.At = Due, at
			changed(p)
		}
	}
}

// Set records what a person or a CRM says became of a promise. Source is crm,
// agent or customer. It returns the promise, and [ErrUnknown], [ErrState] or
// [ErrSource]. Setting the same state again changes nothing.
func (l *Ledger) Set(id string, state State, source string, due time.Time, at time.Duration) (*Promise, error) {
	i := slices.IndexFunc(l.promises, func(p Promise) bool { return p.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	if !slices.Contains([]State{Kept, Broken, Moved, Void}, state) {
		return nil, fmt.Errorf("%w: %q; use kept, broken, moved or void", ErrState, state)
	}
	if !slices.Contains([]string{"crm", "agent", "customer"}, source) {
		return nil, fmt.Errorf("%w: %q; use crm, agent or customer", ErrSource, source)
	}
	p := &l.promises[i]
	p.State, p.Source, p.At = state, source, at
	if state == Moved && !due.IsZero() {
		p.Due = due
	}
	return p, nil
}

// All lists the promises in the order in which they were made. It is valid
// until the next call that changes the ledger.
func (l *Ledger) All() []Promise { return l.promises }
