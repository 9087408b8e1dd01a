package pitch

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/attune-cx/attune/internal/testsignal"
)

func TestUsualIsLearned(t *testing.T) {
	u := unheard()
	for range 200 {
		u.hear(110, 0.97)
	}
	if f := math.Exp2(float64(u.octaves)); math.Abs(f/110-1) > 0.01 || u.sure < 0.8 {
		t.Fatalf("after 2 s at 110 Hz: %.1f Hz, sure %.2f", f, u.sure)
	}
	before := u
	for range 100 {
		u.hear(220, heardAt-0.01) // not clear
		u.hear(0, 0)
		u.hear(null, null)
	}
	if u.octaves != before.octaves || u.sure >= before.sure {
		t.Errorf("after rows that say nothing: %+v, before %+v", u, before)
	}
	doubts := float32(1)
	for range 200 {
		u.hear(230, 0.97) // another talker
		doubts = min(doubts, u.sure)
	}
	if f := math.Exp2(float64(u.octaves)); math.Abs(f/230-1) > 0.01 || doubts >= before.sure || u.sure < 0.8 {
		t.Errorf("after 2 s of another: %.1f Hz, sure %.2f, at least %.2f", f, u.sure, doubts)
	}
}

// What is strange costs nothing near the usual F0, nor where it is clear above it,
// and never more than the weights say.
func TestStrange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := usual{rapid.Float32Range(6, 9).Draw(t, "octaves"), rapid.Float32Range(0, 1).Draw(t, "sure")}
		o, h := rapid.Float32Range(5.8, 9.3).Draw(t, "candidate"), rapid.Float32Range(0.15, 1).Draw(t, "height")
		cost, d := u.strange(o, h), o-u.octaves
		if cost < 0 || cost > u.sure*farCost {
			t.Fatalf("cost %v", cost)
		}
		if free := d <= nearby && d >= -nearby || d > 0 && h >= clearAt; free && cost != 0 {
			t.Fatalf("%v octaves away at height %v costs %v", d, h, cost)
		}
		if far := d < -nearby; far && (cost > 0) != (u.sure > 0 && -d-nearby > 0) {
			t.Fatalf("%v octaves below costs %v", d, cost)
		}
	})
}

// A leg that has heard one voice still follows any other at once, if it is clear.
func TestAnotherVoice(t *testing.T) {
	for _, c := range []struct{ first, then float64 }{{90, 380}, {380, 90}, {110, 220}, {220, 110}, {300, 75}, {70, 500}} {
		a, _ := testsignal.Voice{Rate: 8000, F0: testsignal.Constant(c.first), Formants: testsignal.VowelA}.Generate(3)
		b, _ := testsignal.Voice{Rate: 8000, F0: testsignal.Constant(c.then), Formants: testsignal.VowelA}.Generate(1)
		rows := track(t, Config{Rate: 8000}, append(append(a, testsignal.Silence(8000, 0.3)...), b...))[330:]
		if good, of, example := within(rows, c.then); good < of {
			t.Errorf("%v Hz after %v Hz: %d of %d rows off, as %v", c.then, c.first, of-good, of, example)
		}
	}
}
