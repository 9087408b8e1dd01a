package rules

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/attune-cx/attune/features/lexical/token"
)

// op is what one instruction of a compiled pattern does.
type op uint8

const (
	opWord    op = iota // take a word of set arg
	opClass             // take a token of class arg
	opAny               // take one word
	opEnding            // take a word that ends as ending arg
	opSplit             // try arg, then alt
	opJump              // go to arg
	opStart             // at the begin of a clause
	opEnd               // at the end of the sentence
	opNotNext           // the next word is not of set arg
	opNotPrev           // the word before is not of set arg
	opMatch
)

// class is a kind of token that an element takes.
type class uint8

const (
	classNumber class = iota
	classCode
	classTime
	className
	classWord
)

type inst struct {
	op       op
	arg, alt int32
}

// maxProgram bounds one pattern, its lists opened; maxItems the work of opening
// them.
const (
	maxProgram = 400
	maxItems   = 20000
)

// compiler turns patterns into programs. Word sets are shared between them.
type compiler struct {
	d        *draft
	vocab    *token.Vocab
	spelling map[string][]string
	sets     []set
	endings  []string
	known    map[string]int32 // canonical form of a set -> its number
	prog     []inst
	line     int
	open     map[string]bool // lists that are being opened
	budget   int             // items that the pattern may still open
}

func (c *compiler) fail(format string, args ...any) error {
	return c.d.fail(c.line, "%s", fmt.Sprintf(format, args...))
}

func (c *compiler) emit(i inst) (int, error) {
	if len(c.prog) >= maxProgram {
		return 0, c.fail("the pattern is too long: more than %d steps", maxProgram)
	}
	c.prog = append(c.prog, i)
	return len(c.prog) - 1, nil
}

// pattern compiles the whole of text and ends it with a match.
func (c *compiler) pattern(text string) ([]inst, error) {
	c.prog, c.budget = nil, maxItems
	if err := c.sequence(text); err != nil {
		return nil, err
	}
	if _, err := c.emit(inst{op: opMatch}); err != nil {
		return nil, err
	}
	return c.prog, nil
}

func (c *compiler) sequence(text string) error {
	items, err := split(text, ' ')
	if err != nil {
		return c.fail("%v in %q", err, text)
	}
	for _, item := range c.spelled(items) {
		if err := c.element(item); err != nil {
			return err
		}
	}
	return nil
}

// spelled opens the words that texts have opened: "don't" becomes do not.
func (c *compiler) spelled(items []string) []string {
	var out []string
	for _, item := range items {
		words := c.spelling[token.Fold(item)]
		if len(words) == 0 {
			words = []string{item}
		}
		out = append(out, words...)
	}
	return out
}

// element compiles one item, with its question mark if it has one.
func (c *compiler) element(item string) error {
	body, optional := strings.CutSuffix(item, "?")
	if !optional || body == "" {
		return c.atom(item)
	}
	at, err := c.emit(inst{op: opSplit})
	if err != nil {
		return err
	}
	if err := c.atom(body); err != nil {
		return err
	}
	c.prog[at].arg, c.prog[at].alt = int32(at+1), int32(len(c.prog))
	return nil
}

func (c *compiler) atom(item string) error {
	switch {
	case item == "^":
		return c.one(inst{op: opStart})
	case item == "^^":
		return c.one(inst{op: opStart, arg: 1})
	case item == "$":
		return c.one(inst{op: opEnd})
	case item == "*":
		return c.one(inst{op: opAny})
	case strings.HasPrefix(item, "*"):
		return c.ending(item[1:])
	case strings.HasPrefix(item, "..."):
		return c.gap(item[3:])
	case strings.HasPrefix(item, "<!"):
		return c.negated(opNotPrev, item[2:])
	case strings.HasPrefix(item, "!"):
		return c.negated(opNotNext, item[1:])
	case strings.HasPrefix(item, "#"):
		return c.class(item[1:])
	}
	return c.choice(item)
}

// ending takes any word of two letters more than the ending.
func (c *compiler) ending(end string) error {
	end = token.Fold(end)
	for k, e := range c.endings {
		if e == end {
			return c.one(inst{op: opEnding, arg: int32(k)})
		}
	}
	c.endings = append(c.endings, end)
	return c.one(inst{op: opEnding, arg: int32(len(c.endings) - 1)})
}

func (c *compiler) one(i inst) error {
	_, err := c.emit(i)
	return err
}

func (c *compiler) class(name string) error {
	classes := map[string]class{"num": classNumber, "code": classCode, "time": classTime, "name": className, "word": classWord}
	k, ok := classes[name]
	if !ok {
		return c.fail("#%s is not known: use #num #code #time #name #word", name)
	}
	return c.one(inst{op: opClass, arg: int32(k)})
}

// gap is up to n words, the fewest first.
func (c *compiler) gap(digits string) error {
	n := 5
	if digits != "" {
		var err error
		if n, err = strconv.Atoi(digits); err != nil || n < 1 || n > 15 {
			return c.fail("a gap is written ... or ...1 to ...15, not ...%s", digits)
		}
	}
	splits := make([]int, n)
	for k := range splits {
		at, err := c.emit(inst{op: opSplit})
		if err != nil {
			return err
		}
		splits[k] = at
		if err := c.one(inst{op: opAny}); err != nil {
			return err
		}
	}
	for _, at := range splits {
		c.prog[at].arg, c.prog[at].alt = int32(len(c.prog)), int32(at+1)
	}
	return nil
}

