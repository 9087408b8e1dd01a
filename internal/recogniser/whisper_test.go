package recogniser

import (
	"slices"
	"strings"
	"testing"

	"github.com/attune-cx/attune/internal/demo"
	"github.com/attune-cx/attune/internal/testrecogniser"
)

// The bundled call's customer is understood by a real recogniser.
func TestWhisperHearsTheBundledCall(t *testing.T) {
	if testing.Short() {
		t.Skip("a real recogniser takes seconds")
	}
	tr, err := NewTranscriber(t.Context(), testrecogniser.Start(t, 0).URL)
	if err != nil {
		t.Fatal(err)
	}
	sound, err := demo.Speech(8000)
	if err != nil {
		t.Fatal(err)
	}
	m := &mouth{ear: tr.Leg(leg)}
	m.ear.Allow(true)
	m.sayPCM(sound[:25*8000])
	m.ear.Close()
	texts, err := tr.Texts()
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, x := range texts {
		all += " " + strings.ToLower(x.Text)
		for _, w := range x.Words {
			if w.Span.End < w.Span.Begin || w.Span.Begin < x.Begin || w.Confidence <= 0 || w.Confidence > 1 {
				t.Errorf("word %+v of %s..%s", w, x.Begin, x.End)
			}
		}
	}
	if got := share(truth, all); got < 2./3 {
		t.Errorf("%.2f of the words were heard: %q", got, all)
	}
}

// truth is what the customer says in the first 25 s of the bundled call.
const truth = "hello sam this is maria lopez i was charged twice for my internet bill this month " +
	"i did check the app and it shows two payments this is the third time i"

// share is how many of the words of want stand in got.
func share(want, got string) float64 {
	heard := strings.FieldsFunc(got, func(r rune) bool { return r == ' ' || r == '.' || r == ',' || r == '?' || r == '!' })
	words, n := strings.Fields(want), 0
	for _, w := range words {
		if slices.Contains(heard, w) {
			n++
		}
	}
	return float64(n) / float64(len(words))
}
