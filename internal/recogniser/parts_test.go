package recogniser

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/attune-cx/attune/internal/pipeline"
)

func TestTimeline(t *testing.T) {
	tl := timeline{rate: 8000}
	if got := tl.at(3); got != 0 {
		t.Errorf("nothing sent: %s", got)
	}
	for i := range 100 { // 1 s heard from 5 s on
		tl.add(80, 5*time.Second+time.Duration(i)*10*time.Millisecond)
	}
	tl.skip(8000)                      // 1 s of silence for 9 s that were not sent
	tl.add(80, 15*time.Second)         // and on
	tl.add(80, 15011*time.Millisecond) // the clock's drift is no news
	for _, c := range []struct {
		seconds float64
		want    time.Duration
	}{{0, 5 * time.Second}, {.5, 5500 * time.Millisecond}, {1.5, 6500 * time.Millisecond}, {2, 15 * time.Second}, {2.01, 15010 * time.Millisecond}} {
		if got := tl.at(c.seconds); got != c.want {
			t.Errorf("at %g s: %s, want %s", c.seconds, got, c.want)
		}
	}
	if len(tl.marks) != 2 {
		t.Errorf("%d marks, want 2", len(tl.marks))
	}
}

func TestTimelineIsBounded(t *testing.T) {
	tl := timeline{rate: 8000}
	for i := range 10 * maxMarks {
		tl.add(80, time.Duration(i)*time.Second)
	}
	if len(tl.marks) > maxMarks {
		t.Errorf("%d marks", len(tl.marks))
	}
	if got := tl.now(); got < time.Duration(10*maxMarks-1)*time.Second {
		t.Errorf("now %s", got)
	}
}

func TestQuantise(t *testing.T) {
	in := []float32{0, 1, -1, .5, -.5, 2, -2, float32(math.NaN()), 1. / 32768}
	got := make([]int16, len(in))
	quantise(got, in)
	if want := []int16{0, 32767, -32768, 16384, -16384, 32767, -32768, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Interim words that come to nothing are taken back; nothing at all says nothing.
func TestInterimWordsAreWithdrawn(t *testing.T) {
	s := speaker{leg: leg, name: func() string { return "u" }}
	tl := &timeline{rate: 8000}
	empty := ""
	if _, ok := s.text(&answer{Text: &empty}, tl); ok {
		t.Error("silence was told")
	}
	word := "no"
	if _, ok := s.text(&answer{Partial: &word}, tl); !ok {
		t.Error("interim words were not told")
	}
	got, ok := s.text(&answer{Text: &empty}, tl)
	if !ok || got.Text != "" || got.Interim || got.ID != "u" {
		t.Errorf("withdrawal: %+v, %v", got, ok)
	}
	if _, ok := s.settle(); ok {
		t.Error("what was withdrawn was settled")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"partial":""}`, final("a b"), `{"text":"x","result":[{"word":"x","start":1e300,"end":2}]}`, `{"text":"x","result":[{"conf":-1}]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := parse(b)
		if err != nil {
			if !errors.Is(err, ErrAnswer) {
				t.Fatal(err)
			}
			return
		}
		tl := &timeline{rate: 8000}
		tl.add(80, 0)
		s := speaker{leg: pipeline.HeardLeg{}, name: func() string { return "u" }}
		got, _ := s.text(&a, tl)
		if got.Begin < 0 || got.End < got.Begin {
			t.Fatalf("%s..%s", got.Begin, got.End)
		}
		for _, w := range got.Words {
			if w.Confidence < 0 || w.Confidence > 1 || w.Span.End < w.Span.Begin {
				t.Fatalf("%+v", w)
			}
		}
	})
}
