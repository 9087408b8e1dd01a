package expectations

import (
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/scoring/promises"
)

var known = attune.Facts{CustomerName: "Mrs Anna Berg", History: []string{"broken router replaced in October"},
	Slots: map[string]string{"order_number": "A-17"}}

// line is one message: role, text, acts.
type line struct {
	role attune.Role
	text string
	acts []lexical.ActKind
}

func agent(text string, acts ...lexical.ActKind) line { return line{attune.RoleAgent, text, acts} }
func customer(text string, acts ...lexical.ActKind) line {
	return line{attune.RoleCustomer, text, acts}
}

var heard = Env{Served: true, Words: true}

// talk says the lines, five seconds each, and evaluates after each of them and
// at the end.
func talk(facts attune.Facts, env Env, lines ...line) *Tracker {
	t := New(facts)
	now := time.Duration(0)
	for i, l := range lines {
		m := &lexical.Message{ID: string(rune('a' + i)), Role: l.role, Text: l.text, Final: true,
			Span: attune.Span{Begin: now, End: now + 5*time.Second}}
		r := &lexical.Reading{}
		for _, a := range l.acts {
			r.Acts = append(r.Acts, lexical.Act{Kind: a, Confidence: .9})
		}
		if strings.Contains(l.text, "@") {
			r.Entities = append(r.Entities, lexical.Entity{Type: "EMAIL_ADDRESS"})
		}
		t.Read(m, r)
		now += 5 * time.Second
		t.Step(now, env, func(*Expectation) {})
	}
	final := env
	final.Final = true
	t.Step(now, final, func(*Expectation) {})
	return t
}

func TestRules(t *testing.T) {
	silent := make([]line, 8)
	for i := range silent {
		silent[i] = agent("let me see")
	}
	for _, tc := range []struct {
		name   string
		facts  attune.Facts
		lines  []line
		expect Name
		want   State
	}{
		{"greeted", known, []line{agent("Good morning Mrs. Berg")}, GreetedByName, Met},
		{"greeted in the second message", known, []line{agent("Good morning"), agent("Hello Anna")}, GreetedByName, Met},
		{"never greeted", known, silent, GreetedByName, Missed},
		{"greeted too late", known, append(silent[:7:7], agent("Mrs Berg")), GreetedByName, Missed},
		{"a title is no name", known, append([]line{agent("Good morning Mrs Hill")}, silent...), GreetedByName, Missed},
		{"nobody knows the name", attune.Facts{}, silent, GreetedByName, Unknown},

		{"agent knows the history", known, []line{agent("I see the router was replaced in October")}, HistoryKnown, Met},
		{"customer has to tell it", known, []line{customer("the router was replaced and is broken"), agent("The router was replaced")}, HistoryKnown, Missed},
		{"there is none", attune.Facts{CustomerName: "Anna"}, silent, HistoryKnown, NA},
		{"no records", attune.Facts{}, silent, HistoryKnown, Unknown},

		{"asked for what is on record", known, []line{agent("What is your order number?")}, NotAskedAgain, Missed},
		{"asked to confirm it", known, []line{agent("Can you confirm your order number?")}, NotAskedAgain, Met},
		{"asked for what was given", known, []line{customer("mail me at a@b.example"), agent("And your email?")}, NotAskedAgain, Missed},
		{"asked for what was not given", known, []line{agent("What is your email?"), customer("a@b.example")}, NotAskedAgain, Met},
		{"customer says so", known, []line{customer("I already told your colleague")}, NotAskedAgain, Missed},
		{"already is not that", known, []line{customer("it is already broken"), agent("ok")}, NotAskedAgain, Met},

		{"need summed up and confirmed", known, []line{agent("So it is down since Monday", lexical.ActParaphrase), customer("Yes, that's it")}, NeedUnderstood, Met},
		{"need summed up wrongly", known, []line{agent("So you want to cancel", lexical.ActParaphrase), customer("No, I want to keep it")}, NeedUnderstood, Missed},
		{"need never summed up", known, silent, NeedUnderstood, Unknown},
		{"neither yes nor no", known, []line{agent("So it is down", lexical.ActParaphrase), customer("and the phone too")}, NeedUnderstood, Unknown},

		{"resolved", known, []line{agent("It works again", lexical.ActResolution), customer("great")}, Resolved, Met},
		{"resolved, then contested", known, []line{agent("It works", lexical.ActResolution), customer("It does not", lexical.ActComplaint)}, Resolved, Missed},
		{"contested, then resolved", known, []line{customer("Broken", lexical.ActComplaint), agent("It works", lexical.ActResolution)}, Resolved, Met},
		{"complained, then thanked", known, []line{customer("Broken", lexical.ActComplaint), agent("ok"), customer("Thank you", lexical.ActThanks)}, Resolved, Unknown},
		{"nothing said", known, silent, Resolved, Unknown},

		{"no promise", known, silent, PromisesKept, NA},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := talk(tc.facts, heard, tc.lines...).Get(tc.expect); got.State != tc.want {
				t.Errorf("%s is %s, want %s", tc.expect, got.State, tc.want)
			}
		})
	}
}

