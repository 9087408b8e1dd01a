package dynamics

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// said is a stretch of speech of one party, in milliseconds.
type said struct{ who, begin, end int }

var pair = []attune.Participant{
	{ID: "c", Role: attune.RoleCustomer},
	{ID: "a", Role: attune.RoleAgent},
}

// talk plays stretches into a new tracker, step by step, and finishes at end.
func talk(cfg Config, end int, stretches ...said) *Tracker {
	t := New(cfg)
	for _, p := range pair {
		t.Add(p)
	}
	for ms := 0; ms < end; ms += 10 {
		for who := range pair {
			speech := false
			for _, s := range stretches {
				speech = speech || s.who == who && s.begin <= ms && ms < s.end
			}
			t.Hop(who, time.Duration(ms)*time.Millisecond, speech)
		}
		t.Advance(time.Duration(ms) * time.Millisecond)
	}
	t.Finish()
	return t
}

func turns(t *Tracker) []attune.Turn {
	var all []attune.Turn
	for {
		turn, ok := t.TurnEnded()
		if !ok {
			return all
		}
		all = append(all, turn)
	}
}

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func TestTurns(t *testing.T) {
	for _, tc := range []struct {
		name      string
		stretches []said
		want      []said
	}{
		{"nothing", nil, nil},
		{"a pause below 700 ms is inside the turn", []said{{0, 100, 1000}, {0, 1690, 2000}}, []said{{0, 100, 2000}}},
		{"a pause of 700 ms ends it", []said{{0, 100, 1000}, {0, 1700, 2000}}, []said{{0, 100, 1000}, {0, 1700, 2000}}},
		{"a click opens none", []said{{0, 100, 150}}, nil},
		{"a click between turns keeps the last one", []said{{0, 100, 1000}, {0, 3000, 3050}, {1, 3500, 5000}}, []said{{0, 100, 1000}, {1, 3500, 5000}}},
		{"two parties", []said{{0, 0, 2000}, {1, 2200, 4000}}, []said{{0, 0, 2000}, {1, 2200, 4000}}},
		{"a backchannel is no turn", []said{{0, 0, 4000}, {1, 1500, 1900}}, []said{{0, 0, 4000}}},
		{"a short answer is a turn", []said{{0, 0, 2000}, {1, 2300, 2600}}, []said{{0, 0, 2000}, {1, 2300, 2600}}},
		{"a turn under way ends with Finish", []said{{0, 5500, 6000}}, []said{{0, 5500, 6000}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var want []attune.Turn
			for _, s := range tc.want {
				want = append(want, attune.Turn{ParticipantID: pair[s.who].ID, Role: pair[s.who].Role,
					Span: attune.Span{Begin: ms(s.begin), End: ms(s.end)}})
			}
			if diff := cmp.Diff(want, turns(talk(Config{}, 6000, tc.stretches...))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSnapshotCounts(t *testing.T) {
	for _, tc := range []struct {
		name      string
		stretches []said
		check     func(c, a Talk, s *Snapshot) string
	}{
		{"talk ratio and response gap", []said{{0, 0, 3000}, {1, 3200, 4200}}, func(c, a Talk, s *Snapshot) string {
			return cmp.Diff([]any{ms(3000), .75, 1, ms(200), 0}, []any{c.Speech, c.Ratio, a.Responses, a.ResponseMean, c.Responses})
		}},
		{"a gap beyond ten seconds is silence", []said{{0, 0, 1000}, {1, 13000, 15000}}, func(c, a Talk, s *Snapshot) string {
			return cmp.Diff([]any{0, ms(17000), ms(12000)}, []any{a.Responses, s.Call.Silence, s.Call.LongestSilence})
		}},
		{"agent breaks in", []said{{0, 0, 4000}, {1, 3000, 6000}}, func(c, a Talk, s *Snapshot) string {
			return cmp.Diff([]any{1, 0, 1, ms(1000)}, []any{a.Interruptions, c.Interruptions, c.Interrupted, s.Call.Overlap})
		}},
		{"an overlap at the end of a turn is none", []said{{0, 0, 4000}, {1, 3700, 6000}}, func(c, a Talk, s *Snapshot) string {
			return cmp.Diff([]any{0, ms(300)}, []any{a.Interruptions, s.Call.Overlap})
		}},
		{"a backchannel is not an interruption", []said{{0, 0, 6000}, {1, 3000, 3800}}, func(c, a Talk, s *Snapshot) string {
			return cmp.Diff([]int{0, 1, 0}, []int{a.Interruptions, a.Backchannels, a.Turns})
		}},
		{"turn lengths", []said{{0, 0, 2000}, {0, 4000, 8000}}, func(c, a Talk, s *Snapshot) string {
			return cmp.Diff([]any{2, ms(3000), ms(4000)}, []any{c.Turns, c.TurnMean, c.TurnLongest})
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var s Snapshot
			talk(Config{}, 20000, tc.stretches...).Snapshot(&s)
			if diff := tc.check(s.Party("c").Call, s.Party("a").Call, &s); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRecentForgets(t *testing.T) {
	tr := talk(Config{}, 60000, said{0, 0, 2000}, said{1, 40000, 41000})
	var s Snapshot
	tr.Snapshot(&s)
	c, a := s.Party("c"), s.Party("a")
	if c.Recent.Speech != 0 || c.Call.Speech != ms(2000) || a.Recent.Speech != ms(1000) {
		t.Errorf("customer recent %v, call %v; agent recent %v", c.Recent.Speech, c.Call.Speech, a.Recent.Speech)
	}
	if s.Recent.Observed != 30*time.Second || s.Call.Observed != 60*time.Second {
		t.Errorf("observed %v recent, %v in all", s.Recent.Observed, s.Call.Observed)
	}
}

func TestNobodySpokeIsNull(t *testing.T) {
	var s Snapshot
	talk(Config{}, 3000).Snapshot(&s)
	if r := s.Party("c").Call.Ratio; !math.IsNaN(r) {
		t.Errorf("ratio %v of no speech at all, want NaN", r)
	}
	if s.CurrentSilence != 3*time.Second {
		t.Errorf("silent for %v", s.CurrentSilence)
	}
	if s.Party("nobody") != nil {
		t.Error("an unknown party was found")
	}
}

func TestTooManyParticipants(t *testing.T) {
	tr := New(Config{})
	for i := range MaxParticipants {
		tr.Add(attune.Participant{ID: string(rune('a' + i))})
	}
	if got := tr.Add(attune.Participant{ID: "b"}); got != 1 {
		t.Errorf("index of a known one is %d", got)
	}
	if got := tr.Add(attune.Participant{ID: "z"}); got != -1 {
		t.Errorf("index of one too many is %d", got)
	}
	tr.Hop(-1, 0, true)
	tr.Hop(9, 0, true)
	tr.Hop(0, -time.Second, true)
}

// Legs are told in any order within the ring: what is counted is the same.
func TestOrderOfLegsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		lag := rapid.IntRange(0, 18).Draw(rt, "lag in steps")
		speech := rapid.SliceOfN(rapid.IntRange(0, 3), 50, 400).Draw(rt, "speech")
		together, apart := New(Config{}), New(Config{})
		for _, p := range pair {
			together.Add(p)
			apart.Add(p)
		}
		for k := range len(speech) + lag {
			at := time.Duration(k) * step
			if k < len(speech) {
				together.Hop(0, at, speech[k]&1 != 0)
				together.Hop(1, at, speech[k]&2 != 0)
				apart.Hop(0, at, speech[k]&1 != 0)
			}
			if j := k - lag; j >= 0 {
				apart.Hop(1, time.Duration(j)*step, speech[j]&2 != 0)
			}
			together.Advance(at)
			apart.Advance(at)
		}
		together.Finish()
		apart.Finish()
		var a, b Snapshot
		together.Snapshot(&a)
		apart.Snapshot(&b)
		if diff := cmp.Diff(a, b, cmp.Comparer(sameFloat)); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// Whatever is said, times add up and stay in range.
func TestCountsAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		speech := rapid.SliceOfN(rapid.IntRange(0, 3), 0, 800).Draw(rt, "speech")
		hold := rapid.IntRange(1, 30).Draw(rt, "steps each lasts")
		tr := New(Config{})
		for _, p := range pair {
			tr.Add(p)
		}
		for k := range len(speech) * hold {
			tr.Hop(0, time.Duration(k)*step, speech[k/hold]&1 != 0)
			tr.Hop(1, time.Duration(k)*step, speech[k/hold]&2 != 0)
		}
		tr.Finish()
		var s Snapshot
		tr.Snapshot(&s)
		c, a := s.Parties[0].Call, s.Parties[1].Call
		if c.Speech+a.Speech != s.Call.Speech+s.Call.Overlap {
			rt.Fatalf("%v + %v != %v + %v", c.Speech, a.Speech, s.Call.Speech, s.Call.Overlap)
		}
		if c.Overlap != s.Call.Overlap || s.Call.Speech+s.Call.Silence > s.Call.Observed {
			rt.Fatalf("overlap %v of %v, silence %v", c.Overlap, s.Call.Overlap, s.Call.Silence)
		}
		if !math.IsNaN(c.Ratio) && math.Abs(c.Ratio+a.Ratio-1) > 1e-12 {
			rt.Fatalf("ratios %v and %v", c.Ratio, a.Ratio)
		}
		last := [2]time.Duration{}
		for _, turn := range turns(tr) {
			who := 0
			if turn.ParticipantID == "a" {
				who = 1
			}
			if turn.Span.Len() <= 0 || turn.Span.Begin < last[who] {
				rt.Fatalf("turn %v after one that ended at %v", turn, last[who])
			}
			last[who] = turn.Span.End
		}
	})
}

func TestNoAllocationPerHop(t *testing.T) {
	tr := New(Config{})
	i := tr.Add(pair[0])
	var s Snapshot
	k := 0
	if n := testing.AllocsPerRun(2000, func() {
		at := time.Duration(k) * step
		tr.Hop(i, at, k/150%2 == 0)
		tr.Advance(at)
		tr.TurnEnded()
		tr.Snapshot(&s)
		k++
	}); n != 0 {
		t.Errorf("%v allocations a hop", n)
	}
}

func sameFloat(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

func ExampleTracker() {
	t := New(Config{})
	customer := t.Add(attune.Participant{ID: "c", Role: attune.RoleCustomer})
	for k := range 100 { // a second of speech
		t.Hop(customer, time.Duration(k)*10*time.Millisecond, true)
	}
	t.Advance(2 * time.Second)
	turn, ok := t.TurnEnded()
	fmt.Println(turn.ParticipantID, turn.Span.Len(), ok)
	// Output: c 1s true
}
