package token

import (
	"fmt"
	"strings"
	"unicode"
)

// MaxWords is the number of tokens that a splitter takes unless told otherwise.
const MaxWords = 4000

// Splitter cuts texts. It is safe for concurrent use; each goroutine brings its
// own [Text].
type Splitter struct {
	vocab    *Vocab
	spelling map[string][]string
	abbrev   map[string]bool
	max      int
}

// Config of a [Splitter].
type Config struct {
	Vocab         *Vocab              // words that rules speak of; nil = none
	Spelling      map[string][]string // folded form -> the words that it stands for: contractions, chat forms, misspellings
	Abbreviations []string            // words after which a full stop ends nothing
	MaxWords      int                 // tokens read of one text; 0 = [MaxWords]
}

// NewSplitter returns a splitter for cfg. It returns an error for a negative limit.
func NewSplitter(cfg Config) (*Splitter, error) {
	if cfg.MaxWords < 0 {
		return nil, fmt.Errorf("token: MaxWords %d < 0", cfg.MaxWords)
	}
	s := &Splitter{vocab: cfg.Vocab, spelling: cfg.Spelling, abbrev: map[string]bool{}, max: cfg.MaxWords}
	if s.vocab == nil {
		s.vocab = NewVocab()
	}
	if s.max == 0 {
		s.max = MaxWords
	}
	for _, a := range cfg.Abbreviations {
		s.abbrev[Fold(a)] = true
	}
	return s, nil
}

// Split cuts text into dst, whose earlier content is dropped. Bytes that are not
// UTF-8 count as one code point each.
func (s *Splitter) Split(text string, dst *Text) {
	dst.Reset()
	dst.runes = dst.runes[:0]
	letters, latin := 0, 0
	for _, r := range text {
		dst.runes = append(dst.runes, r)
		if unicode.IsLetter(r) {
			letters++
			if r < 0x250 {
				latin++
			}
		}
	}
	dst.Runes = len(dst.runes)
	dst.hide(dst.runes)
	dst.latin = latin*2 >= letters
	c := cutter{s: s, t: dst, rs: dst.runes, latin: dst.latin}
	c.run()
}

// cutter is the state of one Split.
type cutter struct {
	s     *Splitter
	t     *Text
	rs    []rune
	latin bool // most letters are Latin: fold look-alikes
	first int  // first token of the open sentence
}

func (c *cutter) run() {
	skip := c.t.skip
	for i := 0; i < len(c.rs); {
		if len(skip) > 0 && i >= skip[0].begin {
			i = max(i, skip[0].end)
			skip = skip[1:]
			continue
		}
		if len(c.t.Tokens) >= c.s.max {
			c.t.Truncated = true
			break
		}
		limit := len(c.rs)
		if len(skip) > 0 {
			limit = skip[0].begin
		}
		i = c.next(i, limit)
	}
	c.endSentence()
}

// next takes what begins at i and returns where it ends.
func (c *cutter) next(i, limit int) int {
	r := c.rs[i]
	switch {
	case r == '\n':
		c.endSentence()
		return i + 1
	case unicode.IsSpace(r) || Invisible(r) || unicode.IsControl(r):
		return i + 1
	case unicode.IsDigit(r):
		return c.number(i, limit)
	case unspaced(r):
		c.add(Token{Norm: string(r), Begin: i, End: i + 1, Kind: Word})
		return i + 1
	case unicode.IsLetter(r):
		return c.word(i, limit)
	case pictograph(r):
		c.add(Token{Norm: string(r), Begin: i, End: i + 1, Kind: Emoji})
		return i + 1
	}
	return c.mark(i, limit)
}

func (c *cutter) add(t Token) {
	if t.ID == 0 {
		t.ID = c.s.vocab.ID(t.Norm)
	}
	if t.IsWord() && !t.Expanded {
		c.t.Words++
	}
	c.t.Tokens = append(c.t.Tokens, t)
}

