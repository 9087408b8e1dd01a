package rules_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/attune-cx/attune/features/lexical/rules"
	"github.com/attune-cx/attune/features/lexical/token"
)

var spelling = map[string][]string{"don't": {"do", "not"}, "apologise": {"apologize"}}

// bench is a table ready to be asked.
type bench struct {
	table *rules.Table
	split *token.Splitter
}

func compile(t testing.TB, text string) bench {
	t.Helper()
	v := token.NewVocab()
	table, err := rules.Compile("test", text, v, spelling)
	if err != nil {
		t.Fatal(err)
	}
	s, err := token.NewSplitter(token.Config{Vocab: v, Spelling: spelling})
	if err != nil {
		t.Fatal(err)
	}
	return bench{table, s}
}

// find returns "kind:matched words", a space between matches.
func (b bench) find(side rules.Side, text string, ask rules.Ask) string {
	var tt token.Text
	b.split.Split(text, &tt)
	in := rules.Input{Text: &tt, Side: side,
		Pauses: func(t *token.Token) bool { return t.Norm == "um" },
		Leads:  func(t *token.Token) bool { return t.Norm == "okay" }}
	for k, tok := range tt.Tokens {
		if tok.Norm == "tomorrow" {
			in.Times = append(in.Times, rules.Time{First: k, Last: k + 1})
		}
	}
	if ask == nil {
		ask = func(string) (float64, bool) { return 0, false }
	}
	var m rules.Matcher
	var out []string
	for _, f := range b.table.Settle(m.Find(b.table, &in, nil), ask) {
		var words []string
		for _, tok := range tt.Tokens[f.First:f.Last] {
			words = append(words, tok.Norm)
		}
		out = append(out, b.table.Groups[f.Group].Kind+":"+strings.Join(words, "_"))
	}
	return strings.Join(out, " ")
}

func TestElements(t *testing.T) {
	for _, c := range []struct{ pattern, text, want string }{
		{"so sorry", "I am so, sorry", "x:so_,_sorry"},
		{"so sorry", "so um sorry", "x:so_um_sorry"},
		{"so sorry", "so very sorry", ""},
		{"sorry", "SORRY", "x:sorry"},
		{"a *ed", "a troubled", "x:a_troubled"},
		{"a (*ed|gone)", "a gone", "x:a_gone"},
		{"a *ed", "a bed", ""},
		{"a|b c", "b c", "x:b_c"},
		{"(a|b d) c", "b d c a c", "x:b_d_c x:a_c"},
		{"a b? c", "a c a b c", "x:a_c x:a_b_c"},
		{"a (b c)? d", "a b c d", "x:a_b_c_d"},
		{"~refund", "refunding", "x:refunding"},
		{"~refund", "refunder", ""},
		{"~cancel", "cancelled", "x:cancelled"},
		{"~carry", "carries", "x:carries"},
		{"~promise", "promising", "x:promising"},
		{"~catch", "catches", "x:catches"},
		{"a ... b", "a 1 2 3 4 5 b", "x:a_1_2_3_4_5_b"},
		{"a ... b", "a 1 2 3 4 5 6 b", ""},
		{"a ...1 b", "a z b", "x:a_z_b"},
		{"a * b", "a b", ""},
		{"^ a", "b a", ""},
		{"^ a", "b, a", "x:a"},
		{"^ a", "okay a", "x:a"},
		{"^^ a", "b, a", ""},
		{"^^ a", "b. okay a", "x:a"},
		{"a $", "a b", ""},
		{"a $", "a. b", "x:a"},
		{"a !b", "a b a c", "x:a"},
		{"a !b", "a", "x:a"},
		{"<!b a", "b a", ""},
		{"<!b a", "c a", "x:a"},
		{"a #num", "a 12", "x:a_12"},
		{"a #code", "a AB12", "x:a_ab12"},
		{"a #name", "a Smith", "x:a_smith"},
		{"a #name", "a smith", ""},
		{"by #time", "by tomorrow", "x:by_tomorrow"},
		{"a #word", "a 12", ""},
		{"@greet you", "good day you", "x:good_day_you"},
		{"don't go", "do not go", "x:do_not_go"},
		{"apologise", "we apologise", "x:apologize"},
		{"(don't|will) go", "don't go", "x:do_not_go"},
	} {
		b := compile(t, "list greet = hello | good day\nact x\n .9 "+c.pattern)
		if got := b.find(rules.Anybody, c.text, nil); got != c.want {
			t.Errorf("%s in %q: %q, want %q", c.pattern, c.text, got, c.want)
		}
	}
}

