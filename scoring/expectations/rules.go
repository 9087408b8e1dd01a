package expectations

import (
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring/promises"
)

// rule evaluates one expectation.
type rule struct {
	name Name
	eval func(t *Tracker, now time.Duration, env Env) (State, attune.Reason, Item)
}

// greetWithin is how long, and how many messages, a greeting by name may take.
const (
	greetWithin   = 30 * time.Second
	greetMessages = 2
)

// rules is the table of the six. Source: the scoring model's six expectations,
// rules over transcript and records.
func rules() [numExpected]rule {
	return [numExpected]rule{
		// The customer's name in the first two messages or 30 s of those who serve.
		{GreetedByName, greetedByName},
		// An entry of the history is named before the customer has to tell it.
		{HistoryKnown, historyKnown},
		// No question for what is on record or was given; no "I already told you".
		{NotAskedAgain, notAskedAgain},
		// A summary of the need that the customer says yes to.
		{NeedUnderstood, needUnderstood},
		// A resolution that stands at the end, or what an outside source says.
		{Resolved, resolved},
		// The ledger: kept and broken only where a person or a CRM said so.
		{PromisesKept, promisesKept},
	}
}

func greetedByName(t *Tracker, now time.Duration, env Env) (State, attune.Reason, Item) {
	switch {
	case t.seen.hasGreeted:
		return Met, "", t.seen.greeted
	case len(t.name) == 0:
		return Unknown, attune.ReasonNoCRM, Item{}
	case !env.Served:
		return whenOver(env, NA)
	case !env.Words:
		return Unknown, env.Reason, Item{}
	case t.seen.serverMessages >= greetMessages && now-t.seen.firstServed > greetWithin:
		return Missed, "", Item{Kind: "no_name", Span: attune.Span{Begin: t.seen.firstServed, End: t.seen.firstServed + greetWithin}}
	}
	return whenOver(env, Unknown)
}

func historyKnown(t *Tracker, _ time.Duration, env Env) (State, attune.Reason, Item) {
	switch {
	case t.seen.historyKnown:
		return Met, "", t.seen.history
	case t.seen.historyTold:
		return Missed, "", t.seen.history
	case !t.facts.Known():
		return Unknown, attune.ReasonNoCRM, Item{}
	case len(t.past) == 0:
		return NA, "", Item{}
	case !env.Words && env.Served:
		return Unknown, env.Reason, Item{}
	}
	return whenOver(env, Unknown)
}

func notAskedAgain(t *Tracker, _ time.Duration, env Env) (State, attune.Reason, Item) {
	switch {
	case t.seen.askedAgain:
		return Missed, "", t.seen.again
	case env.Served && !env.Words:
		return Unknown, env.Reason, Item{}
	case env.Served:
		return whenOver(env, Met)
	}
	return whenOver(env, NA)
}

func needUnderstood(t *Tracker, _ time.Duration, env Env) (State, attune.Reason, Item) {
	switch {
	case t.seen.understanding != "":
		return t.seen.understanding, "", t.seen.understood
	case env.Served && !env.Words:
		return Unknown, env.Reason, Item{}
	}
	return whenOver(env, Unknown)
}

func resolved(t *Tracker, _ time.Duration, env Env) (State, attune.Reason, Item) {
	switch {
	case t.seen.outcome != "":
		return t.seen.outcome, "", Item{Kind: "outcome", Span: t.seen.resolution.Span}
	case env.Final && t.seen.objected:
		return Missed, "", t.seen.objection
	case env.Final && t.seen.hasResolution && !openPromise(env.Promises):
		return Met, "", t.seen.resolution
	case env.Served && !env.Words:
		return Unknown, env.Reason, Item{}
	}
	return whenOver(env, Unknown)
}

func promisesKept(_ *Tracker, _ time.Duration, env Env) (State, attune.Reason, Item) {
	made, kept := 0, 0
	for _, p := range env.Promises {
		if p.By != promises.ByCompany || p.State == promises.Void {
			continue
		}
		made++
		item := Item{Kind: "promise_" + string(p.State), Span: p.Span, UtteranceID: p.UtteranceID}
		switch p.State {
		case promises.Broken:
			return Missed, "", item
		case promises.Kept:
			kept++
			if kept == made && kept == companyPromises(env.Promises) {
				return Met, "", item
			}
		}
	}
	switch {
	case made > 0:
		return Pending, "", Item{}
	case env.Served && !env.Words:
		return Unknown, env.Reason, Item{}
	}
	return whenOver(env, NA)
}

func companyPromises(all []promises.Promise) (n int) {
	for _, p := range all {
		if p.By == promises.ByCompany && p.State != promises.Void {
			n++
		}
	}
	return n
}

// openPromise reports whether the company still owes something: then the contact
// was not the last word.
func openPromise(all []promises.Promise) bool {
	for _, p := range all {
		if p.By == promises.ByCompany && !p.State.Settled() {
			return true
		}
	}
	return false
}

// whenOver is pending while the interaction lasts, and state after it.
func whenOver(env Env, state State) (State, attune.Reason, Item) {
	if env.Final {
		return state, "", Item{}
	}
	return Pending, "", Item{}
}
