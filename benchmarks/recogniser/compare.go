package recogniserbench

import (
	textbench "github.com/attune-cx/attune/benchmarks/text"
)

// Comparison is what the recogniser's words cost on one set.
type Comparison struct {
	Key            string             `json:"key"`
	Title          string             `json:"title"`
	Reach          string             `json:"reach"`
	True           textbench.Interval `json:"true"`  // AUC of the true words
	Heard          textbench.Interval `json:"heard"` // AUC of the words heard
	Loss           textbench.Interval `json:"loss"`  // true less heard, resampled in pairs
	WER            textbench.Interval `json:"wer"`
	Correlation    float64            `json:"correlation"`     // of the two scores
	Confidence     float64            `json:"word_confidence"` // mean
	Hours          float64            `json:"hours"`           // of speech
	NothingHeard   int                `json:"nothing_heard"`   // texts
	ManyUtterances int                `json:"many_utterances"` // texts cut at pauses
}

// set is what is compared: true texts with their labels, what was heard of each,
// and one score of either.
type set struct {
	rows                  []textbench.Row
	label                 string
	heard                 []Heard
	trueScore, heardScore []float64
}

// compare measures a set with so many resamples.
func (s *set) compare(c Comparison, resamples int) Comparison {
	n := len(s.rows)
	y, groups, wrong, words := make([]float64, n), make([]string, n), make([]float64, n), make([]float64, n)
	for i := range s.rows {
		y[i], groups[i] = s.rows[i].Label[s.label], s.rows[i].Group
		w, all := wordErrors(s.rows[i].Text, s.heard[i].Text)
		wrong[i], words[i] = float64(w), float64(all)
		c.Hours += s.heard[i].Seconds / 3600
		c.Confidence += s.heard[i].Confidence / float64(n)
		switch s.heard[i].Utterances {
		case 0:
			c.NothingHeard++
		case 1:
		default:
			c.ManyUtterances++
		}
	}
	auc := func(x []float64, rows []int) float64 { return textbench.AUC(pick(y, rows), pick(x, rows)) }
	measure := func(f func(rows []int) float64) textbench.Interval { return textbench.Bootstrap(groups, resamples, f) }
	c.True = measure(func(r []int) float64 { return auc(s.trueScore, r) })
	c.Heard = measure(func(r []int) float64 { return auc(s.heardScore, r) })
	c.Loss = measure(func(r []int) float64 { return auc(s.trueScore, r) - auc(s.heardScore, r) })
	c.WER = measure(func(r []int) float64 { return sum(pick(wrong, r)) / sum(pick(words, r)) })
	c.Correlation = textbench.Pearson(s.trueScore, s.heardScore)
	return c
}

func pick(x []float64, rows []int) []float64 {
	out := make([]float64, len(rows))
	for i, r := range rows {
		out[i] = x[r]
	}
	return out
}

func sum(x []float64) (total float64) {
	for _, v := range x {
		total += v
	}
	return total
}
