package attune

import "time"

// Span is a stretch of an interaction, offsets since it began; End is exclusive.
type Span struct {
	Begin, End time.Duration
}

// Len is the length of the span, never negative.
func (s Span) Len() time.Duration { return max(0, s.End-s.Begin) }

// Overlap is the length that s and t have in common.
func (s Span) Overlap(t Span) time.Duration {
	return max(0, min(s.End, t.End)-max(s.Begin, t.Begin))
}

// Contains reports whether offset at lies in the span.
func (s Span) Contains(at time.Duration) bool { return s.Begin <= at && at < s.End }

// Turn is a span in which one participant holds the floor: speech of one
// participant with pauses below 700 ms.
type Turn struct {
	ParticipantID string
	Role          Role
	Span          Span
}