func TestOptions(t *testing.T) {
	sure := func(label string) (float64, bool) { return .6, label == "anger" }
	for _, c := range []struct {
		head, rule, text string
		side             rules.Side
		ask              rules.Ask
		want             string
	}{
		{"", "{q} a", "a?", 0, nil, "x:a"},
		{"", "{q} a", "a.", 0, nil, ""},
		{"", "{noq} a", "a?", 0, nil, ""},
		{"", "{words<3} a", "a b c", 0, nil, ""},
		{"", "{words>2} a", "a b c", 0, nil, "x:a"},
		{"", "{first} a", "b. b. b. a", 0, nil, ""},
		{"", "{customer} a", "a", rules.Company, nil, ""},
		{"", "{company} a", "a", rules.Company, nil, "x:a"},
		{"by customer", "a", "a", rules.Company, nil, ""},
		{"by customer", "a", "a", rules.Anybody, nil, "x:a"},
		{"", "{if anger>.5} a", "a", 0, sure, "x:a"},
		{"", "{if anger>.7} a", "a", 0, sure, ""},
		{"", "{if anger+anger>1} a", "a", 0, sure, "x:a"},
		{"", "{if anger<.5} a", "a", 0, sure, ""},
		{"", "{if anger>.1} a", "a", 0, nil, ""}, // no model: no answer
	} {
		b := compile(t, "act x "+c.head+"\n .9 "+c.rule)
		if got := b.find(c.side, c.text, c.ask); got != c.want {
			t.Errorf("%s %s in %q: %q, want %q", c.head, c.rule, c.text, got, c.want)
		}
	}
}

