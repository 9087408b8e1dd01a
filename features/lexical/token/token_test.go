package token_test

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/attune-cx/attune/features/lexical/token"
)

func splitter(t testing.TB) *token.Splitter {
	t.Helper()
	v := token.NewVocab()
	for _, w := range []string{"so", "sorry", "refund", "address", "receive", "not", "manager", "paypal", "you", "please"} {
		v.Add(w)
	}
	s, err := token.NewSplitter(token.Config{
		Vocab:         v,
		Spelling:      map[string][]string{"dont": {"do", "not"}, "can't": {"can", "not"}, "u": {"you"}, "gr8": {"great"}, "2moro": {"tomorrow"}},
		Abbreviations: []string{"mr", "e.g"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func norms(t testing.TB, text string) []string {
	t.Helper()
	var tt token.Text
	splitter(t).Split(text, &tt)
	var out []string
	for _, tok := range tt.Tokens {
		out = append(out, tok.Norm)
	}
	return out
}

func TestNorms(t *testing.T) {
	for text, want := range map[string]string{
		"I'm, sorry":                   "i am , sorry",
		"They’re here, isn't it? ":     "they are here , is not it ?",
		"dont can't u":                 "do not can not you",
		"Anna's order, it's late":      "anna 's order , it is late",
		"sooooo sorrrry pleeease":      "so sorry please",
		"adress, recieve, mangaer":     "address , receive , manager",
		"p\u0430yp\u0430l":             "paypal", // Cyrillic a
		"ref\u200bund re\u00adfund":    "refund refund",
		"ｒｅｆｕｎｄ 𝐫𝐞𝐟𝐮𝐧𝐝":                "refund refund",
		"café Straße":                  "cafe strasse",
		"at 3pm, 24h, 10:30, 3.50":     "at 3 pm , 24 h , 10:30 , 3.50",
		"AB12345 and 4x4 and gr8":      "ab12345 and 4x4 and great",
		"2moro":                        "tomorrow",
		"<b>so</b> &nbsp; <br/>sorry":  "so sorry",
		"a < b and b > c":              "a < b and b > c",
		"<script>alert(1)</script>so":  "so",
		"我的 订单":                        "我 的 订 单",
		"😡😡 no":                        "😡 😡 no",
		"hello!!! what?!":              "hello ! what ?",
		"so\n> you said\n> so\nsorry":  "so sorry",
		"so\nOn Monday Al wrote:\nbla": "so",
		"On Monday he wrote: so":       "on monday he wrote : so",
	} {
		if got := strings.Join(norms(t, text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSentences(t *testing.T) {
	for text, want := range map[string][]string{
		"Hi. It costs 3.50 today! Really?":     {"hi .", "it costs 3.50 today !", "really ?"},
		"Ask Mr. Smith, e.g. now. J. Doe said": {"ask mr . smith , e . g . now .", "j . doe said"},
		"one\ntwo":                             {"one", "two"},
		"so it goes ... on":                    {"so it goes .", "on"},
	} {
		var tt token.Text
		splitter(t).Split(text, &tt)
		var got []string
		for _, s := range tt.Sentences {
			var words []string
			for _, tok := range tt.Tokens[s.First:s.Last] {
				words = append(words, tok.Norm)
			}
			got = append(got, strings.Join(words, " "))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestMarksOfForm(t *testing.T) {
	var tt token.Text
	splitter(t).Split("WHY is Anna sooo LATE?!", &tt)
	if !tt.Tokens[0].Caps || tt.Tokens[1].Caps || !tt.Tokens[2].Title || tt.Tokens[2].Caps || !tt.Tokens[3].Stretched || !tt.Tokens[4].Caps {
		t.Errorf("%+v", tt.Tokens)
	}
	if s := tt.Sentences[0]; !s.Question || !s.Exclamation {
		t.Errorf("%+v", s)
	}
	if tt.Words != 5 {
		t.Errorf("%d words", tt.Words)
	}
}

func TestLimit(t *testing.T) {
	s, err := token.NewSplitter(token.Config{MaxWords: 10})
	if err != nil {
		t.Fatal(err)
	}
	var tt token.Text
	s.Split(strings.Repeat("word ", 100_000), &tt)
	if len(tt.Tokens) != 10 || !tt.Truncated || tt.Runes != 500_000 {
		t.Errorf("%d tokens, truncated %t, %d runes", len(tt.Tokens), tt.Truncated, tt.Runes)
	}
	s.Split("word", &tt)
	if tt.Truncated || tt.Words != 1 {
		t.Error("the text before is not forgotten")
	}
	if _, err := token.NewSplitter(token.Config{MaxWords: -1}); err == nil {
		t.Error("a negative limit is taken")
	}
}

func TestVisible(t *testing.T) {
	var tt token.Text
	text := "so <i>late</i>\n> quoted\nend"
	splitter(t).Split(text, &tt)
	if got := tt.Visible(text); got != "so  late \n \nend" {
		t.Errorf("%q", got)
	}
	splitter(t).Split("plain", &tt)
	if got := tt.Visible("plain"); got != "plain" {
		t.Errorf("%q", got)
	}
}

// Whatever the text, offsets are in order and in range, and sentences cover all tokens.
func check(t interface{ Fatalf(string, ...any) }, s *token.Splitter, text string) {
	var tt token.Text
	s.Split(text, &tt)
	n, at := len([]rune(text)), 0
	if tt.Runes != n {
		t.Fatalf("%q: %d runes, want %d", text, tt.Runes, n)
	}
	for _, tok := range tt.Tokens {
		if tok.Begin < 0 || tok.End <= tok.Begin || tok.End > n || !tok.Expanded && tok.Begin < at || tok.Norm == "" && tok.IsWord() && tok.Kind != token.Code {
			t.Fatalf("%q: token %+v behind %d of %d", text, tok, at, n)
		}
		at = tok.End
	}
	next := 0
	for _, sent := range tt.Sentences {
		if sent.First != next || sent.Last <= sent.First {
			t.Fatalf("%q: sentences %+v", text, tt.Sentences)
		}
		next = sent.Last
	}
	if next != len(tt.Tokens) {
		t.Fatalf("%q: sentences end at %d of %d", text, next, len(tt.Tokens))
	}
}

func TestOffsets(t *testing.T) {
	s := splitter(t)
	pieces := rapid.SliceOf(rapid.SampledFrom([]string{"so ", "I'm", "don't ", "!", "?!", "\n", "> q\n", "<b>", "&amp;", "é", "ß", "\u200d", "\u0301", "😡", "我", "3.5", "4pm ", "A1", "'", "’s ", ".", "…", "\xff", "مرحبا", "On x wrote:\n"}))
	rapid.Check(t, func(r *rapid.T) {
		check(r, s, strings.Join(pieces.Draw(r, "text"), ""))
	})
}

func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"I'm so sorry!", "<script", "&#x27;", "a\n> b\nOn x wrote:\nc", "\u202eevil", "e\u0301\u0301\u0301", "''''", "n't", "'s", "1.2.3.", "\xf0\x28", "ＡＢ１２", "aaaaaaaaa", "J. J. J."} {
		f.Add(seed)
	}
	s := splitter(f)
	f.Fuzz(func(t *testing.T, text string) { check(t, s, text) })
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{"Ärger": "arger", "ÉTÉ": "ete", "straße": "strasse", "O’Neil": "o'neil"} {
		if got := token.Fold(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func BenchmarkSplit(b *testing.B) {
	s := splitter(b)
	var tt token.Text
	b.ReportAllocs()
	for b.Loop() {
		s.Split("I have called three times about my refund and nobody helps me, this is getting really frustrating, please do something!", &tt)
	}
}
