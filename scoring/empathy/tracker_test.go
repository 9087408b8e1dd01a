package empathy

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
	"pgregory.net/rapid"
)

func sec(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

func span(b, e float64) attune.Span { return attune.Span{Begin: sec(b), End: sec(e)} }

var served = []Server{{ID: "a", Words: true}}

// talk is a tracker with a floor that the test drives.
type talk struct {
	*Tracker
	speech  map[string]time.Duration
	channel attune.Channel
	n       int
}

func newTalk(ch attune.Channel) *talk {
	return &talk{Tracker: New("ix", Config{}), speech: map[string]time.Duration{}, channel: ch}
}

func (t *talk) floor() Floor {
	return Floor{Speech: func(id string) (time.Duration, bool) {
		d, ok := t.speech[id]
		return d, ok || t.channel.Spoken()
	}}
}

func (t *talk) step(now float64) { t.Step(sec(now), t.floor(), served) }

func (t *talk) complain(b, e float64) {
	t.n++
	m := &lexical.Message{ID: fmt.Sprint("c", t.n), Role: attune.RoleCustomer, Channel: t.channel, Span: span(b, e), Final: true,
		Text: "My router stopped working and nobody answers"}
	t.Customer(m, &lexical.Reading{}, 2)
	t.step(e)
}

func (t *talk) answer(b, e float64, r *lexical.Reading, text string) {
	t.n++
	m := &lexical.Message{ID: fmt.Sprint("a", t.n), ParticipantID: "a", Role: attune.RoleAgent, Channel: t.channel,
		Span: span(b, e), Final: true, Text: text}
	if t.channel.Spoken() {
		t.speech["a"] += sec(e - b)
	}
	t.Answer(m, r)
	t.step(e)
}

func acts(kinds ...lexical.ActKind) *lexical.Reading {
	r := &lexical.Reading{}
	for _, k := range kinds {
		r.Acts = append(r.Acts, lexical.Act{Kind: k, Confidence: 1})
	}
	return r
}

func (t *talk) only(tt *testing.T) *Opportunity {
	tt.Helper()
	if len(t.All()) != 1 {
		tt.Fatalf("%d opportunities, want 1", len(t.All()))
	}
	return t.All()[0]
}

func TestValue(t *testing.T) {
	for _, tc := range []struct {
		p    Parts
		want float64
	}{
		{Parts{}, 0},
		{Parts{1, 1, 0}, .325}, // words alone: half of what they are worth
		{Parts{0, 0, 1}, .35},
		{Parts{1, 1, 1}, 1},
		{Parts{.5, .5, .5}, .325*.75 + .175},
	} {
		if got := tc.p.Value(); math.Abs(got-tc.want) > 1e-12 {
			t.Errorf("%v is %v, want %v", tc.p, got, tc.want)
		}
	}
}

func TestOutcomes(t *testing.T) {
	for _, tc := range []struct {
		name  string
		play  func(t *talk)
		state State
		null  attune.Reason
	}{
		{"still open", func(t *talk) { t.step(5) }, Open, ""},
		{"answered in words", func(t *talk) { t.answer(4.5, 8, acts(lexical.ActAcknowledgement, lexical.ActParaphrase), "") }, Given, ""},
		{"answered in deeds", func(t *talk) { t.answer(4.5, 8, acts(lexical.ActCommitment), "") }, Given, ""},
		{"answered with a question for data", func(t *talk) {
			t.answer(4.5, 8, acts(lexical.ActRequestInformation), "Your number?")
			t.step(30)
		}, Missed, ""},
		{"nothing is said", func(t *talk) { t.speech["a"] = 0; t.step(30) }, Missed, ""},
		{"half of what is said is known", func(t *talk) {
			t.answer(4.5, 8, &lexical.Reading{}, "")
			t.speech["a"] += sec(4)
			t.step(30)
		}, Unknown, attune.ReasonLittleSpeech},
		{"empathy after the window is late", func(t *talk) {
			t.answer(4.5, 6, &lexical.Reading{}, "")
			t.step(20)
			t.answer(25, 29, acts(lexical.ActAcknowledgement), "")
			t.step(40)
		}, Missed, ""},
		{"action within a minute counts", func(t *talk) {
			t.answer(4.5, 6, &lexical.Reading{}, "")
			t.step(20)
			t.answer(40, 44, acts(lexical.ActResolution), "")
		}, Given, ""},
		{"action after a minute does not", func(t *talk) {
			t.answer(4.5, 6, &lexical.Reading{}, "")
			t.step(20)
			t.answer(70, 74, acts(lexical.ActResolution), "")
		}, Missed, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tk := newTalk(attune.ChannelVoice)
			tk.speech["a"] = 0
			tk.complain(0, 4)
			tc.play(tk)
			o := tk.only(t)
			if o.State != tc.state || o.Reason != tc.null {
				t.Errorf("%s %q, want %s %q: %+v", o.State, o.Reason, tc.state, tc.null, o)
			}
			if o.Measured != (o.State == Given || o.State == Missed) {
				t.Errorf("%s, measured %v", o.State, o.Measured)
			}
		})
	}
}

