package lexical

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/attune-cx/attune/features/lexical/token"
)

// The scores that evidence is given for.
const (
	ofStress = iota // in log-odds, the others in their own unit
	ofSeverity
	ofValence
	ofSentiment
	scored
)

// shown is how many left-out places a score lists at most, and least the smallest
// effect that is listed.
const (
	shown = 4
	least = .02
)

// left is a stretch of words and what its absence takes from each score.
type left struct {
	first, last int // tokens
	effect      [scored]float64
}

// explain lists what moved each score. For stress these are the markers by the
// weight they were given, so that all weights sum to its log-odds; for every score
// the words by the measured effect of leaving them out, and the rest of the words,
// so that the weights sum to the score.
func (s *scratch) explain(n int, base float64) {
	d := s.dst
	full := s.out.scored(base)
	s.leaveOut(n, full)
	if !d.Stress.Null {
		for _, m := range d.Markers {
			d.StressEvidence = append(d.StressEvidence, Evidence{"words:" + m.Kind, m.Begin, m.End, m.Weight})
		}
		d.StressEvidence = s.evidence(d.StressEvidence, ofStress, full)
		d.SeverityEvidence = s.evidence(d.SeverityEvidence, ofSeverity, full)
	}
	d.ValenceEvidence = s.evidence(d.ValenceEvidence, ofValence, full)
	d.SentimentEvidence = s.evidence(d.SentimentEvidence, ofSentiment, full)
}

// scored are the model's scores; base is the log-odds of stress.
func (o *ModelOutput) scored(base float64) [scored]float64 {
	return [scored]float64{base, float64(o.Severity), float64(o.Valence), o.sentiment()}
}

// evidence appends the strongest effects on score k, and what they leave of it.
func (s *scratch) evidence(dst []Evidence, k int, full [scored]float64) []Evidence {
	if math.IsNaN(full[k]) {
		return dst
	}
	slices.SortStableFunc(s.lefts, func(a, b left) int { return cmp.Compare(math.Abs(b.effect[k]), math.Abs(a.effect[k])) })
	rest := full[k]
	for _, l := range s.lefts[:min(shown, len(s.lefts))] {
		if e := l.effect[k]; math.Abs(e) >= least {
			rest -= e
			dst = append(dst, Evidence{"words:left_out", s.text.Tokens[l.first].Begin, s.text.Tokens[l.last-1].End, e})
		}
	}
	return append(dst, Evidence{"words:rest", 0, 0, rest})
}

// leaveOut measures at most n places. Where the text has more words that may
// matter, half of them are stretches of the text, the rest go into the one that
// mattered most.
func (s *scratch) leaveOut(n int, full [scored]float64) {
	s.lefts = s.lefts[:0]
	words := s.telling()
	if n <= 0 || len(words) == 0 {
		return
	}
	if len(words) <= n {
		s.measure(words, len(words), full)
		return
	}
	s.measure(words, max(1, n/2), full)
	best := slices.IndexFunc(s.lefts, func(l left) bool { return l.weight() == s.heaviest() })
	in := s.lefts[best]
	s.lefts = slices.Delete(s.lefts, best, best+1)
	inner := words[:0]
	for _, k := range words {
		if k >= in.first && k < in.last {
			inner = append(inner, k)
		}
	}
	s.measure(inner, n-max(1, n/2), full)
}

func (s *scratch) heaviest() float64 {
	w := 0.0
	for _, l := range s.lefts {
		w = max(w, l.weight())
	}
	return w
}

// weight is how much a stretch matters to the scores together; a log-odd of stress
// counts as a fifth of the others' range.
func (l *left) weight() float64 {
	w := 0.0
	for k, e := range l.effect {
		if k == ofStress {
			e /= 5
		}
		w += math.Abs(e)
	}
	return w
}

// measure leaves out each of n stretches into which the words are cut.
func (s *scratch) measure(words []int, n int, full [scored]float64) {
	n = min(n, len(words))
	for i := range n {
		from, to := i*len(words)/n, (i+1)*len(words)/n
		l := left{first: words[from], last: words[to-1] + 1}
		s.inferer.Infer(s.without(&s.text.Tokens[l.first], &s.text.Tokens[l.last-1]), &s.left)
		for k, v := range s.left.scored(logit(float64(s.left.Stress))) {
			if l.effect[k] = full[k] - v; math.IsNaN(l.effect[k]) {
				l.effect[k] = 0
			}
		}
		s.lefts = append(s.lefts, l)
	}
}

// telling are the tokens that may matter: content words, negations and thanks, a
// contraction by its first.
func (s *scratch) telling() []int {
	s.words = s.words[:0]
	for k := range s.text.Tokens {
		t := &s.text.Tokens[k]
		if t.Kind != token.Word || !s.pack.Content(t) && !s.charged(k) {
			continue
		}
		for k > 0 && s.text.Tokens[k].Expanded {
			k--
		}
		if n := len(s.words); n == 0 || s.words[n-1] != k {
			s.words = append(s.words, k)
		}
	}
	return s.words
}

// charged reports that the table has token k for a negation, or for an act of a few
// words that moves stress, such as thanks.
func (s *scratch) charged(k int) bool {
	for _, m := range s.matches {
		g := &s.pack.Rules.Groups[m.Group]
		if k >= m.First && k < m.Last && (g.Kind == "negation" || g.Stress != 0 && !g.Sentence) {
			return true
		}
	}
	return false
}

// without is the text with the tokens from a to b left out.
func (s *scratch) without(a, b *token.Token) string {
	var out strings.Builder
	for _, r := range s.text.Slice(0, a.Begin) {
		out.WriteRune(s.text.Plain(r))
	}
	for _, r := range s.text.Slice(b.End, s.text.Runes) {
		out.WriteRune(s.text.Plain(r))
	}
	return out.String()
}
