package lexical

import (
	"cmp"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical/due"
	"github.com/attune-cx/attune/features/lexical/rules"
	"github.com/attune-cx/attune/features/lexical/token"
)

// clause is a stretch of a sentence with a promise of its own.
type clause struct {
	sentence, first, last int // tokens
	verb                  int // where its rule matched
	group                 int
	weight                float64
	what                  string
	leans                 bool // on the subject of the clause before: "and call you back"
	due                   time.Time
	lead                  bool // due stands before the verb
}

// clauses makes an act of each clause in which one of the acts that are told by
// the clause was found: "I'll refund it and call you back" is two promises.
func (s *scratch) clauses(hours due.Hours) {
	s.promised = s.promised[:0]
	for k := range s.matches {
		if m := &s.matches[k]; s.pack.Rules.Groups[m.Group].Clause {
			s.clause(m)
		}
	}
	for k := range s.promised {
		s.setDue(&s.promised[k], hours)
	}
	s.shareDue()
	for k := range s.promised {
		c := &s.promised[k]
		act := Act{Kind: ActKind(s.pack.Rules.Groups[c.group].Kind), Confidence: c.weight, What: c.what, Due: c.due, By: s.by(),
			Begin: s.text.Tokens[c.first].Begin, End: s.text.Tokens[c.last-1].End}
		s.addAct(act)
	}
}

// clause begins a new clause for a match that stands behind a joining word, and
// adds any other to the clause before.
func (s *scratch) clause(m *rules.Match) {
	sent := s.text.Sentences[m.Sentence]
	begins := m.First
	if s.joins(begins) && m.After {
		begins++
	}
	n := len(s.promised)
	if n > 0 && s.promised[n-1].group == m.Group && s.promised[n-1].sentence == m.Sentence {
		c := &s.promised[n-1]
		if !m.After && !s.joins(m.First-1) {
			c.weight, c.what = max(c.weight, m.Weight), cmp.Or(c.what, m.What)
			return
		}
		c.last = begins
		for c.last > c.first+1 && s.joins(c.last-1) {
			c.last--
		}
		sent.First = begins
	}
	s.promised = append(s.promised, clause{sentence: m.Sentence, first: sent.First, last: sent.Last, verb: m.First, group: m.Group, weight: m.Weight, what: m.What, leans: m.After})
}

// joins reports that token k joins clauses: a word of the pack or a mark.
func (s *scratch) joins(k int) bool {
	t := &s.text.Tokens[k]
	return t.Kind == token.Punct || s.pack.Joins(t)
}

// by names the side that speaks; "" where the role is not known.
func (s *scratch) by() string {
	switch {
	case s.m.Role == attune.RoleCustomer:
		return "CUSTOMER"
	case s.m.Role.Serves() || s.m.Role == attune.RoleSupervisor:
		return "COMPANY"
	}
	return ""
}

// setDue takes the first time in the clause that can be resolved, those behind the
// verb first.
func (s *scratch) setDue(c *clause, hours due.Hours) {
	for k := range s.times {
		t := &s.times[k]
		if t.First < c.first || t.First >= c.last {
			continue
		}
		behind := t.First >= c.verb
		if when, ok := t.Resolve(s.at, hours); ok && (c.due.IsZero() || c.lead && behind) {
			c.due, c.lead = when, !behind
		}
	}
}

// shareDue gives clauses of one subject the time that stands before the first or
// behind the last verb: "by Friday I'll refund it and call you back".
func (s *scratch) shareDue() {
	for k := 1; k < len(s.promised); k++ {
		if a, b := &s.promised[k-1], &s.promised[k]; b.leans && b.due.IsZero() && a.lead {
			b.due, b.lead = a.due, true
		}
	}
	for k := len(s.promised) - 1; k > 0; k-- {
		if a, b := &s.promised[k-1], &s.promised[k]; b.leans && a.due.IsZero() && !b.lead {
			a.due = b.due
		}
	}
}
