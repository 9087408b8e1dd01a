package stream

import (
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring"
)

// Type is the CloudEvents type of an event.
type Type string

// The types. Each has its JSON Schema in stream/schema.
const (
	InteractionStarted   Type = "attune.interaction.started"
	InteractionCompleted Type = "attune.interaction.completed"
	InteractionFailed    Type = "attune.interaction.failed"
	ScoreUpdated         Type = "attune.score.updated"
	CueOpened            Type = "attune.cue.opened"
	CueClosed            Type = "attune.cue.closed"
	PromiseUpdated       Type = "attune.promise.updated"
	ExpectationUpdated   Type = "attune.expectation.updated"
	Handoff              Type = "attune.handoff"
	Gap                  Type = "attune.gap"
	RouteHint            Type = "attune.route.hint"
	Erased               Type = "attune.erased"
)

// GapCause says why a stretch was not heard.
type GapCause string

// The causes.
const (
	GapLoss    GapCause = "loss"
	GapRestart GapCause = "restart"
	GapPause   GapCause = "pause"
	GapPCI     GapCause = "pci"
	GapConsent GapCause = "consent"
	GapShed    GapCause = "shed"
	GapTrimmed GapCause = "trimmed"
)

// Event is what happened, before it has a place in its interaction's order:
// a [Sink] gives seq. Exactly the payload that belongs to Type is set.
type Event struct {
	Type        Type
	Interaction *attune.Interaction // shared, never changed once offered
	At          time.Duration       // offset of the moment it tells of
	Wall        time.Time           // wall clock when it was made; a label

	Snapshot    *scoring.Snapshot    // ScoreUpdated
	Cue         *scoring.Cue         // CueOpened, CueClosed
	Promise     *scoring.Promise     // PromiseUpdated
	Expectation *scoring.Expectation // ExpectationUpdated
	Hint        *scoring.Hint        // RouteHint
	Gap         *GapInfo             // Gap
	Failure     string               // InteractionFailed: what went wrong
	Participant *attune.Participant  // whom the event is about, where it is one

	// Newest is when the newest packet or message that the event depends on
	// arrived, on the process's monotonic clock; zero = none. It gives the
	// latency from packet to acknowledgement.
	Newest   time.Duration
	Degraded bool
	Policy   string
}

// GapInfo is a stretch of a leg that was not heard.
type GapInfo struct {
	Cause GapCause
	LegID string
	Span  attune.Span
	// Modality is what alone was missed of the stretch: "words" where a recogniser
	// did not hear it; "" = all of it.
	Modality scoring.Basis

	// For GapTrimmed, whose interaction is [TrimmedID] of a shard: the ids of the
	// shard stream between which entries were lost, both inclusive.
	FirstEntryID, LastEntryID string
}

// A Sink takes events and never blocks.
//
// Offer hands over one event. ScoreUpdated may be merged with a later one of the
// same participant; every other type is kept. Events of one interaction must be
// offered by one goroutine at a time; different interactions may run in parallel.
//
// Admit says whether a new interaction may begin: [ErrOverloaded] when the queue
// of life-cycle events could not keep what it would bring.
type Sink interface {
	Admit() error
	Offer(e *Event)
}
