package lexical

import (
	"math"
	"strings"

	"github.com/attune-cx/attune/features/lexical/token"
)

// explain lists what moved the stress score: the markers by the weight they were
// given, up to n words by the measured effect of leaving each out, and the rest
// of the words, so that all weights sum to the score's log-odds.
func (s *scratch) explain(n int, base float64) {
	d := s.dst
	for _, m := range d.Markers {
		d.StressEvidence = append(d.StressEvidence, Evidence{"words:" + m.Kind, m.Begin, m.End, m.Weight})
	}
	if math.IsNaN(base) {
		return
	}
	rest := base
	for _, k := range s.candidates(n) {
		t := &s.text.Tokens[k]
		s.inferer.Infer(s.without(t), &s.left)
		effect := base - logit(float64(s.left.Stress))
		if math.Abs(effect) < .02 || math.IsNaN(effect) {
			continue
		}
		rest -= effect
		d.StressEvidence = append(d.StressEvidence, Evidence{"words:left_out", t.Begin, t.End, effect})
	}
	d.StressEvidence = append(d.StressEvidence, Evidence{"words:rest", 0, 0, rest})
}

// candidates are the content words to leave out, at most n, spread over the text
// where there are more.
func (s *scratch) candidates(n int) []int {
	if n <= 0 {
		return nil
	}
	var all []int
	for k := range s.text.Tokens {
		t := &s.text.Tokens[k]
		if t.Kind == token.Word && !t.Expanded && s.pack.Content(t) {
			all = append(all, k)
		}
	}
	if len(all) <= n {
		return all
	}
	out := make([]int, n)
	for i := range out {
		out[i] = all[i*len(all)/n]
	}
	return out
}

// without is the text with one token left out.
func (s *scratch) without(t *token.Token) string {
	var b strings.Builder
	for _, r := range s.text.Slice(0, t.Begin) {
		b.WriteRune(r)
	}
	for _, r := range s.text.Slice(t.End, s.text.Runes) {
		b.WriteRune(r)
	}
	return b.String()
}
