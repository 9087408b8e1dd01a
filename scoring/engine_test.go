package scoring

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/dynamics"
	"github.com/attune-cx/attune/features/functionals"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/scoring/promises"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	caller = attune.Participant{ID: "c", Role: attune.RoleCustomer}
	agent  = attune.Participant{ID: "a", Role: attune.RoleAgent}
)

func newEngine(t testing.TB, cfg Config) *Engine {
	t.Helper()
	e, err := NewEngine(&attune.Interaction{ID: "ix", Began: time.Unix(1764000000, 0)}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestNewEngine(t *testing.T) {
	for _, it := range []*attune.Interaction{nil, {}} {
		if _, err := NewEngine(it, Config{}); !errors.Is(err, ErrInteraction) {
			t.Errorf("%v: %v", it, err)
		}
	}
	a, b := newEngine(t, Config{}), newEngine(t, Config{Profile: Profile{StressA: 3}})
	if a.model.Hash == b.model.Hash || a.model.Version != Version || len(a.model.Hash) != 64 {
		t.Errorf("models %+v and %+v", a.model, b.model)
	}
}

// Each role's snapshot lists all of its scores, measured or null.
func TestScoresByRole(t *testing.T) {
	e := newEngine(t, Config{})
	want := map[attune.Role]int{attune.RoleCustomer: 8, attune.RoleAgent: 9, attune.RoleExpert: 9, attune.RoleBot: 9}
	for _, role := range attune.Roles {
		e.AddParticipant(attune.Participant{ID: string(role), Role: role}, attune.ChannelVoice, attune.Consent{}, true)
	}
	got := map[attune.Role]int{}
	for _, u := range e.Step(time.Second, nil) {
		if u.Snapshot == nil {
			continue
		}
		got[u.Snapshot.Role] = len(u.Snapshot.Scores)
		for name, s := range u.Snapshot.Scores {
			if s.Value != nil {
				t.Errorf("%s of %s has a value without consent", name, u.Snapshot.Role)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The sound of those who serve moves nothing, whatever it is.
func TestAgentsVoiceIsNotLookedAt(t *testing.T) {
	quiet, loud := newEngine(t, Config{}), newEngine(t, Config{})
	for _, e := range []*Engine{quiet, loud} {
		e.AddParticipant(caller, attune.ChannelVoice, everything, true)
		e.AddParticipant(agent, attune.ChannelVoice, everything, true)
	}
	for k := 1; k < 30; k++ {
		now := time.Duration(k) * time.Second
		loud.Voice(VoiceObservation{ParticipantID: "a", Span: attune.Span{End: now}, Stats: pitched(45, 5*time.Second)})
		if diff := cmp.Diff(quiet.Step(now, nil), loud.Step(now, nil)); diff != "" {
			t.Fatalf("at %v: %s", now, diff)
		}
	}
}

func TestStrangersAndNilsAreIgnored(t *testing.T) {
	e := newEngine(t, Config{})
	e.Voice(VoiceObservation{ParticipantID: "nobody", Stats: &functionals.Stats{}})
	e.Words(&lexical.Message{ParticipantID: "nobody"}, &lexical.Reading{})
	e.SetConsent("nobody", everything, 0)
	e.AddParticipant(caller, attune.ChannelVoice, everything, true)
	e.Voice(VoiceObservation{ParticipantID: "c"})
	for _, u := range e.Step(0, nil) {
		if s := u.Snapshot; s != nil && (s.ParticipantID != "c" || s.Scores[Stress].Value != nil) {
			t.Errorf("%+v", s)
		}
	}
}

func TestPromiseStateErrors(t *testing.T) {
	e := newEngine(t, Config{})
	if err := e.PromiseState("ix-p1", "kept", "crm", time.Time{}, 0); !errors.Is(err, promises.ErrUnknown) {
		t.Error(err)
	}
}

// The same calls give the same updates.
func TestDeterminism(t *testing.T) {
	play := func(seed uint64) []Update {
		e := newEngine(t, Config{Voice: pitchModel()})
		var all []Update
		r := rand.New(rand.NewPCG(seed, 1))
		e.AddParticipant(caller, attune.ChannelVoice, everything, true)
		e.AddParticipant(agent, attune.ChannelVoice, everything, true)
		for k := 1; k < 120; k++ {
			second(e, r, k)
			all = e.Step(time.Duration(k)*time.Second, all)
		}
		return e.Finish(2*time.Minute, all)
	}
	if diff := cmp.Diff(play(7), play(7)); diff != "" {
		t.Error(diff)
	}
}

// second is something that happens in second k.
func second(e *Engine, r *rand.Rand, k int) {
	now := time.Duration(k) * time.Second
	e.Voice(VoiceObservation{ParticipantID: "c", Span: attune.Span{Begin: max(0, now-5*time.Second), End: now},
		Stats: pitched(30+10*r.Float64(), 5*time.Second)})
	if k%7 == 0 {
		e.Words(&lexical.Message{ID: fmt.Sprint(k), ParticipantID: "c", Role: attune.RoleCustomer, Channel: attune.ChannelVoice,
			Span: attune.Span{Begin: now - time.Second, End: now}, Final: true, Text: "something went wrong again"},
			&lexical.Reading{Words: 9, WordConfidence: 1, Stress: lexical.Estimate{Value: r.Float64()}})
	}
}

// Whatever comes in, every update is sound: the record checks values, reasons,
// evidence, cues and hints.
func TestAnything(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		e := newEngine(t, Config{Voice: pitchModel()})
		e.AddParticipant(caller, rapid.SampledFrom(attune.Channels).Draw(rt, "channel"), anyConsent(rt), rapid.Bool().Draw(rt, "words"))
		e.AddParticipant(agent, rapid.SampledFrom(attune.Channels).Draw(rt, "agent's"), anyConsent(rt), rapid.Bool().Draw(rt, "agent's words"))
		log := newRecord(rt)
		tracker := dynamics.New(dynamics.Config{})
		tracker.Add(caller)
		tracker.Add(agent)
		now := time.Duration(0)
		for k := range rapid.IntRange(1, 60).Draw(rt, "steps") {
			now += time.Duration(rapid.IntRange(10, 4000).Draw(rt, "wait")) * time.Millisecond
			anyCall(rt, e, tracker, k, now)
			log.take(e.Step(now, nil), now)
		}
		log.take(e.Finish(now, nil), now)
		if log.cue != nil || len(e.Step(now+time.Second, nil)) != 0 {
			rt.Fatalf("after the end: cue %+v", log.cue)
		}
	})
}

func anyConsent(rt *rapid.T) attune.Consent {
	return attune.Consent{AnalyseVoice: rapid.IntRange(0, 4).Draw(rt, "voice") > 0, AnalyseText: rapid.IntRange(0, 4).Draw(rt, "text") > 0}
}

func anyCall(rt *rapid.T, e *Engine, tracker *dynamics.Tracker, k int, now time.Duration) {
	switch rapid.IntRange(0, 9).Draw(rt, "what") {
	case 0, 1, 2:
		s := pitched(rapid.Float64Range(20, 45).Draw(rt, "pitch"), 4*time.Second)
		s.SNRDB = float32(rapid.Float64Range(-10, 40).Draw(rt, "snr"))
		if rapid.Bool().Draw(rt, "null") {
			s.V[0] = float32(math.NaN())
		}
		e.Voice(VoiceObservation{ParticipantID: "c", Span: attune.Span{Begin: max(0, now-4*time.Second), End: now}, Stats: s,
			Line: &Line{LossRatio: rapid.Float64Range(0, 1).Draw(rt, "loss")}})
	case 3, 4, 5, 6:
		anyWords(rt, e, k, now)
	case 7:
		for i := range 2 {
			for step := range 100 {
				tracker.Hop(i, now+time.Duration(step)*10*time.Millisecond, rapid.IntRange(0, 9).Draw(rt, "speech") > 3)
			}
		}
		tracker.Advance(now)
		var s dynamics.Snapshot
		tracker.Snapshot(&s)
		e.Dynamics(&s)
	case 8:
		e.SetConsent("c", anyConsent(rt), now)
	case 9:
		if rapid.Bool().Draw(rt, "pause") {
			e.Pause(now, "pci")
		} else {
			e.Resume(now)
		}
	}
}

func anyWords(rt *rapid.T, e *Engine, k int, now time.Duration) {
	who := rapid.SampledFrom([]attune.Participant{caller, agent}).Draw(rt, "who")
	m := &lexical.Message{ID: fmt.Sprint("u", rapid.IntRange(0, k).Draw(rt, "id")), ParticipantID: who.ID, Role: who.Role,
		Channel: attune.ChannelVoice, Span: attune.Span{Begin: max(0, now-2*time.Second), End: now},
		Final: rapid.Bool().Draw(rt, "final"), Text: rapid.SampledFrom([]string{"", "yes", "my router is broken again", "I already told you"}).Draw(rt, "text")}
	unit := rapid.Float64Range(0, 1)
	r := &lexical.Reading{MessageID: m.ID, Words: rapid.IntRange(0, 40).Draw(rt, "words"), WordConfidence: unit.Draw(rt, "sure"),
		Stress:    lexical.Estimate{Value: unit.Draw(rt, "stress"), Null: rapid.IntRange(0, 5).Draw(rt, "null") == 0},
		Sentiment: lexical.Estimate{Value: 2*unit.Draw(rt, "sentiment") - 1}, Valence: lexical.Estimate{Value: 2*unit.Draw(rt, "valence") - 1},
		Empathy: lexical.EmpathyParts{EmotionalReaction: unit.Draw(rt, "er"), Interpretation: unit.Draw(rt, "ip")}}
	for range rapid.IntRange(0, 3).Draw(rt, "acts") {
		r.Acts = append(r.Acts, lexical.Act{Kind: rapid.SampledFrom([]lexical.ActKind{lexical.ActApology, lexical.ActCommitment,
			lexical.ActComplaint, lexical.ActEscalationRequest, lexical.ActTransfer, lexical.ActThanks, lexical.ActAbuse}).Draw(rt, "act"), Confidence: unit.Draw(rt, "act sure")})
	}
	r.Markers = []lexical.Marker{{Kind: "negation", Weight: rapid.Float64Range(-4, 4).Draw(rt, "marker")}}
	e.Words(m, r)
}

// More distress in words never lowers stress.
func TestStressIsMonotoneInWords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		low, high := newEngine(t, Config{}), newEngine(t, Config{})
		for _, e := range []*Engine{low, high} {
			e.AddParticipant(caller, attune.ChannelChat, everything, true)
		}
		var a, b float64
		for k := range rapid.IntRange(1, 15).Draw(rt, "messages") {
			p := rapid.Float64Range(0, 1).Draw(rt, "stress")
			q := min(1, p+rapid.Float64Range(0, 1).Draw(rt, "more"))
			n := rapid.IntRange(1, 40).Draw(rt, "words")
			now := time.Duration(k*60) * time.Second
			a, b = stressAfter(low, k, now, p, n), stressAfter(high, k, now, q, n)
			if b < a-1e-12 {
				rt.Fatalf("message %d: %v for %v, %v for %v", k, a, p, b, q)
			}
		}
	})
}

func stressAfter(e *Engine, k int, now time.Duration, stress float64, words int) float64 {
	e.Words(&lexical.Message{ID: fmt.Sprint(k), ParticipantID: "c", Role: attune.RoleCustomer, Channel: attune.ChannelChat,
		Span: attune.Span{Begin: now, End: now}, Final: true},
		&lexical.Reading{Words: words, WordConfidence: 1, Stress: lexical.Estimate{Value: stress}})
	for _, u := range e.Step(now, nil) {
		if u.Snapshot != nil {
			return *u.Snapshot.Scores[Stress].Value
		}
	}
	return math.NaN()
}
