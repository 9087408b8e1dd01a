package routing

import (
	"time"

	"github.com/attune-cx/attune"
)

// View is what the rules look at.
type View struct {
	Span        attune.Span
	Stress      float64 // valid if StressKnown
	StressKnown bool    // with a confidence of at least .4
	Slope       float64 // per minute
	Escalation  float64 // risk, 0 where it is not known
	Asked       bool    // the customer asked for somebody else and nobody came since
	AskedAgain  bool    // for what was told already
	MissedNeed  bool    // the customer said no to a summary of the need
	Missed      int     // missed opportunities
	Broken      int     // broken promises, confirmed
	Wait        time.Duration
	Servers     int // who serve now
	Bots        int // of them, bots
	Transfer    bool
	CallBack    bool // the company promised to call, and the contact is over
	Begun       bool // anything was said
}

// rule is one reason with its points; it comes at enter and goes below leave.
type rule struct {
	reason       string
	points       int
	enter, leave float64
	level        func(v *View) float64
}

// rules is the table. Sources: levels of the scoring model's stress and risk;
// expectations 3 and 4, missed opportunities and broken promises; the wait
// before the contact. All points are positive: a hint never lowers service.
func rules() []rule {
	return []rule{
		{"stress_high", 40, .70, .55, func(v *View) float64 { return known(v, v.Stress) }},
		{"stress_elevated", 15, .55, .45, func(v *View) float64 { return known(v, v.Stress) }},
		{"stress_rising", 10, .30, .05, func(v *View) float64 { return known(v, v.Slope) }},
		{"escalation_risk", 15, .60, .45, func(v *View) float64 { return v.Escalation }},
		{"asked_for_human", 30, 1, 1, func(v *View) float64 { return truth(v.Asked) }},
		{"asked_to_repeat", 10, 1, 1, func(v *View) float64 { return truth(v.AskedAgain) }},
		{"need_not_understood", 10, 1, 1, func(v *View) float64 { return truth(v.MissedNeed) }},
		{"empathy_missed", 10, 2, 2, func(v *View) float64 { return float64(v.Missed) }},
		{"promise_broken", 30, 1, 1, func(v *View) float64 { return float64(v.Broken) }},
		{"long_wait", 15, 300, 300, func(v *View) float64 { return v.Wait.Seconds() }},
	}
}

// target names who should help. The first that applies.
func target(v *View) string {
	switch {
	case v.Servers == 0:
		return "any_human"
	case v.Bots == v.Servers:
		return "any_human"
	case v.Asked || v.Broken > 0:
		return "supervisor"
	case v.StressKnown && v.Stress >= .55, v.Missed >= 2, v.MissedNeed:
		return "consult_expert" // the customer stays with whom they have
	}
	return "stay"
}

// decisionPoint names the moment of the decision.
func decisionPoint(v *View) string {
	switch {
	case v.CallBack:
		return "callback"
	case v.Servers == 0 && !v.Begun:
		return "before_contact"
	case v.Servers == 0:
		return "queued"
	case v.Transfer:
		return "transfer"
	}
	return "in_progress"
}

func known(v *View, x float64) float64 {
	if !v.StressKnown {
		return 0
	}
	return x
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
