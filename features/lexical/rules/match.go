package rules

import (
	"strings"

	"github.com/attune-cx/attune/features/lexical/token"
)

// window is the most words that a match spans.
const window = 40

// Match is one place where a rule of a group matched.
type Match struct {
	Group       int // index into Table.Groups
	Line        int // of the rule in the table
	Weight      float64
	What        string
	First, Last int // tokens of the text, Last exclusive
	Sentence    int
	After       bool // the rule leans on a match before it: "and call you back"
	not         bool
	when        []condition
	cues        []int // lines of the cues that a sum counted
}

// Ask answers a condition: the model's output for a label, 0..1. ok is false
// where the model has no such label or did not run.
type Ask func(label string) (p float64, ok bool)

// Input is a text made ready for matching.
type Input struct {
	Text   *token.Text
	Side   Side
	Pauses func(t *token.Token) bool // filled pauses, which are passed over
	Leads  func(t *token.Token) bool // words before which a clause may begin as well: okay, so, yes
	Times  []Time                    // time expressions, in order
	Answer bool                      // the other side's last words asked something
}

// Time is a time expression: tokens First..Last-1.
type Time struct{ First, Last int }

// Matcher holds the memory of one goroutine's matching.
type Matcher struct {
	seq     []cell
	visited [(maxProgram*(window+1) + 63) / 64]uint64
	tab     *Table
	in      *Input
	sent    int
	prog    []inst
	base    int
	end     int
}

// cell is one word as rules see it.
type cell struct {
	tok      int
	id       int32
	clause   bool // a clause begins here
	sentence bool // the sentence begins here, lead words apart
	timeLast int  // cell after the time expression that begins here, 0 = none
	kind     token.Kind
	title    bool
}

// Find appends the matches of in to dst, in the order of the text. Rules of the
// other side, and rules whose sentence does not fit, are left out; conditions on
// the model are not asked yet: see [Settle].
func (m *Matcher) Find(t *Table, in *Input, dst []Match) []Match {
	m.tab, m.in = t, in
	for s := range in.Text.Sentences {
		m.sent = s
		m.load(&in.Text.Sentences[s])
		for i := range m.seq {
			if id := m.seq[i].id; id != 0 {
				dst = m.try(i, t.index[id], dst)
			}
			dst = m.try(i, t.always, dst)
			if m.seq[i].sentence {
				dst = m.try(i, t.starts, dst)
			}
		}
	}
	return dst
}

// load copies a sentence without marks and pauses.
func (m *Matcher) load(s *token.Sentence) {
	m.seq = m.seq[:0]
	clause, begin, times := true, true, m.timesFrom(s.First)
	leads := m.in.Leads
	for k := s.First; k < s.Last; k++ {
		t := &m.in.Text.Tokens[k]
		if t.Kind == token.Punct || t.Kind == token.Other || t.Kind == token.Emoji {
			clause = clause || t.Kind != token.Other
			continue
		}
		if m.in.Pauses != nil && m.in.Pauses(t) {
			continue
		}
		m.seq = append(m.seq, cell{tok: k, id: m.known(t.ID), clause: clause, sentence: begin, kind: t.Kind, title: t.Title})
		lead := leads != nil && leads(t)
		clause, begin = clause && lead, begin && lead
		for len(times) > 0 && times[0].Last <= k {
			times = times[1:]
		}
		if len(times) > 0 && times[0].First == k {
			m.seq[len(m.seq)-1].timeLast = times[0].Last
		}
	}
}

func (m *Matcher) known(id int32) int32 {
	if int(id) >= len(m.tab.index) {
		return 0
	}
	return id
}

func (m *Matcher) timesFrom(first int) []Time {
	times := m.in.Times
	for len(times) > 0 && times[0].First < first {
		times = times[1:]
	}
	return times
}

