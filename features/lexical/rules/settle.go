package rules

import (
	"math"
	"slices"
)

// Settle drops the matches whose conditions fail or that an exception of their
// group overlaps, and joins those of one group that overlap: the surest names
// the weight, the union the place. It works in place and returns what is left,
// ordered by group, then place.
func (t *Table) Settle(ms []Match, ask Ask) []Match {
	return t.yield(t.join(t.sum(Cues(ms, ask))))
}

// Cues drops the matches whose conditions fail or that an exception of their
// group overlaps. It works in place and returns what is left, in the order of the text.
func Cues(ms []Match, ask Ask) []Match {
	ms = keepTrue(ms, ask)
	kept := ms[:0:len(ms)]
	nots := excepted(ms)
	for _, m := range ms {
		if !m.not && !hit(nots, m) && (!m.After || follows(kept, m)) {
			kept = append(kept, m)
		}
	}
	return kept
}

// follows reports that one of ms, which come in the order of the text, stands
// before m in its sentence and group.
func follows(ms []Match, m Match) bool {
	for k := len(ms) - 1; k >= 0 && ms[k].Sentence == m.Sentence; k-- {
		if ms[k].Group == m.Group && ms[k].First < m.First {
			return true
		}
	}
	return false
}

// sum replaces the cues of each sentence by one match with the probability that
// they add up to, where it is above a half. A cue counts once a sentence.
func (t *Table) sum(ms []Match) []Match {
	kept, sums := ms[:0], []Match(nil)
	for _, m := range ms {
		if !t.Groups[m.Group].Sum {
			kept = append(kept, m)
			continue
		}
		sums = t.cue(sums, m)
	}
	for _, m := range sums {
		if m.Weight > 0 {
			m.Weight = 1 / (1 + math.Exp(-m.Weight))
			kept = append(kept, m)
		}
	}
	return kept
}

// cue adds m to the sum of its act and sentence. Matches come in the order of the
// text, so that the sums of a sentence are the last ones.
func (t *Table) cue(sums []Match, m Match) []Match {
	for k := len(sums) - 1; k >= 0 && sums[k].Sentence == m.Sentence; k-- {
		s := &sums[k]
		if s.Group != m.Group {
			continue
		}
		if !slices.Contains(s.cues, m.Line) {
			s.cues = append(s.cues, m.Line)
			s.Weight += m.Weight
		}
		s.First, s.Last = min(s.First, m.First), max(s.Last, m.Last)
		return sums
	}
	m.cues = []int{m.Line}
	m.Weight += t.Groups[m.Group].Base
	return append(sums, m)
}

// yield drops the matches that give way to another act of their sentence.
func (t *Table) yield(ms []Match) []Match {
	in := map[int]map[string]bool{}
	for _, m := range ms {
		if in[m.Sentence] == nil {
			in[m.Sentence] = map[string]bool{}
		}
		in[m.Sentence][t.Groups[m.Group].Kind] = true
	}
	kept := ms[:0]
	for _, m := range ms {
		if !t.gives(m, in[m.Sentence]) {
			kept = append(kept, m)
		}
	}
	return kept
}

func (t *Table) gives(m Match, beside map[string]bool) bool {
	for _, kind := range t.Groups[m.Group].Yields {
		if beside[kind] {
			return true
		}
	}
	return false
}

func keepTrue(ms []Match, ask Ask) []Match {
	kept := ms[:0]
	for _, m := range ms {
		if allTrue(m.when, ask) {
			kept = append(kept, m)
		}
	}
	return kept
}

func allTrue(when []condition, ask Ask) bool {
	for _, c := range when {
		sum := 0.0
		for _, l := range c.labels {
			p, ok := ask(l)
			if !ok {
				return false
			}
			sum += p
		}
		if sum > c.limit != c.above {
			return false
		}
	}
	return true
}

func excepted(ms []Match) []Match {
	var nots []Match
	for _, m := range ms {
		if m.not {
			nots = append(nots, m)
		}
	}
	return nots
}

func hit(nots []Match, m Match) bool {
	for _, n := range nots {
		if n.Group == m.Group && n.First < m.Last && m.First < n.Last {
			return true
		}
	}
	return false
}

// join merges overlapping matches of a group. The few matches of a message make
// the quadratic cost small; a sort keeps it so for long ones.
func (t *Table) join(ms []Match) []Match {
	sortMatches(ms)
	out := ms[:0]
	for _, m := range ms {
		n := len(out)
		if n > 0 && out[n-1].Group == m.Group && m.First < out[n-1].Last && (!t.Groups[m.Group].Clause || m.First == out[n-1].First) {
			merge(&out[n-1], m)
			continue
		}
		out = append(out, m)
	}
	return out
}

func merge(a *Match, b Match) {
	a.Last = max(a.Last, b.Last)
	if b.Weight > a.Weight || b.Weight == a.Weight && b.What != "" { // of equals the shorter, which comes later, names it
		a.Weight, a.Line = b.Weight, b.Line
		if b.What != "" {
			a.What = b.What
		}
	}
	if a.What == "" {
		a.What = b.What
	}
}
