package lexical

import (
	"cmp"
	"slices"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical/due"
	"github.com/attune-cx/attune/features/lexical/rules"
)

// acts turns the matches of acts into the reading's, in the order of the text.
func (s *scratch) acts(hours due.Hours) {
	for k := range s.matches {
		m := &s.matches[k]
		g := &s.pack.Rules.Groups[m.Group]
		if g.Marker {
			continue
		}
		first, last := m.First, m.Last
		if g.Sentence {
			sent := s.text.Sentences[m.Sentence]
			first, last = sent.First, sent.Last
		}
		act := Act{Kind: ActKind(g.Kind), Confidence: m.Weight, Begin: s.text.Tokens[first].Begin, End: s.text.Tokens[last-1].End, What: m.What}
		if act.Kind == ActCommitment {
			s.commit(&act, m, first, last, hours)
		}
		s.addAct(act)
	}
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

// commit fills in who committed, and by when: the first time in the sentence that
// can be resolved, those behind the verb first.
func (s *scratch) commit(act *Act, m *rules.Match, first, last int, hours due.Hours) {
	switch {
	case s.m.Role == attune.RoleCustomer:
		act.By = "CUSTOMER"
	case s.m.Role.Serves() || s.m.Role == attune.RoleSupervisor:
		act.By = "COMPANY"
	}
	for k := range s.times {
		t := &s.times[k]
		if t.First < first || t.First >= last {
			continue
		}
		if when, ok := t.Resolve(s.at, hours); ok {
			if act.Due.IsZero() || t.First >= m.First {
				act.Due = when
			}
			if t.First >= m.First {
				return
			}
		}
	}
}
