package fusion

import (
	"cmp"
	"math"
	"slices"

	"github.com/attune-cx/attune"
)

// PriorKind is the item that stands for b, what is held before any evidence.
const PriorKind = "prior"

// Sigmoid is the logistic function σ.
func Sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Logit is the inverse of [Sigmoid], for p strictly between 0 and 1.
func Logit(p float64) float64 { return math.Log(p / (1 - p)) }

// Z is the evidence of one modality so far.
func (s *State) Z(m Modality) float64 {
	z := 0.0
	s.modes[m].walk(s.Config.HalfLife[m], func(_, _ string, _ attune.Span, part float64) { z += part })
	return z
}

// LogOdds is a·z + b over the given modalities.
func (s *State) LogOdds(modalities ...Modality) float64 {
	z := 0.0
	for _, m := range modalities {
		z += s.Z(m)
	}
	return s.Config.A*z + s.Config.B
}

// Seen reports whether a modality brought anything.
func (s *State) Seen(m Modality) bool { return s.modes[m].seen }

// Last is the newest log-likelihood ratio of a modality, 0 if there is none.
func (s *State) Last(m Modality) float64 { return s.modes[m].last }

// Units is the amount of evidence of a modality: seconds of speech or words.
func (s *State) Units(m Modality) float64 {
	units := s.modes[m].units
	for _, u := range s.modes[m].utterances {
		units += u.units
	}
	return units
}

// Confidence of a value that stands on the given modalities: amount, best
// quality and agreement; capped at .5 if an expected one is missing.
func (s *State) Confidence(missing bool, modalities ...Modality) float64 {
	amount, quality := 0.0, 0.0
	for _, m := range modalities {
		if s.modes[m].seen {
			amount = max(amount, 1-math.Exp(-s.Units(m)/s.Config.Amount[m]))
			quality = max(quality, s.modes[m].quality)
		}
	}
	c := amount * quality
	if slices.Contains(modalities, Voice) && slices.Contains(modalities, Words) {
		c *= 1 - s.disagreement()/2
	}
	if missing {
		c = min(c, .5)
	}
	return c
}

// disagreement of voice and words, 0..1.
func (s *State) disagreement() float64 {
	a, t := s.modes[Voice].last, s.modes[Words].last
	if a*t >= 0 {
		return 0
	}
	return min(math.Abs(a), math.Abs(t)) / MaxLLR
}

// Items appends what moved the value over the given modalities: the prior
// first, then by size. Their weights sum to LogOdds of the same modalities. At
// most limit items are listed; the rest is summed as "other".
func (s *State) Items(dst []Item, limit int, modalities ...Modality) []Item {
	from := len(dst)
	dst = append(dst, Item{Kind: PriorKind, Weight: s.Config.B})
	for _, m := range modalities {
		s.modes[m].walk(s.Config.HalfLife[m], func(kind, id string, span attune.Span, z float64) {
			if z != 0 {
				dst = append(dst, Item{Kind: kind, Span: span, UtteranceID: id, Weight: s.Config.A * z})
			}
		})
	}
	slices.SortStableFunc(dst[from+1:], func(a, b Item) int {
		return cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight))
	})
	return shorten(dst, from, limit)
}

// shorten sums the items after the first limit ones.
func shorten(dst []Item, from, limit int) []Item {
	limit = max(limit, 2)
	if len(dst)-from <= limit {
		return dst
	}
	rest := dst[from+limit-1:]
	other := Item{Kind: "other", Span: rest[0].Span}
	for _, r := range rest {
		other.Weight += r.Weight
		other.Span.Begin = min(other.Span.Begin, r.Span.Begin)
		other.Span.End = max(other.Span.End, r.Span.End)
	}
	return append(dst[:from+limit-1], other)
}
