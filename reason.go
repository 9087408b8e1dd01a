package attune

// Reason says why something could not be measured. A value with a reason is
// null, never 0.
type Reason string

// The reasons, as they stand in events.
const (
	ReasonNone         Reason = ""
	ReasonNoConsent    Reason = "no_consent"
	ReasonPaused       Reason = "paused"
	ReasonNoRecogniser Reason = "no_recogniser"
	ReasonNoCRM        Reason = "no_crm"
	ReasonLanguage     Reason = "language"
	ReasonLittleSpeech Reason = "little_speech"
	ReasonPoorLine     Reason = "poor_line"
	ReasonPolicy       Reason = "policy"
)
