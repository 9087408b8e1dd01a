package fusion

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

var stress = NewConfig(1, 1.2, .5, 2, -.4)

func words(id string, n int, llr float64) Observation {
	return Observation{Modality: Words, ID: id, Units: float64(n), Quality: 1, Parts: []Part{{"words:model", llr}}}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestRule(t *testing.T) {
	s := State{Config: stress}
	near(t, "log-odds of no evidence", s.LogOdds(Voice, Words), -.4)

	s.Observe(words("u1", 40, 2)) // one half-life of words: half of w·l
	near(t, "z", s.Z(Words), .5*1.2*2)
	s.Observe(words("u2", 40, -1))
	near(t, "z after another", s.Z(Words), .5*(.5*1.2*2)+.5*1.2*-1)
	near(t, "log-odds", s.LogOdds(Words), 2*s.Z(Words)-.4)

	s.Observe(Observation{Modality: Voice, Units: 20, Quality: .5, Parts: []Part{{"f0", 2}, {"loudness", 1}}})
	near(t, "z of voice", s.Z(Voice), .5*.5*3)
}

func TestEachSecondCountsOnceWhateverTheTick(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		pieces := rapid.SliceOfN(rapid.Float64Range(.01, 3), 1, 30).Draw(rt, "pieces")
		llr := rapid.Float64Range(-3, 3).Draw(rt, "llr")
		whole, ticked := State{Config: stress}, State{Config: stress}
		sum := 0.0
		for _, p := range pieces {
			ticked.Observe(Observation{Modality: Voice, Units: p, Quality: 1, Parts: []Part{{"f0", llr}}})
			sum += p
		}
		whole.Observe(Observation{Modality: Voice, Units: sum, Quality: 1, Parts: []Part{{"f0", llr}}})
		if math.Abs(whole.Z(Voice)-ticked.Z(Voice)) > 1e-9 {
			rt.Fatalf("%v at once, %v in pieces", whole.Z(Voice), ticked.Z(Voice))
		}
	})
}

func TestInterimIsReplaced(t *testing.T) {
	once, often := State{Config: stress}, State{Config: stress}
	for _, s := range []*State{&once, &often} {
		s.Observe(words("u0", 6, 1))
	}
	often.Observe(words("u1", 2, 3))
	often.Observe(words("u1", 5, -2))
	for _, s := range []*State{&once, &often} {
		s.Observe(words("u1", 9, .5))
		s.Observe(words("u2", 4, 1))
	}
	often.Observe(words("u1", 9, .5)) // told twice
	near(t, "log-odds", often.LogOdds(Words), once.LogOdds(Words))
	near(t, "words", often.Units(Words), 19)

	often.Retract(Words, "u1")
	near(t, "words after taking one back", often.Units(Words), 10)
}

func TestNothingCountsTwice(t *testing.T) {
	s := State{Config: stress}
	for i := range 3 * maxUtterances {
		s.Observe(words(fmt.Sprint(i), 5, 1))
	}
	before, units := s.LogOdds(Words), s.Units(Words)
	for i := range 2 * maxUtterances {
		if s.Observe(words(fmt.Sprint(i), 5, 3)) {
			t.Fatalf("utterance %d counted again", i)
		}
	}
	near(t, "log-odds", s.LogOdds(Words), before)
	near(t, "words", s.Units(Words), units)
}

func TestPurge(t *testing.T) {
	s := State{Config: stress}
	s.Observe(words("u", 20, 3))
	s.Purge(Words)
	near(t, "log-odds", s.LogOdds(Words), -.4)
	if s.Seen(Words) {
		t.Error("still seen")
	}
}

func TestConfidence(t *testing.T) {
	voice := func(llr float64) Observation {
		return Observation{Modality: Voice, Units: 8, Quality: .5, Parts: []Part{{"f0", llr}}}
	}
	one := 1 - math.Exp(-1)
	for _, tc := range []struct {
		name    string
		see     []Observation
		missing bool
		want    float64
	}{
		{"nothing seen", nil, false, 0},
		{"eight seconds of half quality", []Observation{voice(1)}, false, one * .5},
		{"twenty words", []Observation{words("u", 20, 1)}, false, one},
		{"the better of both", []Observation{voice(1), words("u", 20, 1)}, false, one},
		{"disagreement", []Observation{voice(-3), words("u", 20, 1.5)}, false, one * (1 - .5*.5)},
		{"an expected one is absent", []Observation{words("u", 200, 1)}, true, .5},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := State{Config: stress}
			for _, o := range tc.see {
				s.Observe(o)
			}
			near(t, "confidence", s.Confidence(tc.missing, Voice, Words), tc.want)
		})
	}
}

// Whatever was observed, the items sum to the log-odds and all is finite.
func TestItemsSum(t *testing.T) {
	any64 := rapid.OneOf(rapid.Float64Range(-20, 20), rapid.Just(math.NaN()), rapid.Just(math.Inf(1)))
	rapid.Check(t, func(rt *rapid.T) {
		s := State{Config: stress}
		for range rapid.IntRange(0, 60).Draw(rt, "n") {
			o := Observation{
				Modality: Modality(rapid.IntRange(0, 2).Draw(rt, "modality")),
				Units:    any64.Draw(rt, "units"), Quality: any64.Draw(rt, "quality"),
			}
			if o.Modality == Words {
				o.ID = fmt.Sprint(rapid.IntRange(0, 40).Draw(rt, "id"))
			}
			if math.IsInf(o.Units, 0) {
				o.Units = 1000
			}
			for i := range rapid.IntRange(0, 4).Draw(rt, "parts") {
				o.Parts = append(o.Parts, Part{fmt.Sprint("k", i), any64.Draw(rt, "llr")})
			}
			s.Observe(o)
		}
		limit := rapid.IntRange(1, 10).Draw(rt, "limit")
		items := s.Items(nil, limit, Voice, Words, Interaction)
		sum := 0.0
		for _, it := range items {
			sum += it.Weight
		}
		want := s.LogOdds(Voice, Words, Interaction)
		if math.IsNaN(want) || math.Abs(sum-want) > 1e-9 || len(items) > max(limit, 2) || items[0].Kind != PriorKind {
			rt.Fatalf("%v sums to %v, want %v", items, sum, want)
		}
		if c := s.Confidence(false, Voice, Words); !(c >= 0 && c <= 1) {
			rt.Fatalf("confidence %v", c)
		}
	})
}

// More evidence for a thing never lowers its value.
func TestMonotone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		low, high := State{Config: stress}, State{Config: stress}
		for i := range rapid.IntRange(1, 30).Draw(rt, "n") {
			l := rapid.Float64Range(-4, 4).Draw(rt, "llr")
			more := rapid.Float64Range(0, 4).Draw(rt, "more")
			n := rapid.IntRange(1, 30).Draw(rt, "words")
			low.Observe(words(fmt.Sprint(i), n, l))
			high.Observe(words(fmt.Sprint(i), n, l+more))
		}
		if high.LogOdds(Words) < low.LogOdds(Words)-1e-12 {
			rt.Fatalf("%v below %v", high.LogOdds(Words), low.LogOdds(Words))
		}
	})
}
