package stream

import (
	"errors"
	"fmt"
)

// ErrEvent is returned for an event that cannot be encoded: no interaction, an
// unknown type, or a type without the payload that belongs to it.
var ErrEvent = errors.New("stream: event is not complete")

// Types lists every type of event.
var Types = []Type{
	InteractionStarted, InteractionCompleted, InteractionFailed, ScoreUpdated, CueOpened, CueClosed,
	PromiseUpdated, ExpectationUpdated, Handoff, Gap, RouteHint, Erased,
}

// Validate reports whether e carries what its type needs; the error wraps [ErrEvent].
func (e *Event) Validate() error {
	if e == nil || e.Interaction == nil || e.Interaction.ID == "" {
		return fmt.Errorf("%w: it names no interaction", ErrEvent)
	}
	missing, known := e.missing()
	if !known {
		return fmt.Errorf("%w: type %q of interaction %q is not known", ErrEvent, e.Type, e.Interaction.ID)
	}
	if missing != "" {
		return fmt.Errorf("%w: %s of interaction %q has no %s", ErrEvent, e.Type, e.Interaction.ID, missing)
	}
	return nil
}

// missing names the payload that e lacks, "" for none.
func (e *Event) missing() (name string, known bool) {
	switch e.Type {
	case InteractionStarted, InteractionCompleted, InteractionFailed, Handoff, Erased:
		return "", true
	case ScoreUpdated:
		return unless(e.Snapshot != nil, "Snapshot"), true
	case CueOpened, CueClosed:
		return unless(e.Cue != nil, "Cue"), true
	case PromiseUpdated:
		return unless(e.Promise != nil, "Promise"), true
	case ExpectationUpdated:
		return unless(e.Expectation != nil, "Expectation"), true
	case Gap:
		return unless(e.Gap != nil, "Gap"), true
	case RouteHint:
		return unless(e.Hint != nil, "Hint"), true
	}
	return "", false
}

func unless(ok bool, name string) string {
	if ok {
		return ""
	}
	return name
}
