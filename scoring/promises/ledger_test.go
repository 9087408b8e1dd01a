package promises

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/google/go-cmp/cmp"
)

var friday = time.Date(2026, 11, 27, 17, 0, 0, 0, time.UTC)

// say reads a message whose whole text is a commitment.
func say(l *Ledger, id string, role attune.Role, text string, due time.Time, final bool) (changes []string) {
	m := &lexical.Message{ID: id, ParticipantID: strings.ToLower(string(role)), Role: role, Text: text, Final: final}
	r := &lexical.Reading{Acts: []lexical.Act{{Kind: lexical.ActCommitment, Confidence: .9, End: len([]rune(text)), Due: due}}}
	l.Read(m, r, time.Second, func(p *Promise) {
		changes = append(changes, fmt.Sprintln(p.ID, p.By, p.What, p.State, p.Source))
	})
	return changes
}

func TestLedger(t *testing.T) {
	l := New("call")
	steps := []struct {
		name string
		do   func() []string
		want []string
	}{
		{"interim words promise nothing", func() []string {
			return say(l, "u1", attune.RoleAgent, "I will call you", time.Time{}, false)
		}, nil},
		{"a final commitment of the agent", func() []string {
			return say(l, "u1", attune.RoleAgent, "I will call you back", friday, true)
		}, []string{"call-p1 COMPANY call_back made words\n"}},
		{"told again", func() []string {
			return say(l, "u1", attune.RoleAgent, "I will call you back", friday, true)
		}, nil},
		{"the same promise in other words", func() []string {
			return say(l, "u2", attune.RoleAgent, "I'll give you a call then", time.Time{}, true)
		}, nil},
		{"with another time", func() []string {
			return say(l, "u3", attune.RoleAgent, "I can call you on Monday instead", friday.AddDate(0, 0, 3), true)
		}, []string{"call-p1 COMPANY call_back moved words\n"}},
		{"the customer's", func() []string {
			return say(l, "u4", attune.RoleCustomer, "I will pay it tomorrow", friday, true)
		}, []string{"call-p2 CUSTOMER pay made words\n"}},
		{"a supervisor listening in", func() []string {
			return say(l, "u5", attune.RoleSupervisor, "I will pay it", friday, true)
		}, nil},
	}
	for _, s := range steps {
		if diff := cmp.Diff(s.want, s.do()); diff != "" {
			t.Errorf("%s: %s", s.name, diff)
		}
	}
}

func TestTwoPromisesInOneSentence(t *testing.T) {
	const text = "I will refund it now, and I will call you back at five"
	second := strings.Index(text, "I will call")
	l := New("call")
	r := &lexical.Reading{Acts: []lexical.Act{
		{Kind: lexical.ActCommitment, Confidence: .9, End: 13},
		{Kind: lexical.ActCommitment, Confidence: .9, Begin: second, End: second + 20},
	}}
	var got []string
	l.Read(&lexical.Message{ID: "u", Role: attune.RoleAgent, Text: text, Final: true}, r, 0, func(p *Promise) { got = append(got, p.What) })
	if diff := cmp.Diff([]string{"refund", "call_back"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestDueComesOnce(t *testing.T) {
	l := New("call")
	say(l, "u1", attune.RoleAgent, "I'll refund it by Friday", friday, true)
	n := 0
	for _, wall := range []time.Time{friday.Add(-time.Minute), friday, friday.Add(time.Hour)} {
		l.Step(wall, 0, func(*Promise) { n++ })
	}
	if n != 1 || l.All()[0].State != Due {
		t.Errorf("%d changes, state %s", n, l.All()[0].State)
	}
}

func TestSet(t *testing.T) {
	l := New("call")
	say(l, "u1", attune.RoleBot, "I will send a new one", time.Time{}, true)
	for _, tc := range []struct {
		id, source string
		state      State
		want       error
	}{
		{"call-p9", "crm", Kept, ErrUnknown},
		{"call-p1", "words", Broken, ErrSource},
		{"call-p1", "crm", "forgotten", ErrState},
		{"call-p1", "crm", Made, ErrState},
		{"call-p1", "crm", Broken, nil},
	} {
		if _, err := l.Set(tc.id, tc.state, tc.source, time.Time{}, 0); !errors.Is(err, tc.want) {
			t.Errorf("%v: error %v, want %v", tc, err, tc.want)
		}
	}
	if p := l.All()[0]; p.State != Broken || p.Source != "crm" {
		t.Errorf("after a confirmed break: %+v", p)
	}
}

func TestMovedByAPersonTakesTheNewTime(t *testing.T) {
	l := New("call")
	say(l, "u1", attune.RoleAgent, "I'll refund it", friday, true)
	later := friday.Add(48 * time.Hour)
	p, err := l.Set("call-p1", Moved, "agent", later, 0)
	if err != nil || !p.Due.Equal(later) {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestKind(t *testing.T) {
	for text, want := range map[string]string{
		"I will call you back tomorrow":              "call_back",
		"I'll refund the 40 euros to your card":      "refund",
		"We will send a technician on Tuesday":       "visit",
		"let me look into that for you":              "check",
		"I'll raise a ticket with the network team":  "escalate",
		"I am going to do it":                        KindAct,
		"":                                           KindAct,
		"I'll get back to you within two days":       "follow_up",
		"I will pay half of it on the first of June": "pay",
	} {
		if got := Kind(text); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

func TestLedgerIsBounded(t *testing.T) {
	l := New("call")
	for i := range 3 * maxPromises {
		say(l, fmt.Sprint(i), attune.RoleAgent, "I will do it", time.Time{}, true)
	}
	if len(l.All()) != maxPromises {
		t.Errorf("%d promises", len(l.All()))
	}
}

func FuzzKind(f *testing.F) {
	for _, s := range []string{"I will call you", "\xff\xfe", "ÅÄÖ refund", ""} {
		f.Add(s, 0, 3)
	}
	f.Fuzz(func(t *testing.T, text string, begin, end int) {
		if Kind(clause(text, lexical.Act{Begin: begin, End: end}, []lexical.Act{{Kind: lexical.ActCommitment, Begin: end - begin}})) == "" {
			t.Error("no kind")
		}
	})
}

// The words of one sentence make two promises, each with its own time, and a
// later word about one moves that one alone.
func TestTwoPromisesAsTheyAreRead(t *testing.T) {
	a, err := lexical.New(lexical.Config{Explain: -1})
	if err != nil {
		t.Fatal(err)
	}
	l := New("call")
	var got []string
	say := func(id, text string) {
		m := &lexical.Message{ID: id, Role: attune.RoleAgent, Text: text, Final: true, At: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}
		var r lexical.Reading
		if err := a.Read(m, &r); err != nil {
			t.Fatal(err)
		}
		l.Read(m, &r, 0, func(p *Promise) {
			got = append(got, fmt.Sprint(p.ID, " ", p.What, " ", p.State, " ", p.Due.Format("02 15:04")))
		})
	}
	say("u1", "I will refund the fee within three working days and I will call you back by five o'clock today.")
	say("u2", "I'll call you back tomorrow at ten instead.")
	say("u3", "I'll cancel the contract and send you a letter by Friday.")
	want := []string{"call-p1 refund made 26 18:00", "call-p2 call_back made 23 17:00", "call-p2 call_back moved 24 10:00", "call-p3 cancel made 27 18:00", "call-p4 send made 27 18:00"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
