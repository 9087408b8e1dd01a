package rules

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ErrSyntax is wrapped by every error about the text of a table.
var ErrSyntax = errors.New("rules: syntax")

// Side says whose words a group reads.
type Side uint8

// The sides.
const (
	Anybody Side = iota
	Company
	Customer
)

// Group is an act or a marker of a table.
type Group struct {
	Kind     string
	Marker   bool
	Weight   float64 // of a marker, in log-odds
	By       Side
	Sentence bool     // the span is the sentence, not the match
	Clause   bool     // the span is the clause: matches are left apart, not joined
	Stress   float64  // what the act moves in the log-odds of stress
	Sum      bool     // the rules are cues whose weights add up, from Base on
	Base     float64  // log-odds of the act in a sentence without a cue
	Yields   []string // acts whose presence in the sentence drops this one
	Examples []Example
}

// Example is a text that must, or must not, contain the act it stands under.
type Example struct {
	Line int
	Side Side
	Text string
	Has  bool
}

// source is one rule as it was written.
type source struct {
	group   int
	line    int
	weight  float64 // confidence of an act's rule
	not     bool
	options string
	pattern string
}

// maxCue is the most that one cue adds, in log-odds.
const maxCue = 10

// draft is a table that was read but not compiled.
type draft struct {
	name   string
	groups []Group
	lists  map[string]string
	rules  []source
}

func (d *draft) fail(line int, format string, args ...any) error {
	return fmt.Errorf("%w: %s line %d: %s", ErrSyntax, d.name, line, fmt.Sprintf(format, args...))
}

func parse(name, text string) (*draft, error) {
	d := &draft{name: name, lists: map[string]string{}}
	lastList := ""
	for n, raw := range strings.Split(text, "\n") {
		line := strings.TrimSpace(raw)
		if line == "" || line == "#" || strings.HasPrefix(line, "# ") {
			continue
		}
		if strings.HasPrefix(line, "| ") && lastList != "" {
			d.lists[lastList] += " " + line
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		var err error
		lastList = ""
		switch word {
		case "list":
			lastList, err = d.list(n+1, rest)
		case "act", "marker":
			err = d.head(n+1, word, rest)
		default:
			err = d.body(n+1, word, rest)
		}
		if err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (d *draft) list(line int, rest string) (string, error) {
	name, items, ok := strings.Cut(rest, "=")
	name = strings.TrimSpace(name)
	if !ok || name == "" {
		return "", d.fail(line, "a list is written: list NAME = word | word")
	}
	if _, twice := d.lists[name]; twice {
		return "", d.fail(line, "list %s is there already", name)
	}
	d.lists[name] = strings.TrimSpace(items)
	return name, nil
}

func (d *draft) head(line int, word, rest string) error {
	f := strings.Fields(rest)
	if len(f) == 0 {
		return d.fail(line, "%s needs a name", word)
	}
	g := Group{Kind: f[0], Marker: word == "marker"}
	f = f[1:]
	if g.Marker {
		if len(f) == 0 {
			return d.fail(line, "marker %s needs a weight in log-odds, as +.30", g.Kind)
		}
		w, err := strconv.ParseFloat(f[0], 64)
		if err != nil {
			return d.fail(line, "weight %q of marker %s is no number", f[0], g.Kind)
		}
		g.Weight, f = w, f[1:]
	}
	for len(f) >= 2 {
		if err := d.attribute(line, &g, f[0], f[1]); err != nil {
			return err
		}
		f = f[2:]
	}
	if len(f) != 0 {
		return d.fail(line, "%q is left over: a head is written: act NAME by SIDE span PLACE", f[0])
	}
	d.groups = append(d.groups, g)
	return nil
}

func (d *draft) attribute(line int, g *Group, key, value string) error {
	switch key {
	case "yields":
		g.Yields = strings.Split(value, ",")
		return nil
	case "stress", "sum":
		w, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return d.fail(line, "%s %q is no number", key, value)
		}
		if key == "stress" {
			g.Stress = w
		} else {
			g.Sum, g.Base, g.Sentence = true, w, true
		}
		return nil
	}
	switch key + " " + value {
	case "by company":
		g.By = Company
	case "by customer":
		g.By = Customer
	case "by anybody":
		g.By = Anybody
	case "span sentence":
		g.Sentence = true
	case "span clause":
		g.Clause = true
	case "span match":
		g.Sentence = false
	default:
		return d.fail(line, "%q is not known: by company|customer|anybody, span match|sentence|clause, yields ACT,ACT, stress +.3, sum -2", key+" "+value)
	}
	return nil
}

func (d *draft) body(line int, word, rest string) error {
	if len(d.groups) == 0 {
		return d.fail(line, "%q stands before any act or marker", word)
	}
	group := len(d.groups) - 1
	switch word {
	case "yes", "no":
		return d.example(line, group, word == "yes", rest)
	case "not":
		return d.rule(source{group: group, line: line, not: true}, rest)
	}
	w, err := strconv.ParseFloat(word, 64)
	switch {
	case d.groups[group].Marker && err != nil:
		return d.rule(source{group: group, line: line, weight: 1}, word+" "+rest)
	case d.groups[group].Sum:
		if err != nil || math.Abs(w) > maxCue {
			return d.fail(line, "a cue begins with what it adds to the log-odds, -%d to %d, not %q", maxCue, maxCue, word)
		}
	case err != nil || w <= 0 || w > 1:
		return d.fail(line, "a rule begins with its confidence, above 0 and at most 1, not %q", word)
	}
	return d.rule(source{group: group, line: line, weight: w}, rest)
}

func (d *draft) rule(s source, rest string) error {
	if strings.HasPrefix(rest, "{") {
		opts, pattern, ok := strings.Cut(rest[1:], "}")
		if !ok {
			return d.fail(s.line, "the brace of the options is not closed")
		}
		s.options, rest = strings.TrimSpace(opts), strings.TrimSpace(pattern)
	}
	if rest = strings.TrimSpace(rest); rest == "" {
		return d.fail(s.line, "the pattern is empty")
	}
	s.pattern = rest
	d.rules = append(d.rules, s)
	return nil
}

func (d *draft) example(line, group int, has bool, rest string) error {
	side, text, ok := strings.Cut(rest, ":")
	if !ok {
		side, text = "", rest
	}
	e := Example{Line: line, Has: has}
	switch strings.TrimSpace(side) {
	case "company":
		e.Side = Company
	case "customer":
		e.Side = Customer
	case "":
	default:
		return d.fail(line, "an example is written: yes company: \"text\"")
	}
	unquoted, err := strconv.Unquote(strings.TrimSpace(text))
	if err != nil {
		return d.fail(line, "the example's text is not in quotes: %s", text)
	}
	e.Text = unquoted
	d.groups[group].Examples = append(d.groups[group].Examples, e)
	return nil
}
