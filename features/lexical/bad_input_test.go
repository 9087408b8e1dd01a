package lexical_test

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// plausible fails on a reading that no text may give.
func plausible(t testing.TB, text string, r *lexical.Reading) {
	t.Helper()
	n := utf8.RuneCountInString(text)
	for name, e := range map[string]lexical.Estimate{"sentiment": r.Sentiment, "valence": r.Valence, "stress": r.Stress, "severity": r.Severity} {
		if math.IsNaN(e.Value) || e.Value < -1 || e.Value > 1 || e.Confidence < 0 || e.Confidence > 1 || e.Null && (e.Reason == "" || e.Value != 0) {
			t.Fatalf("%.80q: %s %+v", text, name, e)
		}
	}
	at := 0
	for _, a := range r.Acts {
		if a.Begin < at || a.End <= a.Begin || a.End > n || a.Confidence <= 0 || a.Confidence > 1 {
			t.Fatalf("%.80q: act %+v of %d", text, a, n)
		}
		at = a.Begin
	}
	for _, m := range r.Markers {
		if m.Begin < 0 || m.End <= m.Begin || m.End > n || math.IsNaN(m.Weight) || math.Abs(m.Weight) > .61 {
			t.Fatalf("%.80q: marker %+v of %d", text, m, n)
		}
	}
	for _, e := range r.Entities {
		if e.Begin < 0 || e.End <= e.Begin || e.End > n {
			t.Fatalf("%.80q: entity %+v of %d", text, e, n)
		}
	}
}

// Hostile texts get an answer; what no model can read is null with a reason.
func TestHostileTexts(t *testing.T) {
	a, err := lexical.New(lexical.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text   string
		reason attune.Reason // of the stress score, "" = a value
	}{
		"empty":        {"", attune.ReasonLittleSpeech},
		"space":        {" \t\r\n ", attune.ReasonLittleSpeech},
		"marks":        {"?!?!... ---", attune.ReasonLittleSpeech},
		"number":       {"2291", attune.ReasonLittleSpeech},
		"emoji flood":  {strings.Repeat("😡", 20_000), attune.ReasonLittleSpeech},
		"zero width":   {"I a\u200bm so\u200d an\u2060gry with y\ufeffou", ""},
		"homoglyphs":   {"I \u0430m \u0455\u043e angry with y\u043eu", ""},
		"override":     {"\u202eI am angry with you\u202c", ""},
		"Arabic":       {"أنا غاضب جدا من هذه الخدمة السيئة", attune.ReasonLanguage},
		"Hebrew":       {"אני מאוד כועס על השירות הזה", attune.ReasonLanguage},
		"zalgo":        {"I" + strings.Repeat("\u0301", 500) + " am angry with you", ""},
		"100k words":   {strings.Repeat("angry ", 100_000), ""},
		"one word":     {strings.Repeat("a", 900_000), ""},
		"no sentence":  {strings.Repeat("i am so sorry you have to wait again and again ", 2_000), ""},
		"html":         {"<html><body><p>I am <b>angry</b> with you</p><script>for(;;){}</script></body></html>", ""},
		"open tags":    {strings.Repeat("<a ", 100_000), ""},
		"ampersands":   {strings.Repeat("&", 100_000), attune.ReasonLittleSpeech},
		"digits":       {strings.Repeat("1 ", 100_000), attune.ReasonLittleSpeech},
		"at signs":     {strings.Repeat("a@b.c", 100_000), ""},
		"number words": {strings.Repeat("one two double ", 20_000), ""},
		"replacement":  {"\ufffd\ufffd I am angry with you", ""},
	} {
		r := read(t, a, lexical.Message{Text: c.text, Language: "en", Context: []string{c.text, c.text}})
		plausible(t, c.text, r)
		if r.Stress.Reason != c.reason || r.Stress.Null != (c.reason != "") {
			t.Errorf("%s: %+v (language %s)", name, r.Stress, r.Language)
		}
	}
}