func TestWordsOfTheServerNotExpected(t *testing.T) {
	tk := newTalk(attune.ChannelVoice)
	tk.complain(0, 4)
	tk.speech["a"] = sec(5)
	tk.Step(sec(30), tk.floor(), []Server{{ID: "a", Reason: attune.ReasonNoRecogniser}})
	if o := tk.only(t); o.State != Unknown || o.Reason != attune.ReasonNoRecogniser || o.Measured {
		t.Errorf("%+v", o)
	}
}

func TestNobodyServes(t *testing.T) {
	tk := newTalk(attune.ChannelVoice)
	tk.Onset(span(0, 4))
	tk.Step(sec(30), tk.floor(), nil)
	if o := tk.only(t); o.State != Unknown || o.ParticipantID != "" {
		t.Errorf("%+v", o)
	}
}

func TestLateActionAnswersTheNewestDistress(t *testing.T) {
	tk := newTalk(attune.ChannelVoice)
	tk.complain(0, 4)
	tk.answer(4.5, 6, acts(lexical.ActDeflection), "")
	tk.complain(7, 10)
	tk.answer(10.5, 12, acts(lexical.ActDeflection), "")
	tk.step(30)
	tk.answer(35, 40, acts(lexical.ActCommitment), "")
	if a, b := tk.All()[0].State, tk.All()[1].State; a != Missed || b != Given {
		t.Errorf("%s and %s", a, b)
	}
}

func TestChatCountsTwoMessages(t *testing.T) {
	tk := newTalk(attune.ChannelChat)
	tk.complain(1, 1)
	tk.answer(100, 100, &lexical.Reading{}, "One moment")
	if o := tk.only(t); o.State != Open {
		t.Fatalf("after one message %s", o.State)
	}
	tk.answer(160, 160, acts(lexical.ActAcknowledgement), "I see how annoying that is")
	if o := tk.only(t); o.State != Given {
		t.Errorf("after the second %s", o.State)
	}
	tk.answer(200, 200, acts(lexical.ActAcknowledgement), "I see")
	if o := tk.only(t); len(o.Evidence) != 1 {
		t.Errorf("a third message counts: %+v", o.Evidence)
	}
}

func TestDistressWhileWaitingIsOneOpportunity(t *testing.T) {
	tk := newTalk(attune.ChannelVoice)
	tk.complain(0, 4)
	tk.Onset(span(2, 6))
	tk.complain(6, 9)
	if o := tk.only(t); o.Span != span(0, 9) {
		t.Errorf("%v", o.Span)
	}
	tk.answer(9.5, 12, &lexical.Reading{}, "")
	tk.complain(13, 15)
	if n := len(tk.All()); n != 2 {
		t.Errorf("%d opportunities after an answer and new distress", n)
	}
}