func (c *compiler) negated(o op, item string) error {
	phrases, err := c.phrases(item)
	if err != nil {
		return err
	}
	var words []string
	for _, p := range phrases {
		if len(p) != 1 || p[0] == "" || strings.ContainsAny(p[0][:1], "#.!^$*") {
			return c.fail("%q after ! must be single words", item)
		}
		words = append(words, p[0])
	}
	id, err := c.set(words)
	if err != nil {
		return err
	}
	return c.one(inst{op: o, arg: id})
}

// choice compiles alternatives: all single plain words become one set, longer
// phrases are tried in turn, longest first.
func (c *compiler) choice(item string) error {
	phrases, err := c.phrases(item)
	if err != nil {
		return err
	}
	var singles []string
	var longs [][]string
	for _, p := range phrases {
		if len(p) == 1 && plain(p[0]) {
			singles = append(singles, p[0])
		} else {
			longs = append(longs, p)
		}
	}
	return c.alternatives(longs, singles)
}

func plain(item string) bool {
	return !strings.ContainsAny(item[:1], "#!^$*<(@") && !strings.HasPrefix(item, "...") && (len(item) == 1 || !strings.HasSuffix(item, "?"))
}

func (c *compiler) alternatives(longs [][]string, singles []string) error {
	var jumps []int
	for k, p := range longs {
		last := k == len(longs)-1 && len(singles) == 0
		at := -1
		if !last {
			var err error
			if at, err = c.emit(inst{op: opSplit}); err != nil {
				return err
			}
		}
		if err := c.sequence(strings.Join(p, " ")); err != nil {
			return err
		}
		if last {
			break
		}
		j, err := c.emit(inst{op: opJump})
		if err != nil {
			return err
		}
		jumps = append(jumps, j)
		c.prog[at].arg, c.prog[at].alt = int32(at+1), int32(len(c.prog))
	}
	if len(singles) > 0 {
		id, err := c.set(singles)
		if err != nil {
			return err
		}
		if err := c.one(inst{op: opWord, arg: id}); err != nil {
			return err
		}
	}
	for _, j := range jumps {
		c.prog[j].arg = int32(len(c.prog))
	}
	return nil
}

// phrases opens groups and lists: the alternatives of an item, each a row of items.
func (c *compiler) phrases(item string) ([][]string, error) {
	if c.budget--; c.budget < 0 {
		return nil, c.fail("the pattern is too long: more than %d items", maxItems)
	}
	if name, ok := strings.CutPrefix(item, "@"); ok && !strings.Contains(item, "|") {
		return c.listed(name)
	}
	if strings.HasPrefix(item, "(") && strings.HasSuffix(item, ")") {
		return c.branches(item[1 : len(item)-1])
	}
	if strings.Contains(item, "|") {
		return c.branches(item)
	}
	return [][]string{{item}}, nil
}

// listed opens a list. What it refers to is opened here as well, so that a circle
// is seen.
func (c *compiler) listed(name string) ([][]string, error) {
	body, there := c.d.lists[name]
	switch {
	case !there:
		return nil, c.fail("there is no list %q", name)
	case c.open[name]:
		return nil, c.fail("lists refer to each other in a circle near %q", name)
	}
	c.open[name] = true
	defer delete(c.open, name)
	rows, err := c.branches(body)
	for _, row := range rows {
		for _, item := range row {
			if other, ok := strings.CutPrefix(strings.TrimSuffix(item, "?"), "@"); ok && err == nil {
				_, err = c.listed(other)
			}
		}
	}
	return rows, err
}

func (c *compiler) branches(body string) ([][]string, error) {
	alts, err := split(body, '|')
	if err != nil {
		return nil, c.fail("%v in %q", err, body)
	}
	var out [][]string
	for _, alt := range alts {
		if c.budget--; c.budget < 0 {
			return nil, c.fail("the pattern is too long: more than %d items", maxItems)
		}
		items, err := split(alt, ' ')
		if err != nil || len(items) == 0 {
			return nil, c.fail("an alternative of %q is empty or not closed", body)
		}
		items = c.spelled(items)
		if len(items) == 1 && (strings.HasPrefix(items[0], "@") || strings.HasPrefix(items[0], "(")) {
			more, err := c.phrases(items[0])
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
			continue
		}
		out = append(out, items)
	}
	return out, nil
}

// split cuts s at sep outside parentheses; empty pieces are dropped.
func split(s string, sep byte) ([]string, error) {
	var out []string
	depth, from := 0, 0
	for i := 0; i <= len(s); i++ {
		switch {
		case i == len(s) || s[i] == sep && depth == 0:
			if piece := strings.TrimSpace(s[from:i]); piece != "" {
				out = append(out, piece)
			}
			from = i + 1
		case s[i] == '(':
			depth++
		case s[i] == ')':
			depth--
		}
		if depth < 0 {
			return nil, fmt.Errorf("a parenthesis too many")
		}
	}
	if depth != 0 {
		return nil, fmt.Errorf("a parenthesis is not closed")
	}
	return out, nil
}
