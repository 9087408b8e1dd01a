package scoring

import (
	"time"

	"github.com/attune-cx/attune"
)

// Update is what one step of an interaction's scoring says; exactly one of its
// fields is set.
type Update struct {
	Snapshot    *Snapshot
	Cue         *Cue
	Promise     *Promise
	Expectation *Expectation
	Hint        *Hint
}

// Cue is one piece of advice to the one who serves, which opens and closes.
type Cue struct {
	ID            string
	Kind          string // stress_rising, acknowledge, offer_action, promise_due, slow_down ...
	Open          bool   // false: it closes now
	Closed        string // why it closed: answered | stale | resolved | superseded | ended
	ParticipantID string // whom the cue is for
	Title         string // two or three words
	Advice        string // one line, an act to do
	Why           string // one line, what was seen
	At            time.Duration
	Evidence      []Evidence // newest at most 8 s old when it opens
}

// Promise is a commitment and what became of it.
type Promise struct {
	ID            string
	By            string // COMPANY | CUSTOMER
	ParticipantID string
	State         string // made | due | kept | broken | moved | void
	What          string // kind of act promised (call_back, refund, send ...): never the person's words
	Due           *time.Time
	Source        string // agent | crm | customer | words
	At            time.Duration
	Evidence      []Evidence
}

// Expectation is one of the six things that a customer may expect.
type Expectation struct {
	Name     string // greeted_by_name | history_known | not_asked_to_repeat | need_understood | resolved | promises_kept
	State    string // met | missed | pending | unknown | n/a
	Reason   attune.Reason
	At       time.Duration
	TimeToMS *int64 // time to meet, ms
	Evidence []Evidence
}

// Opportunity is a moment that calls for empathy and how it was answered.
type Opportunity struct {
	ID            string
	ParticipantID string // of the one who should answer; "" when nobody is there
	State         string // open | given | missed | not_needed | unknown
	Span          attune.Span
	Affective     *float64
	Cognitive     *float64
	Action        *float64
	Value         *float64 // empathy credited, nil = null
	Reason        attune.Reason
	Evidence      []Evidence
}

// Hint is advice to a routing engine.
type Hint struct {
	ID            string
	State         string // open | superseded | withdrawn | expired
	DecisionPoint string // before_contact | queued | in_progress | transfer | callback
	Target        string // specialist | any_human | consult_expert | self_service_answer | supervisor | callback | stay
	Reasons       []string
	Urgency       int // 0..100, higher = sooner
	Supersedes    string
	At            time.Duration
	ValidFor      time.Duration
	Evidence      []Evidence
}
