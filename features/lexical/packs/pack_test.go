package packs_test

import (
	"testing"

	"github.com/attune-cx/attune/features/lexical/packs"
	"github.com/attune-cx/attune/features/lexical/rules"
	"github.com/attune-cx/attune/features/lexical/token"
)

// finds reports whether text, said by side, holds an act.
func finds(p *packs.Pack, kind string, side rules.Side, text string) bool {
	var t token.Text
	p.Splitter.Split(text, &t)
	in := rules.Input{Text: &t, Side: side, Pauses: p.Pause, Leads: p.Lead}
	for _, e := range p.FindTimes(t.Tokens, nil) {
		in.Times = append(in.Times, rules.Time{First: e.First, Last: e.Last})
	}
	var m rules.Matcher
	for _, f := range p.Rules.Settle(m.Find(p.Rules, &in, nil), noModel) {
		if p.Rules.Groups[f.Group].Kind == kind {
			return true
		}
	}
	return false
}

func noModel(string) (float64, bool) { return 0, false }

// The examples and counter-examples of every table hold.
func TestExamples(t *testing.T) {
	all, err := packs.Builtin(0)
	if err != nil {
		t.Fatal(err)
	}
	for tag, p := range all {
		for _, g := range p.Rules.Groups {
			for _, e := range g.Examples {
				if got := finds(p, g.Kind, e.Side, e.Text); got != e.Has {
					t.Errorf("%s line %d: %s in %q: got %t, want %t", tag, e.Line, g.Kind, e.Text, got, e.Has)
				}
			}
			if !g.Marker && len(g.Examples) < 2 {
				t.Errorf("%s: act %s needs an example and a counter-example", tag, g.Kind)
			}
		}
	}
}
