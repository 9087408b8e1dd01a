package attune

import "time"

// Interaction is one contact of a customer, on one or more channels.
// The zero value of every field but ID means "not known".
type Interaction struct {
	ID          string            // unique within the tenant; the client's or ours
	Tenant      string            // isolation domain; "default" unless configured
	ExternalIDs map[string]string // what other systems call it, by kind (twilio_call_sid, sip_call_id ...)
	Queue       string            // routing queue
	Purpose     Purpose           // live, or test: tests stay out of aggregates
	CustomerKey string            // pseudonym that ties a customer's interactions together
	QueueWait   time.Duration     // how long the customer waited before this began
	Language    string            // BCP 47 tag, "" = to be detected
	Facts       Facts             // what the CRM says
	Began       time.Time         // wall clock at offset 0; a label, never used in arithmetic
}

// Facts are what the customer's records say before the conversation starts.
type Facts struct {
	CustomerName string            // as an agent would greet by
	History      []string          // earlier contacts, one phrase each
	Slots        map[string]string // what the customer has told already, by slot name
}

// Known reports whether any fact was supplied.
func (f Facts) Known() bool {
	return f.CustomerName != "" || len(f.History) > 0 || len(f.Slots) > 0
}

// Purpose tells real contacts from rehearsals.
type Purpose string

// The purposes of an interaction.
const (
	PurposeLive Purpose = "live"
	PurposeTest Purpose = "test"
)

// Participant is one party of an interaction.
type Participant struct {
	ID   string // unique within the interaction; an agent's is a pseudonym
	Role Role
}

// Leg is one participant's media: never a mix of two.
type Leg struct {
	ID          string // unique within the interaction
	Participant Participant
	Channel     Channel
	Consent     Consent
}

// Consent says what may be done with one leg or participant. The zero value
// denies everything.
type Consent struct {
	AnalyseVoice bool   // sound may be measured
	AnalyseText  bool   // words may be read
	Retain       bool   // derived scores may be kept beyond the interaction
	Basis        string // who gave it, or the legal basis; free text for the audit log
}