func (m *Matcher) try(i int, candidates []uint16, dst []Match) []Match {
	for _, k := range candidates {
		r := &m.tab.rules[k]
		if !m.fits(r) {
			continue
		}
		end := m.run(r, i)
		if end < 0 {
			continue
		}
		last := m.seq[end-1].tok + 1
		dst = append(dst, Match{Group: r.group, Line: r.line, Weight: r.weight, What: r.what, First: m.seq[i].tok, Last: last, Sentence: m.sent, After: r.after, not: r.not, when: r.when})
	}
	return dst
}

// fits checks what needs no matching.
func (m *Matcher) fits(r *rule) bool {
	by := max(m.tab.Groups[r.group].By, r.by)
	s := &m.in.Text.Sentences[m.sent]
	switch {
	case by != Anybody && m.in.Side != Anybody && by != m.in.Side,
		r.question > 0 && !s.Question, r.question < 0 && s.Question,
		r.maxWords > 0 && len(m.seq) > r.maxWords, len(m.seq) < r.minWords,
		r.first && m.sent > 2,
		r.answer && (!m.in.Answer || m.sent > 0):
		return false
	}
	return true
}

// run matches r at cell i and returns the cell behind the match, -1 where there
// is none. Each (step, cell) is visited once, so the cost is bounded.
func (m *Matcher) run(r *rule, i int) int {
	m.prog, m.base = r.prog, i
	m.end = min(len(m.seq), i+window)
	n := (len(r.prog)*(m.end-i+1) + 63) / 64
	clear(m.visited[:n])
	end := m.step(0, i)
	if end == i {
		return -1
	}
	return end
}

func (m *Matcher) step(pc int32, i int) int {
	for {
		bit := int(pc)*(m.end-m.base+1) + i - m.base
		if m.visited[bit>>6]&(1<<(bit&63)) != 0 {
			return -1
		}
		m.visited[bit>>6] |= 1 << (bit & 63)
		in := m.prog[pc]
		switch in.op {
		case opMatch:
			return i
		case opJump:
			pc = in.arg
			continue
		case opSplit:
			if end := m.step(in.arg, i); end >= 0 {
				return end
			}
			pc = in.alt
			continue
		}
		next := m.take(in, i)
		if next < 0 {
			return -1
		}
		pc, i = pc+1, next
	}
}

// take does one instruction that takes or looks at a word; -1 where it fails.
func (m *Matcher) take(in inst, i int) int {
	switch in.op {
	case opStart:
		return keep(i, i < len(m.seq) && (m.seq[i].sentence || in.arg == 0 && m.seq[i].clause))
	case opEnd:
		return keep(i, i == len(m.seq))
	case opNotNext:
		return keep(i, i >= len(m.seq) || !m.tab.sets[in.arg].has(m.seq[i].id))
	case opNotPrev:
		return keep(i, i == 0 || !m.tab.sets[in.arg].has(m.seq[i-1].id))
	}
	if i >= m.end {
		return -1
	}
	switch in.op {
	case opWord:
		return keep(i+1, m.tab.sets[in.arg].has(m.seq[i].id))
	case opAny:
		return i + 1
	case opEnding:
		return keep(i+1, m.ends(i, m.tab.endings[in.arg]))
	}
	return m.takeClass(class(in.arg), i)
}

func (m *Matcher) ends(i int, ending string) bool {
	t := &m.in.Text.Tokens[m.seq[i].tok]
	return t.Kind == token.Word && len(t.Norm) >= len(ending)+2 && strings.HasSuffix(t.Norm, ending)
}

func (m *Matcher) takeClass(c class, i int) int {
	cell := &m.seq[i]
	switch c {
	case classNumber:
		return keep(i+1, cell.kind == token.Number)
	case classCode:
		return keep(i+1, cell.kind == token.Code)
	case className:
		return keep(i+1, cell.kind == token.Word && cell.title)
	case classWord:
		return keep(i+1, cell.kind == token.Word)
	case classTime:
		return m.takeTime(i)
	}
	return -1
}

func (m *Matcher) takeTime(i int) int {
	last := m.seq[i].timeLast
	if last == 0 {
		return -1
	}
	for i < m.end && m.seq[i].tok < last {
		i++
	}
	return i
}

func keep(i int, ok bool) int {
	if ok {
		return i
	}
	return -1
}