// mark takes a run of the same punctuation and closes the sentence where it must.
func (c *cutter) mark(i, limit int) int {
	end := i + 1
	for end < limit && (c.rs[end] == c.rs[i] || ender(c.rs[i]) && ender(c.rs[end]) && c.rs[i] != '.') {
		end++
	}
	kind := Other
	if unicode.IsPunct(c.rs[i]) {
		kind = Punct
	}
	c.t.buf = appendFolded(c.t.buf[:0], c.rs[i], false)
	c.add(Token{Norm: string(c.t.buf), Begin: i, End: end, Kind: kind})
	if ender(c.rs[i]) && !c.stays(i, end) {
		c.endSentence()
	}
	return end
}

func ender(r rune) bool {
	switch r {
	case '.', '!', '?', '…', '。', '！', '？', '؟', '।':
		return true
	}
	return false
}

// stays reports a full stop that ends no sentence: after an abbreviation, or with
// a letter right behind it.
func (c *cutter) stays(i, end int) bool {
	if c.rs[i] != '.' || end > i+1 {
		return false
	}
	if end < len(c.rs) && (unicode.IsLetter(c.rs[end]) || unicode.IsDigit(c.rs[end])) {
		return true
	}
	n := len(c.t.Tokens)
	return n >= 2 && (c.s.abbrev[c.t.Tokens[n-2].Norm] || initial(&c.t.Tokens[n-2]) || n >= 3 && dotted(&c.t.Tokens[n-3], &c.t.Tokens[n-2]))
}

// dotted is the second letter of "e.g." or "p.m.".
func dotted(dot, t *Token) bool {
	return dot.Norm == "." && dot.End == t.Begin && t.End-t.Begin == 1 && t.Kind == Word
}

// initial is a single capital other than I, as in "J. Smith".
func initial(t *Token) bool {
	return t.Kind == Word && t.Title && t.End-t.Begin == 1 && t.Norm != "i" && len(t.Norm) == 1
}

func (c *cutter) endSentence() {
	last := len(c.t.Tokens)
	if last == c.first {
		return
	}
	s := Sentence{First: c.first, Last: last}
	for k := last - 1; k >= c.first && !c.t.Tokens[k].IsWord(); k-- {
		for _, r := range c.rs[c.t.Tokens[k].Begin:c.t.Tokens[k].End] {
			s.Question = s.Question || r == '?' || r == '？' || r == '؟'
			s.Exclamation = s.Exclamation || r == '!' || r == '！'
		}
	}
	c.t.Sentences = append(c.t.Sentences, s)
	c.first = last
}

// number takes digits with their separators; letters behind make it a code
// unless they are a unit that the vocabulary knows ("3pm", "24h").
func (c *cutter) number(i, limit int) int {
	end := i + 1
	for end < limit && (unicode.IsDigit(c.rs[end]) || numberInner(c.rs, end, limit)) {
		end++
	}
	tail := end
	for tail < limit && (unicode.IsLetter(c.rs[tail]) || unicode.IsDigit(c.rs[tail])) {
		tail++
	}
	if tail == end || c.unit(end, tail) {
		c.add(Token{Norm: string(c.rs[i:end]), Begin: i, End: end, Kind: Number})
		return end
	}
	form := strings.ToLower(string(c.rs[i:tail]))
	if words := c.s.spelling[form]; words != nil {
		c.expand(Token{Begin: i, End: tail, Kind: Word}, words)
		return tail
	}
	c.add(Token{Norm: form, Begin: i, End: tail, Kind: Code})
	return tail
}

func (c *cutter) unit(i, end int) bool {
	if end-i > 5 {
		return false
	}
	c.t.buf = c.t.buf[:0]
	for _, r := range c.rs[i:end] {
		c.t.buf = appendFolded(c.t.buf, r, c.latin)
	}
	switch string(c.t.buf) {
	case "am", "pm", "h", "hr", "hrs", "min", "mins", "sec", "secs", "day", "days", "st", "nd", "rd", "th", "k", "gb", "mb", "kg", "km":
		return true
	}
	return false
}

// numberInner reports a separator between two digits.
func numberInner(rs []rune, i, limit int) bool {
	if i+1 >= limit || !unicode.IsDigit(rs[i+1]) {
		return false
	}
	switch rs[i] {
	case '.', ',', ':', '/', '\'':
		return true
	}
	return false
}
