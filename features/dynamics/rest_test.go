package dynamics

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// Silence counted at one go is silence counted step by step, wherever it begins
// and however long it lasts.
func TestRestIsManySteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := Config{MinSilence: time.Duration(rapid.IntRange(1, 4000).Draw(t, "min silence")) * time.Millisecond}
		fast, slow := New(cfg), New(cfg)
		for _, p := range pair {
			fast.Add(p)
			slow.Add(p)
		}
		at := int64(0)
		for range rapid.IntRange(1, 6).Draw(t, "stretches") {
			speech := rapid.Int64Range(0, 300).Draw(t, "speech")
			who := rapid.IntRange(0, 1).Draw(t, "who")
			for range speech {
				fast.Hop(who, time.Duration(at)*step, true)
				slow.Hop(who, time.Duration(at)*step, true)
				at++
				fast.settle(at - 20)
				for slow.settled < at-20 {
					slow.next()
				}
			}
			at += rapid.OneOf(rapid.Int64Range(1, 300), rapid.Int64Range(1, 20_000)).Draw(t, "silence")
			fast.settle(at)
			for slow.settled < at {
				slow.next()
			}
			var a, b Snapshot
			fast.Snapshot(&a)
			slow.Snapshot(&b)
			if d := cmp.Diff(b, a, cmpopts.EquateNaNs()); d != "" {
				t.Fatalf("at %v (-step by step, +at one go):\n%s", time.Duration(at)*step, d)
			}
		}
	})
}

// A clock that jumps by years costs no more than one that jumps by a minute.
func TestAJumpOfYears(t *testing.T) {
	tr := talk(Config{}, 5000, said{0, 0, 3000})
	const years = 200_000 * time.Hour
	tr.Advance(years)
	var s Snapshot
	tr.Snapshot(&s)
	if s.Call.Observed != s.At || s.At != years-200*time.Millisecond || s.Call.Speech != ms(3000) || s.Call.Silence != s.At-ms(3000) || s.Recent.Silence != 30*time.Second-200*time.Millisecond {
		t.Errorf("%+v", s)
	}
}
