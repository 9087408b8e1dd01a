package lexical

import (
	"cmp"
	"slices"

	"github.com/attune-cx/attune/features/lexical/token"
)

// Weights of the markers that no table of words can hold, in log-odds of stress,
// and the most that one kind and all kinds together move. Set by hand: the signs
// and the order follow a logistic fit on written posts (docs/words.md), the sizes
// leave room for the model, which sees the words themselves.
const (
	weightCaps        = .25
	weightExclamation = .15
	weightQuestions   = .20
	weightStretch     = .10
	weightRepetition  = .50
	weightBurst       = .15

	capKind = .60
	capAll  = 1.50
)

// markers collects the table's markers and those of form, then bounds their sum.
func (s *scratch) markers() {
	for k := range s.matches {
		m := &s.matches[k]
		if g := &s.pack.Rules.Groups[m.Group]; g.Marker {
			s.mark(g.Kind, s.text.Tokens[m.First].Begin, s.text.Tokens[m.Last-1].End, g.Weight)
		}
	}
	s.actMarkers()
	s.capitals()
	s.marksOf('!', "exclamation", weightExclamation)
	s.marksOf('?', "question_marks", weightQuestions)
	s.stretched()
	s.restated()
	s.burst()
	bound(s.dst.Markers)
	slices.SortStableFunc(s.dst.Markers, func(a, b Marker) int { return cmp.Compare(a.Begin, b.Begin) })
}

// actMarkers marks what acts move, once for each act of a sentence.
func (s *scratch) actMarkers() {
	for _, a := range s.dst.Acts {
		if w := s.pack.Rules.Stress(string(a.Kind)); w != 0 {
			s.mark(string(a.Kind), a.Begin, a.End, w)
		}
	}
}

func (s *scratch) mark(kind string, begin, end int, weight float64) {
	s.dst.Markers = append(s.dst.Markers, Marker{Kind: kind, Begin: begin, End: end, Weight: weight})
}

// capitals marks runs of shouted words: two or more in a row, or one of four
// letters and more in a text that is otherwise written small.
func (s *scratch) capitals() {
	toks := s.text.Tokens
	small := 0
	for k := range toks {
		if toks[k].Kind == token.Word && !toks[k].Caps && !toks[k].Expanded {
			small++
		}
	}
	for i := 0; i < len(toks); i++ {
		if !toks[i].Caps {
			continue
		}
		last, words := i, 1
		for k := i + 1; k < len(toks) && (toks[k].Caps || toks[k].Norm == "i" || toks[k].Norm == "a" || !toks[k].IsWord()); k++ {
			if toks[k].Caps {
				last, words = k, words+1
			}
		}
		if words >= 2 || small >= 3 && toks[i].End-toks[i].Begin >= 4 {
			s.mark("caps", toks[i].Begin, toks[last].End, weightCaps)
		}
		i = last
	}
}

// marksOf marks each exclamation mark, and question marks only where they come in
// a run or with exclamation marks: one question mark is a question.
func (s *scratch) marksOf(mark rune, kind string, weight float64) {
	for k := range s.text.Tokens {
		t := &s.text.Tokens[k]
		if t.Kind != token.Punct || s.count(t, mark) == 0 {
			continue
		}
		n := s.count(t, '!') + s.count(t, '?')
		if mark == '!' || n >= 2 {
			s.mark(kind, t.Begin, t.End, weight*float64(min(n, 3)))
		}
	}
}

func (s *scratch) count(t *token.Token, mark rune) int {
	n := 0
	for _, r := range s.text.Slice(t.Begin, t.End) {
		if r == mark {
			n++
		}
	}
	return n
}

func (s *scratch) stretched() {
	for k := range s.text.Tokens {
		if t := &s.text.Tokens[k]; t.Stretched && t.Kind == token.Word && !t.Expanded {
			s.mark("stretched", t.Begin, t.End, weightStretch)
		}
	}
}

// restated marks a text that says again what an earlier one said.
func (s *scratch) restated() {
	if like := s.repeats(); like >= repetitionLow {
		s.mark("repetition", 0, s.text.Runes, weightRepetition*like)
	}
}

// burst marks the many short sentences of somebody who writes in one breath:
// five or more of at most four words each.
func (s *scratch) burst() {
	n, from := 0, 0
	for k, sent := range s.text.Sentences {
		if sent.Last-sent.First > 5 {
			n = 0
			continue
		}
		if n == 0 {
			from = k
		}
		if n++; n == 5 {
			s.mark("burst", s.text.Tokens[s.text.Sentences[from].First].Begin, s.text.Tokens[sent.Last-1].End, weightBurst)
			n = 0
		}
	}
}

// bound scales the weights so that no kind moves more than capKind and all
// together not more than capAll.
func bound(ms []Marker) {
	byKind := map[string]float64{}
	for _, m := range ms {
		byKind[m.Kind] += m.Weight
	}
	total := 0.0
	for kind, sum := range byKind {
		byKind[kind] = scale(sum, capKind)
		total += sum * byKind[kind]
	}
	all := scale(total, capAll)
	for k := range ms {
		ms[k].Weight *= byKind[ms[k].Kind] * all
	}
}

func scale(sum, limit float64) float64 {
	if sum > limit {
		return limit / sum
	}
	if sum < -limit {
		return -limit / sum
	}
	return 1
}