func TestInterimIsTakenBack(t *testing.T) {
	tk := newTalk(attune.ChannelVoice)
	m := lexical.Message{ID: "u", Role: attune.RoleCustomer, Channel: attune.ChannelVoice, Span: span(0, 2)}
	tk.Customer(&m, &lexical.Reading{}, 2)
	m.Final, m.Span.End = true, sec(4)
	tk.Customer(&m, &lexical.Reading{}, -1)
	if o := tk.only(t); o.State != NotNeeded {
		t.Errorf("%s", o.State)
	}
	tk.step(30)
	if tk.Rate("a").N != 0 {
		t.Error("it counts")
	}
}

func TestSoundIsNotTakenBackByWords(t *testing.T) {
	tk := newTalk(attune.ChannelVoice)
	tk.Onset(span(0, 2))
	tk.complain(2, 4)
	m := lexical.Message{ID: "c1", Role: attune.RoleCustomer, Channel: attune.ChannelVoice, Span: span(2, 4), Final: true}
	tk.Customer(&m, &lexical.Reading{}, -2)
	if o := tk.only(t); o.State != Open {
		t.Errorf("%s", o.State)
	}
}

func TestWithdrawnBeforeAnAnswer(t *testing.T) {
	tk := newTalk(attune.ChannelChat)
	tk.complain(1, 1)
	m := lexical.Message{ID: "x", Role: attune.RoleCustomer, Channel: attune.ChannelChat, Span: span(5, 5), Final: true}
	tk.Customer(&m, acts(lexical.ActThanks), -2)
	if o := tk.only(t); o.State != NotNeeded {
		t.Errorf("%s", o.State)
	}
}

func TestSigns(t *testing.T) {
	parts := func(r *lexical.Reading, text string) Parts {
		tk := newTalk(attune.ChannelVoice)
		tk.complain(0, 4)
		tk.answer(4.5, 8, r, text)
		return tk.All()[0].Parts
	}
	due := acts(lexical.ActCommitment)
	due.Acts[0].Due = time.Now()
	if a, b := parts(acts(lexical.ActCommitment), "").Action, parts(due, "").Action; a >= b {
		t.Errorf("a commitment is worth %v, with a time %v", a, b)
	}
	if a, b := parts(acts(lexical.ActCommitment), "").Action, parts(acts(lexical.ActCommitment, lexical.ActDeflection), "").Action; a <= b {
		t.Errorf("a commitment is worth %v, with a deflection %v", a, b)
	}
	if p := parts(acts(lexical.ActHollowTemplate), ""); p != (Parts{}) {
		t.Errorf("hollow words are worth %v", p)
	}
	echo := parts(&lexical.Reading{}, "My router stopped working and nobody answers").Cognitive
	own := parts(&lexical.Reading{}, "So your router stopped and you waited since yesterday evening").Cognitive
	none := parts(&lexical.Reading{}, "Please hold the line").Cognitive
	if !(own > 0 && echo == 0 && none == 0) {
		t.Errorf("in own words %v, parroted %v, else %v", own, echo, none)
	}
	floor := &lexical.Reading{Empathy: lexical.EmpathyParts{EmotionalReaction: .15, Interpretation: .15, Exploration: .2}}
	if p := parts(floor, ""); p != (Parts{}) {
		t.Errorf("a classifier's floor is worth %v", p)
	}
}

func TestHollowIsShown(t *testing.T) {
	tk := newTalk(attune.ChannelVoice)
	tk.complain(0, 4)
	tk.answer(4.5, 8, acts(lexical.ActApology, lexical.ActHollowTemplate), "")
	o := tk.only(t)
	if n := len(o.Evidence); n != 2 || o.Evidence[1].Kind != "hollow_template" || o.Evidence[1].Weight != 0 {
		t.Errorf("%+v", o.Evidence)
	}
}

