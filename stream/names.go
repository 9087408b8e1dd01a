package stream

import (
	"slices"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring"
)

// customerNames and servingNames are the scores that every snapshot of the role
// lists, measured or null, in the order in which events carry them.
var (
	customerNames = []scoring.Name{
		scoring.Stress, scoring.StressVoice, scoring.StressWords, scoring.Sentiment, scoring.Arousal,
		scoring.Valence, scoring.Reciprocity, scoring.Escalation,
	}
	servingNames = []scoring.Name{
		scoring.Empathy, scoring.EmpathyAffective, scoring.EmpathyCognitive, scoring.EmpathyAction,
		scoring.BackedRatio, scoring.Authenticity, scoring.HandoffQuality,
	}
)

// Names returns the scores that every score.updated event of role lists, in their
// order on the wire: nil for SUPERVISOR and SYSTEM, which are not scored. The
// slice is shared; do not change it.
func Names(role attune.Role) []scoring.Name {
	switch {
	case role == attune.RoleCustomer:
		return customerNames
	case role.Serves():
		return servingNames
	}
	return nil
}

// Headline is the score of role that an event's own evidence explains: stress of
// the customer, empathy of those who serve, "" for the rest.
func Headline(role attune.Role) scoring.Name {
	if names := Names(role); len(names) > 0 {
		return names[0]
	}
	return ""
}

// extraNames appends to dst the names in scores that the role's list lacks, sorted
// so that the same scores give the same bytes.
func extraNames(dst, listed []scoring.Name, scores map[scoring.Name]scoring.Score) []scoring.Name {
	for name := range scores {
		if !slices.Contains(listed, name) {
			dst = append(dst, name)
		}
	}
	slices.Sort(dst)
	return dst
}