func TestSettle(t *testing.T) {
	b := compile(t, `
act x
  .7 {what=low} a b
  .9 {what=high} b c
  not c d
act y yields x
  .5 e
marker m -.2
  f
`)
	for text, want := range map[string]string{
		"a b c":   "x:a_b_c",     // joined
		"a b c d": "x:a_b",       // b c is excepted, a b is not touched
		"b c e":   "x:b_c",       // y gives way
		"b c. e":  "x:b_c y:e",   // not in another sentence
		"f a b":   "x:a_b m:f",   // by group
		"a b a b": "x:a_b x:a_b", // apart
	} {
		if got := b.find(rules.Anybody, text, nil); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if g := b.table.Groups[2]; !g.Marker || g.Weight != -.2 {
		t.Errorf("%+v", g)
	}
}

func TestSyntaxErrors(t *testing.T) {
	for text, want := range map[string]string{
		".9 a":                         "line 1: \".9\" stands before any act",
		"act x\n a b":                  "line 2: a rule begins with its confidence",
		"act x\n 1.5 a":                "line 2: a rule begins with its confidence",
		"act x\n .9":                   "line 2: the pattern is empty",
		"act x\n .9 {q a":              "line 2: the brace",
		"act x\n .9 (a|b":              "line 2: a parenthesis is not closed",
		"act x\n .9 a) b":              "line 2: a parenthesis too many",
		"act x\n .9 @none":             "line 2: there is no list \"none\"",
		"act x\n .9 #thing":            "line 2: #thing is not known",
		"act x\n .9 ...99 a":           "line 2: a gap is written",
		"act x\n .9 a?":                "line 2: the pattern \"a?\" takes no word",
		"act x\n .9 {maybe} a":         "line 2: option \"maybe\" is not known",
		"act x\n .9 {words<no} a":      "line 2: \"no\" is no number of words",
		"act x\n .9 {if anger>x} a":    "line 2: \"x\" is no number",
		"act x sideways\n .9 a":        "line 1: \"sideways\" is left over",
		"act x by nobody\n .9 a":       "line 1: \"by nobody\" is not known",
		"act x stress lots\n .9 a":     "line 1: stress \"lots\" is no number",
		"act":                          "line 1: act needs a name",
		"marker m\n a":                 "line 1: marker m needs a weight",
		"marker m much\n a":            "line 1: weight \"much\"",
		"list x a b":                   "line 1: a list is written",
		"list x = a\nlist x = b":       "line 2: list x is there already",
		"list x = @x\nact y\n .9 @x a": "line 3: lists refer to each other in a circle",
		"list x = a @y\nlist y = b @x?\nact z\n .9 @x a": "line 4: lists refer to each other in a circle",
		"act x\n .9 !(a b) c":                            "line 2: \"(a b)\" after ! must be single words",
		"act x\n yes what":                               "line 2: the example's text is not in quotes",
		"act x\n no robot: \"a\"":                        "line 2: an example is written",
		"act x\n .9 ab*":                                 "line 2: \"ab\"* is too short",
	} {
		_, err := rules.Compile("t", text, token.NewVocab(), nil)
		if !errors.Is(err, rules.ErrSyntax) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// A hostile text and a greedy table stay cheap: every state is visited once for
// each word of the window.
func TestBoundedWork(t *testing.T) {
	b := compile(t, "act x\n .9 a ...15 a ...15 a ...15 a ...15 a ...15 b\n .9 #word ...15 #word ...15 b")
	if got := b.find(rules.Anybody, strings.Repeat("a ", 4000), nil); got != "" {
		t.Errorf("found %.40s", got)
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{"list a = b | c d\nact x by company span sentence\n .9 {q what=z} ^ @a? (b|c d) ... e $\n not f\n yes \"g\"", "marker m +.5\n ~ref|b", "act x\n .9 ((((a))))", "act x\n .9 <!a !b c* ...3 #num", "act\n", "| a"} {
		f.Add(s, "b c d e f g")
	}
	f.Fuzz(func(t *testing.T, table, text string) {
		v := token.NewVocab()
		tab, err := rules.Compile("t", table, v, nil)
		if err != nil {
			if !errors.Is(err, rules.ErrSyntax) {
				t.Fatal(err)
			}
			return
		}
		s, _ := token.NewSplitter(token.Config{Vocab: v, MaxWords: 200})
		var tt token.Text
		s.Split(text, &tt)
		var m rules.Matcher
		for _, f := range tab.Settle(m.Find(tab, &rules.Input{Text: &tt}, nil), func(string) (float64, bool) { return .5, true }) {
			if f.First < 0 || f.Last <= f.First || f.Last > len(tt.Tokens) {
				t.Fatal(fmt.Sprintf("%+v of %d tokens", f, len(tt.Tokens)))
			}
		}
	})
}

// Cues add up within a sentence, each once; what stays below a half is no act.
func TestSum(t *testing.T) {
	b := compile(t, "act x span sentence sum -1\n +.8 bad\n +.8 late\n -2 fine\n not late fee\nact y yields x\n .9 z")
	for _, c := range []struct{ text, want string }{
		{"bad", ""},
		{"bad bad bad", ""},
		{"bad and late", "x:bad_and_late"},
		{"bad and late but fine", ""},
		{"bad. late", ""},
		{"fine. bad and late", "x:bad_and_late"},
		{"bad late fee", ""},
	} {
		if got := b.find(rules.Anybody, c.text, nil); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	var tt token.Text
	b.split.Split("bad and late", &tt)
	var m rules.Matcher
	got := b.table.Settle(m.Find(b.table, &rules.Input{Text: &tt}, nil), func(string) (float64, bool) { return 0, false })
	if want := 1 / (1 + math.Exp(-.6)); len(got) != 1 || math.Abs(got[0].Weight-want) > 1e-9 {
		t.Errorf("%+v, want the probability %.3f", got, want)
	}
}

// A rule for answers reads the begin of a text that follows a question.
func TestAnswer(t *testing.T) {
	b := compile(t, "act x\n .9 {answer} blue")
	var tt token.Text
	b.split.Split("blue. blue", &tt)
	for _, answer := range []bool{true, false} {
		var m rules.Matcher
		if got := len(m.Find(b.table, &rules.Input{Text: &tt, Answer: answer}, nil)); (got == 1) != answer {
			t.Errorf("behind a question %t: %d matches", answer, got)
		}
	}
}