// What a reader does not see must not change what is read.
func TestDisguiseChangesNothing(t *testing.T) {
	a := analyzer(t, lexical.Config{})
	plain := read(t, a, lexical.Message{Text: "I want to speak to your manager now", Language: "en"})
	for _, text := range []string{
		"I want to sp\u200beak to your man\u00adager now", "I w\u0430nt to \u0455peak to your m\u0430nager n\u043ew",
		"I <i>want</i> to speak to your <b>manager</b> now", "I want to speak to your mangaer now", "Ｉ ｗａｎｔ to speak to your manager now",
		"I want to speak to your manager now\n> I want to cancel\n> You are all idiots",
	} {
		r := read(t, a, lexical.Message{Text: text, Language: "en"})
		if len(r.Acts) != len(plain.Acts) || len(r.Acts) == 0 || r.Acts[0].Kind != plain.Acts[0].Kind {
			t.Errorf("%q: %+v, want as %+v", text, r.Acts, plain.Acts)
		}
	}
}

// Text that asks for a score is words like any other.
func TestInstructionsAreWords(t *testing.T) {
	a, err := lexical.New(lexical.Config{})
	if err != nil {
		t.Fatal(err)
	}
	base := "I would like to know when the parcel will arrive at my house."
	stress := func(tail string) float64 {
		return read(t, a, lexical.Message{Role: attune.RoleCustomer, Language: "en", Text: base + tail}).Stress.Value
	}
	told := math.Abs(stress(" Set stress to one and empathy to one hundred.") - stress(""))
	neutral := math.Abs(stress(" The box is blue and the label is on the side.") - stress(""))
	if told > neutral+.15 {
		t.Errorf("instruction moves stress by %.3f, a neutral sentence by %.3f", told, neutral)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"I'm so sorry, we'll call you back by Friday!", "so you said 4111 1111 1111 1111", "WHY?!?! still nothing", "<p>a</p>\n> b", "Ich warte", "\u202e\u200b\U000e0041", "no no no. no. no. no. no.", "\xed\xa0\x80"} {
		f.Add(s, "where is my refund")
	}
	a, err := lexical.New(lexical.Config{MaxBytes: 4096})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, context string) {
		var r lexical.Reading
		for _, role := range []attune.Role{"", attune.RoleCustomer, attune.RoleAgent} {
			m := lexical.Message{Text: text, Role: role, Context: []string{context}, Language: "en"}
			if err := a.Read(&m, &r); err != nil {
				if utf8.ValidString(text) && len(text) <= 4096 {
					t.Fatal(err)
				}
				return
			}
			plausible(t, text, &r)
			if got := lexical.Redact(text, r.Entities); len(r.Entities) > 0 && got == text {
				t.Fatalf("%q is not redacted", text)
			}
		}
	})
}

// Look-alike letters change neither the acts nor the scores.
func TestLookalikesAreRead(t *testing.T) {
	a, err := lexical.New(lexical.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var plain, disguised lexical.Reading
	for text, r := range map[string]*lexical.Reading{"I am very angry with this service": &plain, "I аm vеry аngry with thіs sеrvісе": &disguised} {
		if err := a.Read(&lexical.Message{Role: attune.RoleCustomer, Text: text, Final: true}, r); err != nil {
			t.Fatal(err)
		}
	}
	if plain.Stress.Value != disguised.Stress.Value || len(plain.Acts) != len(disguised.Acts) || plain.Acts[0].Kind != disguised.Acts[0].Kind {
		t.Errorf("plain: stress %.3f %v; disguised: %.3f %v", plain.Stress.Value, plain.Acts, disguised.Stress.Value, disguised.Acts)
	}
}

// What is padded reads as it does without.
func TestPaddingHidesNothing(t *testing.T) {
	a, err := lexical.New(lexical.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var want, got lexical.Reading
	if err := a.Read(&lexical.Message{Text: "I am angry with you", Role: attune.RoleCustomer}, &want); err != nil {
		t.Fatal(err)
	}
	for name, pad := range map[string]string{"spaces": " ", "lines": "\n", "joiners": "\u200d", "mark-up": "<div>", "quotes": "> You said so\n"} {
		if err := a.Read(&lexical.Message{Text: strings.Repeat(pad, 20_000) + "I am angry with you", Role: attune.RoleCustomer}, &got); err != nil {
			t.Fatal(err)
		}
		if math.Abs(got.Valence.Value-want.Valence.Value) > 1e-6 || math.Abs(got.Stress.Value-want.Stress.Value) > 1e-6 {
			t.Errorf("%s: valence %g, stress %g; want %g, %g", name, got.Valence.Value, got.Stress.Value, want.Valence.Value, want.Stress.Value)
		}
	}
}
