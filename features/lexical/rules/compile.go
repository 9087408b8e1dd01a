package rules

import (
	"strconv"
	"strings"

	"github.com/attune-cx/attune/features/lexical/token"
)

// condition asks the text model: the sum of the labels is above (or below) limit.
type condition struct {
	labels []string
	above  bool
	limit  float64
}

// rule is one compiled line.
type rule struct {
	group    int
	line     int
	weight   float64
	not      bool
	what     string
	question int // 1 must be one, -1 must not
	maxWords int // of the sentence, 0 = any
	minWords int
	by       Side
	first    bool // within the first sentences of the text
	after    bool // counts only behind another match of its group in the sentence
	answer   bool // the begin of a text that follows a question
	when     []condition
	prog     []inst
}

// Table is a compiled set of rules. It is safe for concurrent use.
type Table struct {
	Groups []Group

	rules   []rule
	sets    []set
	endings []string
	index   [][]uint16 // by vocabulary number: the rules that may begin with the word
	always  []uint16   // rules that may begin with anything
	starts  []uint16   // those of them that begin a sentence
}

// maxRules bounds a table; rules are numbered in 16 bits.
const maxRules = 20000

// Compile reads the text of a table and adds its words to vocab. Words of the
// table are spelled as texts are: by spelling, which may be nil. Errors wrap
// [ErrSyntax] and name the line.
func Compile(name, text string, vocab *token.Vocab, spelling map[string][]string) (*Table, error) {
	d, err := parse(name, text)
	if err != nil {
		return nil, err
	}
	if len(d.rules) > maxRules {
		return nil, d.fail(d.rules[maxRules].line, "more than %d rules", maxRules)
	}
	c := &compiler{d: d, vocab: vocab, spelling: spelling, known: map[string]int32{}, open: map[string]bool{}}
	t := &Table{Groups: d.groups}
	for _, s := range d.rules {
		r, err := c.rule(s)
		if err != nil {
			return nil, err
		}
		t.rules = append(t.rules, r)
	}
	t.sets, t.endings = c.sets, c.endings
	t.buildIndex(vocab.Len())
	return t, nil
}

func (c *compiler) rule(s source) (rule, error) {
	c.line = s.line
	r := rule{group: s.group, line: s.line, weight: s.weight, not: s.not}
	for _, o := range strings.Fields(s.options) {
		if err := c.option(&r, o); err != nil {
			return r, err
		}
	}
	prog, err := c.pattern(s.pattern)
	r.prog = prog
	if err == nil && empty(prog) {
		return r, c.fail("the pattern %q takes no word", s.pattern)
	}
	return r, err
}

func (c *compiler) option(r *rule, o string) error {
	key, value, _ := strings.Cut(o, "=")
	switch {
	case o == "q":
		r.question = 1
	case o == "noq":
		r.question = -1
	case o == "first":
		r.first = true
	case o == "after":
		r.after = true
	case o == "answer":
		r.answer = true
	case o == "company":
		r.by = Company
	case o == "customer":
		r.by = Customer
	case o == "if":
		return nil
	case key == "what":
		r.what = value
	case strings.HasPrefix(o, "words<"):
		return c.bound(&r.maxWords, o[6:], -1)
	case strings.HasPrefix(o, "words>"):
		return c.bound(&r.minWords, o[6:], 1)
	default:
		return c.condition(r, o)
	}
	return nil
}

func (c *compiler) bound(dst *int, digits string, add int) error {
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 {
		return c.fail("%q is no number of words", digits)
	}
	*dst = n + add
	return nil
}

func (c *compiler) condition(r *rule, o string) error {
	i := strings.IndexAny(o, "<>")
	if i <= 0 {
		return c.fail("option %q is not known: q noq first answer after company customer what=X words<N words>N if label>.5", o)
	}
	limit, err := strconv.ParseFloat(o[i+1:], 64)
	if err != nil {
		return c.fail("%q is no number in %q", o[i+1:], o)
	}
	r.when = append(r.when, condition{labels: strings.Split(o[:i], "+"), above: o[i] == '>', limit: limit})
	return nil
}

// empty reports whether a program can match without taking a word.
func empty(prog []inst) bool {
	f := firsts{prog: prog, seen: make([]bool, len(prog))}
	f.walk(0)
	return f.empty
}

// firsts finds what a program can begin with.
type firsts struct {
	prog  []inst
	seen  []bool
	sets  []int32
	any   bool
	empty bool
}

func (f *firsts) walk(pc int32) {
	if f.seen[pc] {
		return
	}
	f.seen[pc] = true
	switch i := f.prog[pc]; i.op {
	case opWord:
		f.sets = append(f.sets, i.arg)
	case opClass, opAny, opEnding:
		f.any = true
	case opSplit:
		f.walk(i.arg)
		f.walk(i.alt)
	case opJump:
		f.walk(i.arg)
	case opMatch:
		f.empty = true
	default:
		f.walk(pc + 1)
	}
}

func (t *Table) buildIndex(words int) {
	t.index = make([][]uint16, words)
	for k := range t.rules {
		f := firsts{prog: t.rules[k].prog, seen: make([]bool, len(t.rules[k].prog))}
		f.walk(0)
		switch first := t.rules[k].prog[0]; {
		case f.any && first.op == opStart && first.arg == 1:
			t.starts = append(t.starts, uint16(k))
			continue
		case f.any:
			t.always = append(t.always, uint16(k))
			continue
		}
		t.indexRule(uint16(k), f.sets)
	}
}

func (t *Table) indexRule(k uint16, sets []int32) {
	for id := range t.index {
		for _, s := range sets {
			if t.sets[s].has(int32(id)) {
				t.index[id] = append(t.index[id], k)
				break
			}
		}
	}
}

// Stress is what an act moves in the log-odds of stress: the first head of its name tells.
func (t *Table) Stress(kind string) float64 {
	for k := range t.Groups {
		if g := &t.Groups[k]; !g.Marker && g.Kind == kind {
			return g.Stress
		}
	}
	return 0
}
