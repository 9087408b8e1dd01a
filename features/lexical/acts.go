package lexical

import (
	"cmp"
	"slices"

	"github.com/attune-cx/attune/features/lexical/due"
)

// acts turns the matches of acts into the reading's, in the order of the text.
func (s *scratch) acts(hours due.Hours) {
	for k := range s.matches {
		m := &s.matches[k]
		g := &s.pack.Rules.Groups[m.Group]
		if g.Marker || g.Clause {
			continue
		}
		first, last := m.First, m.Last
		if g.Sentence {
			sent := s.text.Sentences[m.Sentence]
			first, last = sent.First, sent.Last
		}
		s.addAct(Act{Kind: ActKind(g.Kind), Confidence: m.Weight, Begin: s.text.Tokens[first].Begin, End: s.text.Tokens[last-1].End, What: m.What})
	}
	s.clauses(hours)
	slices.SortStableFunc(s.dst.Acts, func(a, b Act) int { return cmp.Compare(a.Begin, b.Begin) })
}

// addAct joins an act with the same one of the same place.
func (s *scratch) addAct(act Act) {
	if n := len(s.dst.Acts); n > 0 {
		last := &s.dst.Acts[n-1]
		if last.Kind == act.Kind && act.Begin < last.End {
			if act.Confidence > last.Confidence {
				last.Confidence = act.Confidence
				last.What = cmp.Or(act.What, last.What)
			}
			last.What = cmp.Or(last.What, act.What)
			last.End = max(last.End, act.End)
			if last.Due.IsZero() {
				last.Due = act.Due
			}
			return
		}
	}
	s.dst.Acts = append(s.dst.Acts, act)
}