// Without words nothing that needs words is met or missed.
func TestWithoutWords(t *testing.T) {
	tr := talk(known, Env{Served: true, Reason: attune.ReasonNoRecogniser})
	for _, r := range rules() {
		got := tr.Get(r.name)
		if got.State != Unknown || got.Reason != attune.ReasonNoRecogniser {
			t.Errorf("%s is %s %s", r.name, got.State, got.Reason)
		}
	}
}

func TestUnknownSaysWhy(t *testing.T) {
	tr := talk(attune.Facts{}, heard, agent("hello"))
	if got := tr.Get(GreetedByName); got.Reason != attune.ReasonNoCRM {
		t.Errorf("%+v", got)
	}
}

func TestPromises(t *testing.T) {
	company := func(states ...promises.State) (all []promises.Promise) {
		for _, s := range states {
			all = append(all, promises.Promise{By: promises.ByCompany, State: s})
		}
		return append(all, promises.Promise{By: promises.ByCustomer, State: promises.Broken})
	}
	for _, tc := range []struct {
		states []promises.State
		want   State
	}{
		{nil, NA},
		{[]promises.State{promises.Made}, Pending},
		{[]promises.State{promises.Due}, Pending},
		{[]promises.State{promises.Kept}, Met},
		{[]promises.State{promises.Kept, promises.Made}, Pending},
		{[]promises.State{promises.Kept, promises.Broken}, Missed},
		{[]promises.State{promises.Void}, NA},
	} {
		env := heard
		env.Promises = company(tc.states...)
		if got := talk(known, env, agent("hello")).Get(PromisesKept); got.State != tc.want {
			t.Errorf("%v: %s, want %s", tc.states, got.State, tc.want)
		}
	}
}

func TestOutcomeDecides(t *testing.T) {
	tr := talk(known, heard, agent("It works", lexical.ActResolution))
	tr.Resolved(false, time.Minute)
	tr.Step(time.Minute, heard, func(*Expectation) {})
	if got := tr.Get(Resolved); got.State != Missed {
		t.Errorf("%+v", got)
	}
}

func TestChangesAreToldOnce(t *testing.T) {
	tr := New(known)
	n := map[Name]int{}
	m := &lexical.Message{ID: "a", Role: attune.RoleAgent, Text: "Hello Mrs Berg", Final: true}
	tr.Read(m, &lexical.Reading{})
	for now := time.Duration(0); now < time.Minute; now += time.Second {
		tr.Step(now, heard, func(e *Expectation) { n[e.Name]++ })
	}
	if n[GreetedByName] != 1 || len(n) != 1 {
		t.Errorf("%v", n)
	}
}

func TestInterimWordsDecideNothing(t *testing.T) {
	tr := New(known)
	tr.Read(&lexical.Message{Role: attune.RoleAgent, Text: "Mrs Berg"}, &lexical.Reading{})
	tr.Step(time.Second, heard, func(e *Expectation) { t.Errorf("%+v", e) })
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"I already told you", "order number?", "\xff already", "already", "İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tr := talk(known, heard, agent(text), customer(text, lexical.ActParaphrase), agent(text, lexical.ActParaphrase), customer(text))
		for _, r := range rules() {
			if tr.Get(r.name).State == "" {
				t.Errorf("%s has no state", r.name)
			}
		}
	})
}