func TestRating(t *testing.T) {
	tk := newTalk(attune.ChannelVoice)
	if r := tk.Rate("a"); r.N != 0 || math.Abs(r.Value-.35) > 1e-12 || r.Confidence != 0 {
		t.Errorf("before anything: %+v", r)
	}
	tk.complain(0, 4)
	tk.answer(4.5, 8, acts(lexical.ActAcknowledgement, lexical.ActParaphrase, lexical.ActResolution), "")
	tk.complain(100, 104)
	tk.answer(104.5, 108, acts(lexical.ActAcknowledgement), "")
	tk.step(200)
	r := tk.Rate("a")
	want := (tk.All()[0].Value + tk.All()[1].Value + 3*.35) / 5
	if r.N != 2 || math.Abs(r.Value-want) > 1e-12 || r.Worded != 2 || r.Backed != 1 || r.Confidence != .4 {
		t.Errorf("%+v, want %v", r, want)
	}
	if tk.Rate("b").N != 0 {
		t.Error("another's opportunities count")
	}
}

func TestBotsGetTheSame(t *testing.T) {
	value := func(role attune.Role) float64 {
		tk := newTalk(attune.ChannelChat)
		tk.complain(1, 1)
		m := &lexical.Message{ID: "x", ParticipantID: "a", Role: role, Channel: attune.ChannelChat, Span: span(2, 2), Final: true}
		tk.Answer(m, acts(lexical.ActAcknowledgement, lexical.ActCommitment))
		tk.step(3)
		return tk.Rate("a").Value
	}
	if a, b := value(attune.RoleAgent), value(attune.RoleBot); a != b {
		t.Errorf("agent %v, bot %v", a, b)
	}
}

// Whatever is said: parts and value in range, items that sum to the value, and
// an answer told again counts once.
func TestProperties(t *testing.T) {
	kinds := []lexical.ActKind{lexical.ActApology, lexical.ActAcknowledgement, lexical.ActParaphrase, lexical.ActCommitment,
		lexical.ActDeflection, lexical.ActResolution, lexical.ActHollowTemplate, lexical.ActOwnership}
	rapid.Check(t, func(rt *rapid.T) {
		tk := newTalk(attune.ChannelVoice)
		now := 0.0
		for range rapid.IntRange(1, 30).Draw(rt, "n") {
			now += rapid.Float64Range(.1, 15).Draw(rt, "gap")
			if rapid.Bool().Draw(rt, "customer") {
				tk.complain(now, now+2)
			} else {
				r := &lexical.Reading{Empathy: lexical.EmpathyParts{EmotionalReaction: rapid.Float64Range(0, 1).Draw(rt, "er")}}
				for range rapid.IntRange(0, 3).Draw(rt, "acts") {
					r.Acts = append(r.Acts, lexical.Act{Kind: rapid.SampledFrom(kinds).Draw(rt, "act"), Confidence: rapid.Float64Range(0, 1).Draw(rt, "sure")})
				}
				tk.answer(now, now+2, r, "the router stopped")
				before := fmt.Sprintf("%+v", tk.Rate("a").Value)
				m := &lexical.Message{ID: fmt.Sprint("a", tk.n), ParticipantID: "a", Span: span(now, now+2), Final: true, Text: "the router stopped"}
				tk.Answer(m, r)
				tk.step(now + 2)
				if after := fmt.Sprintf("%+v", tk.Rate("a").Value); after != before {
					rt.Fatalf("told again: %s, then %s", before, after)
				}
			}
			now += 2
		}
		for _, o := range tk.All() {
			sum := 0.0
			for _, it := range o.Evidence {
				sum += it.Weight
			}
			if !(o.Value >= 0 && o.Value <= 1) || o.Measured && o.State == Given && math.Abs(sum-o.Value) > 1e-9 {
				rt.Fatalf("%+v sums to %v", o, sum)
			}
		}
	})
}
