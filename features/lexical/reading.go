package lexical

import (
	"time"

	"github.com/attune-cx/attune"
)

// Message is what is to be read: a chat message, an e-mail or an utterance.
type Message struct {
	ID            string
	ParticipantID string
	Role          attune.Role
	Channel       attune.Channel
	Span          attune.Span // when it was written or said
	Text          string      // valid UTF-8
	Final         bool        // false for an interim transcript, which a later one replaces
	Words         []Word      // of a transcript; nil where not known
	Language      string      // BCP 47, "" = detect
	Context       []string    // earlier texts of the interaction, oldest first
	// ContextRoles are the roles of those who wrote Context, one each; nil where not
	// known. With them a paraphrase is looked for in the other's words alone, and a
	// repetition in the writer's own.
	ContextRoles []attune.Role
	// At is the wall clock when it was written, in the zone in which times such as
	// "by Friday" are meant; zero = commitments get no Due.
	At time.Time
}

// Word is one recognised word of an utterance.
type Word struct {
	Text       string
	Span       attune.Span
	Confidence float64 // 0..1
}

// Estimate is a value that may be null.
type Estimate struct {
	Value      float64
	Confidence float64 // 0..1
	Null       bool
	Reason     attune.Reason // why it is null
}

// Reading is what a message says about the one who wrote it.
// Begin and End in it are offsets in Unicode code points of the text.
type Reading struct {
	MessageID string
	Language  string        // detected or given
	Reason    attune.Reason // why nothing could be read, "" otherwise
	Words     int           // words of the message
	// WordConfidence is the mean confidence of the recogniser's words, 1 for written text.
	WordConfidence float64

	Sentiment Estimate // -1..1
	Valence   Estimate // -1..1
	Stress    Estimate // 0..1
	Severity  Estimate // 0..1

	Emotions [NumEmotions]float32 // GoEmotions labels, 0..1, order of EmotionNames
	Ekman    [NumEkman]float32    // 0..1, order of EkmanNames
	Empathy  EmpathyParts
	Acts     []Act
	Entities []Entity
	Markers  []Marker

	// Truncated says that words beyond the limit of the analyzer were not read for
	// acts and markers. Entities are always looked for in all of the text.
	Truncated bool
	// StressEvidence are the markers, and the words by the measured effect of leaving
	// them out. With the entries "words:rest" and "baseline" the weights sum to the
	// log-odds of Stress.
	StressEvidence []Evidence
	// The words that moved the other scores, each in the unit of its score; with
	// "words:rest" the weights sum to the value.
	SeverityEvidence, ValenceEvidence, SentimentEvidence []Evidence
}

// Evidence is one thing that moved a score of a [Reading].
type Evidence struct {
	Kind       string // words:left_out, words:<marker>, words:rest, baseline
	Begin, End int    // code points; both 0 where it has no place
	Weight     float64
}

// NumEmotions and NumEkman are the sizes of the two emotion sets.
const (
	NumEmotions = 28
	NumEkman    = 7
)

// EmpathyParts are the three mechanisms of EPITOME (Sharma et al. 2020), 0..1 each.
type EmpathyParts struct {
	EmotionalReaction float64 // shares the feeling
	Interpretation    float64 // shows that it was understood
	Exploration       float64 // asks on
}

// Act is what a stretch of text does.
type Act struct {
	Kind       ActKind
	Confidence float64
	Begin, End int
	Due        time.Time // of a commitment with a time, zero otherwise
	By         string    // of a commitment: COMPANY or CUSTOMER, "" where the role is not known
	What       string    // of a commitment: call_back, refund, send ...; "" where it is none of the listed
}

// ActKind names an act.
type ActKind string

// The acts.
const (
	ActGreeting           ActKind = "greeting"
	ActApology            ActKind = "apology"
	ActAcknowledgement    ActKind = "acknowledgement"
	ActParaphrase         ActKind = "paraphrase"
	ActOpenQuestion       ActKind = "open_question"
	ActRequestInformation ActKind = "request_information"
	ActInformation        ActKind = "information"
	ActCommitment         ActKind = "commitment"
	ActOwnership          ActKind = "ownership"
	ActDeflection         ActKind = "deflection"
	ActTransfer           ActKind = "transfer"
	ActResolution         ActKind = "resolution"
	ActThanks             ActKind = "thanks"
	ActComplaint          ActKind = "complaint"
	ActEscalationRequest  ActKind = "escalation_request"
	ActAbuse              ActKind = "abuse"
	ActHollowTemplate     ActKind = "hollow_template"
)

// Entity is personal data found in a text, named as Presidio names it
// (CREDIT_CARD, PHONE_NUMBER, EMAIL_ADDRESS, IBAN_CODE ...).
type Entity struct {
	Type       string
	Begin, End int
	Score      float64
}

// Marker is a sign of stress in writing or speech.
type Marker struct {
	Kind       string // first_person, negation, urgency, repetition, caps, exclamation, hedge, disfluency ...
	Begin, End int
	Weight     float64 // signed part of the stress log-odds that it moved
}
