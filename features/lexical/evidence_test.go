package lexical_test

import (
	"math"
	"strings"
	"testing"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// strongest is the left-out place with the greatest effect, and its sign.
func strongest(text string, es []lexical.Evidence) (string, bool) {
	best := lexical.Evidence{}
	for _, e := range es {
		if e.Kind == "words:left_out" && math.Abs(e.Weight) > math.Abs(best.Weight) {
			best = e
		}
	}
	return string([]rune(text)[best.Begin:best.End]), best.Weight > 0
}

// The word that carries a sentence is what its scores are put down to.
func TestEvidenceNamesTheWord(t *testing.T) {
	a, err := lexical.New(lexical.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text, word string
		pleasant   bool
	}{
		{"The delivery was quick but the driver was incredibly rude and threw my parcel over the fence.", "rude", false},
		{"I'm not happy with this at all.", "not", false},
		{"My neighbour took the parcel in and the new lamp looks wonderful in the living room.", "wonderful", true},
		{"I called on Monday about the invoice and your colleague was horrible to me on the phone.", "horrible", false},
		{"The coffee machine arrived on Tuesday morning and I love it.", "love", true},
	} {
		var r lexical.Reading
		if err := a.Read(&lexical.Message{Role: attune.RoleCustomer, Text: c.text, Language: "en", Final: true}, &r); err != nil {
			t.Fatal(err)
		}
		for name, es := range map[string][]lexical.Evidence{"valence": r.ValenceEvidence, "sentiment": r.SentimentEvidence} {
			if word, up := strongest(c.text, es); !strings.Contains(word, c.word) || up != c.pleasant {
				t.Errorf("%q: %s moved by %q (up %t), want %q", c.text, name, word, up, c.word)
			}
		}
		if word, up := strongest(c.text, r.StressEvidence); up == c.pleasant {
			t.Errorf("%q: stress moved up %t by %q", c.text, up, word)
		}
	}
}

// The weights of every score sum to it.
func TestEvidenceSums(t *testing.T) {
	a, err := lexical.New(lexical.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"I've waited three weeks!!! NOBODY calls me back, this is a disgrace", "Thanks, perfect.", "no", "Where do I find the invoice for March?", strings.Repeat("I need help with my order and my parcel. ", 40)} {
		var r lexical.Reading
		if err := a.Read(&lexical.Message{Role: attune.RoleCustomer, Text: text, Language: "en", Final: true}, &r); err != nil {
			t.Fatal(err)
		}
		logit := math.Log(r.Stress.Value / (1 - r.Stress.Value))
		for name, c := range map[string]struct {
			value float64
			es    []lexical.Evidence
		}{"stress": {logit, r.StressEvidence}, "severity": {r.Severity.Value, r.SeverityEvidence}, "valence": {r.Valence.Value, r.ValenceEvidence}, "sentiment": {r.Sentiment.Value, r.SentimentEvidence}} {
			sum := 0.0
			for _, e := range c.es {
				sum += e.Weight
				if e.Begin < 0 || e.End < e.Begin || e.End > len([]rune(text)) {
					t.Errorf("%q: %s: place %d..%d", text, name, e.Begin, e.End)
				}
			}
			if len(c.es) == 0 || math.Abs(sum-c.value) > 1e-6 {
				t.Errorf("%q: %s %.4f, weights sum to %.4f", text, name, c.value, sum)
			}
		}
	}
}

// counting counts how often the model is asked.
type counting struct{ n *int }

func (c counting) NewInferer() lexical.Inferer { return c }

func (c counting) Infer(string, *lexical.ModelOutput) { *c.n++ }

// What evidence costs is bounded however long the text, and nothing for interim words.
func TestEvidenceIsBounded(t *testing.T) {
	asked := 0
	a, err := lexical.New(lexical.Config{Model: counting{&asked}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		words int
		final bool
		most  int
	}{{2, true, 3}, {30, true, 1 + lexical.DefaultExplain}, {3000, true, 1 + lexical.DefaultExplain}, {30, false, 1}} {
		asked = 0
		var r lexical.Reading
		m := lexical.Message{Role: attune.RoleCustomer, Text: strings.Repeat("parcel ", c.words), Language: "en", Final: c.final}
		if err := a.Read(&m, &r); err != nil {
			t.Fatal(err)
		}
		if asked > c.most {
			t.Errorf("%d words, final %t: the model was asked %d times, more than %d", c.words, c.final, asked, c.most)
		}
	}
}
