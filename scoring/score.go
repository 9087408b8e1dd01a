package scoring

import (
	"time"

	"github.com/attune-cx/attune"
)

// Name of a score, as it stands as a key in an event's scores.
type Name string

// The scores. Each event of a participant lists all of the names that apply to
// the role, measured or null.
const (
	Stress           Name = "stress"
	StressVoice      Name = "stress_voice"
	StressWords      Name = "stress_words"
	Sentiment        Name = "sentiment"
	Arousal          Name = "arousal"
	Valence          Name = "valence"
	Empathy          Name = "empathy"
	EmpathyAffective Name = "empathy_affective"
	EmpathyCognitive Name = "empathy_cognitive"
	EmpathyAction    Name = "empathy_action"
	BackedRatio      Name = "backed_ratio"
	Authenticity     Name = "authenticity"
	Reciprocity      Name = "reciprocity"
	Escalation       Name = "escalation"
	HandoffQuality   Name = "handoff_quality"
)

// Kind says what a value means.
type Kind string

// A Probability is calibrated: .8 is right four times in five. An Index is an ordered measure only.
const (
	Probability Kind = "probability"
	Index       Kind = "index"
)

// State says whether a score could be measured.
type State string

// The states. Only OK carries a value that is not null; Warming may carry one.
const (
	OK            State = "ok"
	Warming       State = "warming"
	NoData        State = "no_data"
	NotApplicable State = "not_applicable"
)

// Basis is what a score stands on.
type Basis string

// The bases.
const (
	BasisVoice       Basis = "voice"
	BasisWords       Basis = "words"
	BasisInteraction Basis = "interaction"
)

// Score is one measured quantity over a span. A nil Value is null.
type Score struct {
	Value      *float64 // 0..1; sentiment and valence -1..1; nil = null
	Confidence float64  // 0..1
	Kind       Kind
	State      State
	Reason     attune.Reason // why State is not OK
	Basis      []Basis
	Evidence   []Evidence // signed weights that sum to what moved the score
}

// Evidence is one thing that moved a score.
type Evidence struct {
	Kind        string // f0_range, loudness, words:negation, interruption, apology ...
	Span        attune.Span
	UtteranceID string
	Weight      float64 // signed, in the score's log-odds
}

// Snapshot is the full set of scores of one participant at one moment.
type Snapshot struct {
	ParticipantID string
	Role          attune.Role
	Channel       attune.Channel
	Language      string
	Span          attune.Span // what the scores stand for
	Final         bool        // no later snapshot will follow
	UtteranceID   string      // the message that caused it, if one did
	Scores        map[Name]Score
	Opportunities []Opportunity // of those who serve: the newest few, oldest first
	Line          *Line
	ValidUntil    time.Duration // offset after which it is stale
	Model         Model
}

// Line is the quality of a leg's connection; a nil pointer means not known.
type Line struct {
	Codec     string
	LossRatio float64
	SNRDB     *float64
}

// Model names what computed a score.
type Model struct {
	Name, Version, Hash string
}
