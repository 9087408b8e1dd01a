package expectations

import (
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring/promises"
)

// Name of an expectation.
type Name string

// The six, in the order in which they are reported.
const (
	GreetedByName  Name = "greeted_by_name"
	HistoryKnown   Name = "history_known"
	NotAskedAgain  Name = "not_asked_to_repeat"
	NeedUnderstood Name = "need_understood"
	Resolved       Name = "resolved"
	PromisesKept   Name = "promises_kept"
	numExpected         = 6
)

// State of an expectation.
type State string

// The states.
const (
	Met     State = "met"
	Missed  State = "missed"
	Pending State = "pending"
	Unknown State = "unknown"
	NA      State = "n/a"
)

// Item is what a state stands on.
type Item struct {
	Kind        string
	Span        attune.Span
	UtteranceID string
}

// Expectation is one of the six as it stands.
type Expectation struct {
	Name     Name
	State    State
	Reason   attune.Reason // why it is unknown
	At       time.Duration // of the newest change
	Evidence []Item
}

// Env is what the tracker must know beside words.
type Env struct {
	Served   bool          // somebody serves the customer
	Words    bool          // the words of those who serve can be read
	Reason   attune.Reason // why not
	Promises []promises.Promise
	Final    bool // the interaction is over
}

// Tracker follows one interaction. It is not safe for concurrent use.
type Tracker struct {
	facts attune.Facts
	name  []string // words of the customer's name
	past  []phrase // of the history
	now   [numExpected]Expectation
	seen  seen
}

// seen is what was said so far that a rule looks at.
type seen struct {
	serverMessages int
	firstServed    time.Duration
	greeted        Item
	hasGreeted     bool
	history        Item
	historyKnown   bool
	historyTold    bool // the customer had to tell it
	again          Item
	askedAgain     bool
	given          map[string]bool // slots that the customer filled
	summary        Item            // newest paraphrase that waits for a yes or no
	hasSummary     bool
	understood     Item
	understanding  State // Met, Missed or ""
	resolution     Item
	hasResolution  bool
	objection      Item // complaint after the newest resolution
	objected       bool
	outcome        State // what an outside source said, "" = nothing
}

// New returns a tracker for a customer of whom facts are on record.
func New(facts attune.Facts) *Tracker {
	t := &Tracker{facts: facts, name: nameWords(facts.CustomerName)}
	for _, h := range facts.History {
		t.past = append(t.past, newPhrase(h))
	}
	t.seen.given = map[string]bool{}
	for i, r := range rules() {
		t.now[i] = Expectation{Name: r.name, State: Pending}
	}
	return t
}

// Resolved records what an outside source says about the resolution.
func (t *Tracker) Resolved(yes bool, at time.Duration) {
	t.seen.outcome = Missed
	if yes {
		t.seen.outcome = Met
	}
	t.seen.resolution.Span = attune.Span{Begin: at, End: at}
}

// Get returns an expectation as it stands.
func (t *Tracker) Get(name Name) Expectation {
	for _, e := range t.now {
		if e.Name == name {
			return e
		}
	}
	return Expectation{}
}

// Step evaluates the rules at offset now and calls changed with each whose state
// is another one than before.
func (t *Tracker) Step(now time.Duration, env Env, changed func(*Expectation)) {
	for i, r := range rules() {
		e := &t.now[i]
		state, reason, item := r.eval(t, now, env)
		if state == e.State && reason == e.Reason {
			continue
		}
		e.State, e.Reason, e.At, e.Evidence = state, reason, now, nil
		if item.Kind != "" {
			e.Evidence = []Item{item}
		}
		changed(e)
	}
}
