package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/benchmarks/acts"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/features/lexical/rules"
)

// row is a turn as the fit sees it: the lines of the cues of each sentence.
type row struct {
	dialogue  string
	label     bool
	sentences [][]int
}

// examples reads every turn in its dialogue. A sentence in which another act takes
// the place of g (yields) is left out, as the table leaves it out.
func examples(a *lexical.Analyzer, turns []acts.Turn, g *rules.Group) ([]row, error) {
	var rows []row
	var context []string
	var roles []attune.Role
	for k, t := range turns {
		if k > 0 && turns[k-1].Dialogue != t.Dialogue {
			context, roles = context[:0], roles[:0]
		}
		m := lexical.Message{Role: t.Role, Text: t.Text, Language: "en", Context: context, ContextRoles: roles}
		s, err := sentences(a, &m, g)
		if err != nil {
			return nil, fmt.Errorf("fit: %s turn %d: %w", t.Dialogue, t.Turn, err)
		}
		if g.By != rules.Customer || !t.Role.Serves() {
			rows = append(rows, row{t.Dialogue, slices.Contains(t.Acts, lexical.ActKind(g.Kind)), s})
		}
		context, roles = append(context, t.Text), append(roles, t.Role)
	}
	return rows, nil
}

func sentences(a *lexical.Analyzer, m *lexical.Message, g *rules.Group) ([][]int, error) {
	var r lexical.Reading
	if err := a.Read(m, &r); err != nil {
		return nil, err
	}
	cues, err := a.Cues(m, nil)
	if err != nil {
		return nil, err
	}
	at := map[int]int{}
	var out [][]int
	for _, c := range cues {
		if string(c.Act) != g.Kind || taken(&r, g, c) {
			continue
		}
		k, ok := at[c.Begin]
		if !ok {
			k = len(out)
			at[c.Begin], out = k, append(out, nil)
		}
		if !slices.Contains(out[k], c.Line) {
			out[k] = append(out[k], c.Line)
		}
	}
	return out, nil
}

func taken(r *lexical.Reading, g *rules.Group, c lexical.Cue) bool {
	for _, act := range r.Acts {
		if slices.Contains(g.Yields, string(act.Kind)) && act.Begin < c.End && c.Begin < act.End {
			return true
		}
	}
	return false
}

var number = regexp.MustCompile(`[+-]\d+\.\d+`)

// weights reads those of kind by line of the table; the line of its head holds the base.
func weights(lines []string, kind string) (w map[int]float64, head int) {
	w = map[int]float64{}
	for n, line := range lines {
		switch {
		case strings.HasPrefix(line, "act "+kind+" ") && strings.Contains(line, " sum "):
			head = n + 1
		case head > 0 && !strings.HasPrefix(line, "  "):
			return w, head
		}
		if at := number.FindString(line); head > 0 && at != "" && (n+1 == head || strings.HasPrefix(line, "  "+at)) {
			w[n+1], _ = strconv.ParseFloat(at, 64)
		}
	}
	return w, head
}

// replace puts the weights on their lines.
func replace(lines []string, w map[int]float64) {
	for n, v := range w {
		at := number.FindStringIndex(lines[n-1])
		lines[n-1] = lines[n-1][:at[0]] + fmt.Sprintf("%+.2f", v) + lines[n-1][at[1]:]
	}
}
