package lexical_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// wordModel is a model whose answer can be worked out by hand: stress rises with
// each "broken", valence falls with it.
type wordModel struct{}

func (wordModel) NewInferer() lexical.Inferer { return wordModel{} }

func (wordModel) Infer(text string, dst *lexical.ModelOutput) {
	n := strings.Count(strings.ToLower(text), "broken")
	*dst = lexical.ModelOutput{}
	dst.Stress = float32(1 / (1 + math.Exp(1-float64(n))))
	dst.Valence = float32(-math.Tanh(float64(n)))
	dst.Severity = .5
}

func analyzer(t testing.TB, cfg lexical.Config) *lexical.Analyzer {
	t.Helper()
	if cfg.Model == nil {
		cfg.Model = wordModel{}
	}
	a, err := lexical.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func read(t testing.TB, a *lexical.Analyzer, m lexical.Message) *lexical.Reading {
	t.Helper()
	var r lexical.Reading
	if err := a.Read(&m, &r); err != nil {
		t.Fatal(err)
	}
	return &r
}

// part returns the code points that a span covers.
func part(text string, begin, end int) string { return string([]rune(text)[begin:end]) }

func TestReadCommitment(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	at := time.Date(2026, 3, 4, 15, 30, 0, 0, berlin) // a Wednesday
	text := "Danke! I'm so sorry. We will refund the 40 € by Friday."
	r := read(t, analyzer(t, lexical.Config{}), lexical.Message{Role: attune.RoleAgent, Text: text, Language: "en", At: at})
	var found bool
	for _, act := range r.Acts {
		if act.Kind != lexical.ActCommitment {
			continue
		}
		found = true
		if got := part(text, act.Begin, act.End); got != "We will refund the 40 € by Friday." {
			t.Errorf("span %q", got)
		}
		if want := time.Date(2026, 3, 6, 18, 0, 0, 0, berlin); !act.Due.Equal(want) {
			t.Errorf("due %v, want %v", act.Due, want)
		}
		if act.By != "COMPANY" || act.What != "refund" {
			t.Errorf("by %q what %q", act.By, act.What)
		}
	}
	if !found {
		t.Errorf("no commitment in %+v", r.Acts)
	}
}

// The weights of the evidence sum to the log-odds of the score.
func TestStressEvidenceSums(t *testing.T) {
	a := analyzer(t, lexical.Config{})
	for _, text := range []string{"My phone is broken and the charger is broken too!!", "STILL BROKEN, third time I call, cancel it now", "fine, thanks"} {
		r := read(t, a, lexical.Message{Role: attune.RoleCustomer, Text: text})
		sum := 0.0
		for _, e := range r.StressEvidence {
			sum += e.Weight
		}
		if want := math.Log(r.Stress.Value / (1 - r.Stress.Value)); math.Abs(sum-want) > 1e-9 {
			t.Errorf("%q: weights sum to %g, log-odds are %g", text, sum, want)
		}
	}
}

func TestReadUnsupportedLanguage(t *testing.T) {
	a := analyzer(t, lexical.Config{})
	for text, tag := range map[string]string{
		"Ich warte schon seit drei Wochen auf meine Lieferung!": "de",
		"Llevo tres semanas esperando mi pedido, por favor":     "es",
		"Почему мой заказ до сих пор не пришёл?":                "ru",
		"我的订单为什么还没有到？":                                          "zh",
	} {
		r := read(t, a, lexical.Message{Text: text, Language: "en"})
		if r.Language != tag || !r.Stress.Null || r.Stress.Reason != attune.ReasonLanguage || r.Stress.Value != 0 {
			t.Errorf("%q: language %q, stress %+v", text, r.Language, r.Stress)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	a := analyzer(t, lexical.Config{MaxBytes: 100})
	var r lexical.Reading
	if err := a.Read(&lexical.Message{Text: "ab\xffc"}, &r); !errors.Is(err, lexical.ErrEncoding) || !strings.Contains(err.Error(), "byte 2") {
		t.Errorf("invalid UTF-8: %v", err)
	}
	if err := a.Read(&lexical.Message{Text: strings.Repeat("a ", 51)}, &r); !errors.Is(err, lexical.ErrTooLong) || !strings.Contains(err.Error(), "102 bytes > 100") {
		t.Errorf("long text: %v", err)
	}
}
