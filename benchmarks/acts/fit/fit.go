package main

import (
	"fmt"
	"hash/fnv"
	"math"

	"github.com/attune-cx/attune/benchmarks/acts"
)

// model is a sum of cues: the weight of each line of the table.
type model struct {
	weights map[int]float64
	base    int // the line of the base, which is in every sentence
}

// best is the sentence of a turn that adds up to most, and to how much. A sentence
// without a cue is none: the table reports nothing there.
func (m model) best(r row) (sentence []int, sum float64) {
	sum = math.Inf(-1)
	for _, s := range r.sentences {
		z := m.weights[m.base]
		for _, line := range s {
			z += m.weights[line]
		}
		if z > sum {
			sentence, sum = s, z
		}
	}
	return sentence, sum
}

// steps of the descent; each is small enough for the curvature that rows with some
// eight cues each can have.
const steps = 1000

// fit descends the log loss of rows and pull/2 times the squared distance to m.
func (m model) fit(rows []row, pull float64) model {
	out := model{map[int]float64{}, m.base}
	for line, w := range m.weights {
		out.weights[line] = w
	}
	rate := 1 / (2*float64(len(rows)) + pull)
	for range steps {
		slope := map[int]float64{}
		for line, w := range m.weights {
			slope[line] = pull * (out.weights[line] - w)
		}
		for _, r := range rows {
			s, z := out.best(r)
			if s == nil {
				continue
			}
			d := 1 / (1 + math.Exp(-z))
			if r.label {
				d--
			}
			slope[m.base] += d
			for _, line := range s {
				slope[line] += d
			}
		}
		for line, g := range slope {
			out.weights[line] -= rate * g
		}
	}
	return out
}

// tally prints as precision and recall.
type tally acts.Count

func (t tally) String() string {
	c := acts.Count(t)
	return fmt.Sprintf("precision %.3f recall %.3f of %d", c.Precision(), c.Recall(), c.Hit+c.Missed)
}

func (m model) count(rows []row) (t tally) {
	for _, r := range rows {
		_, z := m.best(r)
		switch {
		case z > 0 && r.label:
			t.Hit++
		case z > 0:
			t.False++
		case r.label:
			t.Missed++
		}
	}
	return t
}

// folds fits on four fifths of the dialogues and counts in the last, five times.
func folds(m model, rows []row, pull float64) (t tally) {
	for k := range uint32(5) {
		var train, test []row
		for _, r := range rows {
			h := fnv.New32a()
			h.Write([]byte(r.dialogue))
			if h.Sum32()%5 == k {
				test = append(test, r)
			} else {
				train = append(train, r)
			}
		}
		c := m.fit(train, pull).count(test)
		t.Hit, t.Missed, t.False = t.Hit+c.Hit, t.Missed+c.Missed, t.False+c.False
	}
	return t
}
