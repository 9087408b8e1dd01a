package cues

import (
	"fmt"
	"time"

	"github.com/attune-cx/attune"
)

// View is what the rules look at. An At field of -1 means never.
type View struct {
	Server string // who is advised; "" = nobody serves

	Stress      float64       // valid if StressKnown
	StressKnown bool          // measured with confidence of at least .3
	Slope       float64       // of stress, per minute; 0 = no trend
	Newest      time.Duration // end of the customer's newest speech or message
	Onset       attune.Span
	OnsetAt     time.Duration

	// The newest opportunity; valid if HasOpportunity.
	HasOpportunity    bool
	Opportunity       attune.Span
	OpportunityCause  string
	OpportunityOpen   bool
	Acknowledged      bool
	Acted             bool
	AnsweredAt        time.Duration // end of the newest answer, -1 = none
	OpportunityClosed bool

	CustomerInTurn bool
	ServerInTurn   bool
	Interruptions  int         // of the server, last 30 s
	Interruption   attune.Span // the newest
	Silence        time.Duration

	Asked     Item // for what was told already
	AskedAt   time.Duration
	Escalate  Item // request for somebody else
	EscalAt   time.Duration
	Offered   time.Duration // newest transfer or commitment of the server, -1 = none
	PromiseAt time.Duration // when a promise of the company fell due, -1 = none
	Now       time.Duration
}

// condition is why a rule would open a cue.
type condition struct {
	at   time.Duration // of the newest evidence
	why  string
	item Item
}

// rule opens and closes one kind of cue.
type rule struct {
	kind, title, advice string
	when                func(v *View) (condition, bool)
	answered            func(v *View, opened time.Duration) bool // the advice was followed
	resolved            func(v *View) bool                       // the cause is gone
	holds               time.Duration                            // how long the condition must hold
	lasts               time.Duration                            // how long the cue stays at most
	urgent              bool                                     // it need not wait for the cool-down
}

// rules is the table, most urgent first. Sources: opportunities and their parts,
// interruptions and expectations from the scoring model; a stress level opens at
// .6 and closes at .5, so that it does not flap.
func rules() []rule {
	return []rule{
		{
			kind: "offer_colleague", title: "They ask for someone else",
			advice: "Say that you will bring a colleague in, and how long it takes.",
			when: func(v *View) (condition, bool) {
				return condition{v.EscalAt, "The customer asked for somebody else.", v.Escalate}, v.EscalAt >= 0 && v.Offered < v.EscalAt
			},
			answered: func(v *View, opened time.Duration) bool { return v.Offered >= opened },
			lasts:    25 * time.Second, urgent: true,
		},
		{
			kind: "acknowledge", title: "Acknowledge first",
			advice: "Say what went wrong for them, before you ask or explain anything.",
			when: func(v *View) (condition, bool) {
				return condition{v.Opportunity.End, causeText(v.OpportunityCause),
						Item{Kind: "opportunity:" + v.OpportunityCause, Span: v.Opportunity}},
					v.HasOpportunity && v.OpportunityOpen && !v.Acknowledged && !v.Acted
			},
			answered: func(v *View, _ time.Duration) bool { return v.Acknowledged || v.Acted },
			resolved: func(v *View) bool { return !v.HasOpportunity },
			holds:    time.Second, lasts: 20 * time.Second,
		},
		{
			kind: "already_told", title: "Already told",
			advice: "Look it up, or say why you need to hear it again.",
			when: func(v *View) (condition, bool) {
				return condition{v.AskedAt, "The customer was asked for what was given before.", v.Asked}, v.AskedAt >= 0
			},
			lasts: 12 * time.Second,
		},
		{
			kind: "let_finish", title: "Let them finish",
			advice: "Wait until they have ended, then sum up what you heard.",
			when: func(v *View) (condition, bool) {
				return condition{v.Interruption.End, fmt.Sprintf("You began to speak inside their turn %d times in half a minute.", v.Interruptions),
					Item{Kind: "interruption", Span: v.Interruption}}, v.Interruptions >= 2
			},
			resolved: func(v *View) bool { return v.Interruptions == 0 },
			lasts:    15 * time.Second,
		},
		{
			kind: "offer_action", title: "Offer a next step",
			advice: "Say what you will do, and by when.",
			when: func(v *View) (condition, bool) {
				ok := v.HasOpportunity && v.Acknowledged && !v.Acted && v.AnsweredAt >= 0 && !v.ServerInTurn
				return condition{v.AnsweredAt, "They heard that you understand, and no next step yet.",
					Item{Kind: "no_action", Span: attune.Span{Begin: min(v.Opportunity.End, v.AnsweredAt), End: v.AnsweredAt}}}, ok
			},
			answered: func(v *View, _ time.Duration) bool { return v.Acted },
			resolved: func(v *View) bool { return v.StressKnown && v.Stress < .35 },
			holds:    3 * time.Second, lasts: 20 * time.Second,
		},
		{
			kind: "stress_rising", title: "Stress is rising",
			advice: "Slow down, and say back what you heard before going on.",
			when: func(v *View) (condition, bool) {
				onset := v.OnsetAt >= 0 && v.Now-v.OnsetAt <= Fresh
				rising := v.StressKnown && v.Stress >= .6 && v.Slope > 0
				item := Item{Kind: "stress", Span: attune.Span{Begin: max(0, v.Newest-Fresh), End: v.Newest}}
				if onset {
					item = Item{Kind: "onset", Span: v.Onset}
				}
				return condition{item.Span.End, risingText(onset), item}, v.StressKnown && v.Stress >= .5 && (onset || rising)
			},
			resolved: func(v *View) bool { return v.StressKnown && v.Stress < .5 },
			holds:    2 * time.Second, lasts: 25 * time.Second,
		},
		{
			kind: "promise_due", title: "A promise is due",
			advice: "Say how it stands, or agree on a new time.",
			when: func(v *View) (condition, bool) {
				return condition{v.PromiseAt, "The time that was promised has come.",
					Item{Kind: "promise_due", Span: attune.Span{Begin: v.PromiseAt, End: v.PromiseAt}}}, v.PromiseAt >= 0
			},
			lasts: 15 * time.Second,
		},
		{
			kind: "break_silence", title: "Long silence",
			advice: "Say what you are doing and how long it will take.",
			when: func(v *View) (condition, bool) {
				return condition{v.Now, "Nobody has spoken for a while.",
						Item{Kind: "silence", Span: attune.Span{Begin: v.Now - v.Silence, End: v.Now}}},
					v.Silence >= 15*time.Second
			},
			answered: func(v *View, _ time.Duration) bool { return v.ServerInTurn },
			resolved: func(v *View) bool { return v.Silence == 0 },
			lasts:    20 * time.Second,
		},
	}
}

func causeText(cause string) string {
	switch cause {
	case "onset":
		return "Their voice has become tense."
	case "complaint":
		return "They said that something went wrong."
	case "loss":
		return "They spoke of a loss or a worry."
	case "escalation_request":
		return "They asked for somebody else."
	}
	return "Their words show distress."
}

func risingText(onset bool) string {
	if onset {
		return "Their voice changed within the last seconds."
	}
	return "Signs of stress have grown over the last minute and a half."
}
