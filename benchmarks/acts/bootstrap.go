package acts

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/attune-cx/attune/features/lexical"
)

// Range is an interval of precision and recall.
type Range struct {
	Precision, Recall [2]float64 // low and high, NaN where nothing was there
}

// Dialogues measures each dialogue of turns by itself.
func Dialogues(a *lexical.Analyzer, turns []Turn) ([]map[lexical.ActKind]Count, []Fault, error) {
	var out []map[lexical.ActKind]Count
	var faults []Fault
	for from := 0; from < len(turns); {
		to := from + 1
		for to < len(turns) && turns[to].Dialogue == turns[from].Dialogue {
			to++
		}
		counts, more, err := Measure(a, turns[from:to])
		if err != nil {
			return nil, nil, err
		}
		out, faults, from = append(out, counts), append(faults, more...), to
	}
	return out, faults, nil
}

// Total adds the counts of dialogues; the key "" holds the sum of all acts.
func Total(dialogues []map[lexical.ActKind]Count) map[lexical.ActKind]Count {
	out := map[lexical.ActKind]Count{}
	for _, d := range dialogues {
		for k, c := range d {
			out[k] = out[k].plus(c)
			out[""] = out[""].plus(c)
		}
	}
	return out
}

func (c Count) plus(d Count) Count {
	return Count{c.Hit + d.Hit, c.Missed + d.Missed, c.False + d.False}
}

// Bootstrap draws the dialogues n times with replacement and returns the middle
// 95 % of precision and recall of each act; the key "" is all acts. Turns of one
// dialogue are alike, so it is dialogues that are drawn.
func Bootstrap(dialogues []map[lexical.ActKind]Count, n int, seed uint64) map[lexical.ActKind]Range {
	rng := rand.New(rand.NewPCG(seed, 1))
	precision, recall := map[lexical.ActKind][]float64{}, map[lexical.ActKind][]float64{}
	draw := make([]map[lexical.ActKind]Count, len(dialogues))
	for range n {
		for k := range draw {
			draw[k] = dialogues[rng.IntN(len(dialogues))]
		}
		for k, c := range Total(draw) {
			precision[k], recall[k] = append(precision[k], c.Precision()), append(recall[k], c.Recall())
		}
	}
	out := map[lexical.ActKind]Range{}
	for k := range precision {
		out[k] = Range{middle(precision[k]), middle(recall[k])}
	}
	return out
}

// middle is the range of the middle 95 % of what is a number.
func middle(vs []float64) [2]float64 {
	vs = slices.DeleteFunc(vs, math.IsNaN)
	if len(vs) == 0 {
		return [2]float64{math.NaN(), math.NaN()}
	}
	slices.Sort(vs)
	at := func(q float64) float64 { return vs[int(q*float64(len(vs)-1)+.5)] }
	return [2]float64{at(.025), at(.975)}
}
