package scoring

import (
	"maps"
	"slices"
	"time"
)

// quietAfter is how long nobody may have spoken until a snapshot that says what
// the last one said is kept back, as on hold.
const quietAfter = 2 * time.Second

// quiet reports whether nothing goes on: a pause is on, or nobody speaks.
func (e *Engine) quiet() bool {
	return e.paused || e.heard && e.floor.CurrentSilence >= quietAfter
}

// heartbeat is how long the same may be kept back: the tick before the last
// snapshot would cease to be valid tells it again.
func (e *Engine) heartbeat() time.Duration { return e.cfg.Profile.ValidFor - 3*tick/2 }

// alike reports whether two snapshots of a participant say the same. Where evidence
// lies does not count: stretches that end now grow by themselves.
func alike(a, b *Snapshot) bool {
	return a.Channel == b.Channel && a.Language == b.Language && a.UtteranceID == b.UtteranceID &&
		equal(a.Line, b.Line, sameLine) && maps.EqualFunc(a.Scores, b.Scores, sameScore) &&
		slices.EqualFunc(a.Opportunities, b.Opportunities, sameOpportunity)
}

func sameScore(a, b Score) bool {
	return a.State == b.State && a.Reason == b.Reason && a.Kind == b.Kind && a.Confidence == b.Confidence &&
		equal(a.Value, b.Value, is[float64]) && slices.Equal(a.Basis, b.Basis) && slices.EqualFunc(a.Evidence, b.Evidence, sameEvidence)
}

func sameEvidence(a, b Evidence) bool {
	return a.Kind == b.Kind && a.Weight == b.Weight && a.UtteranceID == b.UtteranceID
}

func sameOpportunity(a, b Opportunity) bool {
	return a.ID == b.ID && a.State == b.State && a.Reason == b.Reason && equal(a.Value, b.Value, is[float64]) &&
		equal(a.Affective, b.Affective, is[float64]) && equal(a.Cognitive, b.Cognitive, is[float64]) &&
		equal(a.Action, b.Action, is[float64]) && slices.EqualFunc(a.Evidence, b.Evidence, sameEvidence)
}

func sameLine(a, b Line) bool {
	return a.Codec == b.Codec && a.LossRatio == b.LossRatio && equal(a.SNRDB, b.SNRDB, is[float64])
}

func is[T comparable](a, b T) bool { return a == b }

// equal compares what two pointers point to; nil equals nil alone.
func equal[T any](a, b *T, match func(T, T) bool) bool {
	if a == nil || b == nil {
		return a == b
	}
	return match(*a, *b)
}
