package main

import (
	"math"
	"strings"
	"testing"

	"github.com/attune-cx/attune/benchmarks/acts"
)

const table = "act x sum -1.00 yields y\n  # a comment\n  +0.50 bad\n  -2.00 fine\n  not bad luck\n  yes \"bad\"\n\nact z\n  .9 good"

func TestWeights(t *testing.T) {
	lines := strings.Split(table, "\n")
	w, head := weights(lines, "x")
	if head != 1 || len(w) != 3 || w[1] != -1 || w[3] != .5 || w[4] != -2 {
		t.Fatalf("head %d, weights %v", head, w)
	}
	replace(lines, map[int]float64{1: .25, 3: -1.234, 4: 3})
	want := strings.NewReplacer("-1.00", "+0.25", "+0.50", "-1.23", "-2.00", "+3.00").Replace(table)
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if _, head := weights(lines, "z"); head != 0 {
		t.Errorf("an act without a sum has its head in line %d", head)
	}
}

// rowsOf makes n turns: three of four with the cue of line 3 hold the act, none of
// the others does.
func rowsOf(n int) (rows []row) {
	for k := range n {
		rows = append(rows,
			row{dialogue: string(rune('a' + k%20)), label: k%4 != 0, sentences: [][]int{{3}, {4}}},
			row{dialogue: string(rune('a' + k%20)), sentences: [][]int{{4}}})
	}
	return rows
}

// Where nothing pulls, the sum of a sentence becomes the log-odds of its turns.
func TestFit(t *testing.T) {
	m := model{weights: map[int]float64{1: -1, 3: 2, 4: 0}, base: 1}
	out := m.fit(rowsOf(400), 0)
	if _, z := out.best(row{sentences: [][]int{{3}}}); math.Abs(z-math.Log(3)) > .1 {
		t.Errorf("three of four came out as %.3f, want %.3f", z, math.Log(3))
	}
	if got, want := out.count(rowsOf(400)), (tally{Hit: 300, False: 100}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	if held := m.fit(rowsOf(400), 1e9); math.Abs(held.weights[3]-2) > .01 {
		t.Errorf("a strong pull left %.3f of 2", held.weights[3])
	}
}

func TestCount(t *testing.T) {
	m := model{weights: map[int]float64{1: -1, 3: 2, 4: 0}, base: 1}
	rows := []row{{label: true, sentences: [][]int{{3}}}, {sentences: [][]int{{4}, {3}}}, {label: true}, {}}
	if got, want := acts.Count(m.count(rows)), (acts.Count{Hit: 1, Missed: 1, False: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if c := acts.Count(folds(m, rowsOf(100), 1)); c.Hit+c.Missed != 75 {
		t.Errorf("five folds counted %d turns that hold it, want each once: 75", c.Hit+c.Missed)
	}
}
