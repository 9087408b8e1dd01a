package token

import "unicode"

// word takes letters, with apostrophes and look-alike digits inside, folds them
// and opens contractions.
func (c *cutter) word(i, limit int) int {
	tok, end := c.scan(i, limit)
	buf := c.t.buf
	if words := c.s.spelling[string(buf)]; words != nil {
		c.expand(tok, words)
		return end
	}
	if head, tail := clitic(buf); tail != nil {
		c.expandClitic(tok, head, tail)
		return end
	}
	c.finish(&tok)
	c.add(tok)
	return end
}

// scan folds the word at i into the buffer and returns its token and end.
func (c *cutter) scan(i, limit int) (Token, int) {
	tok := Token{Begin: i, Kind: Word, Title: unicode.IsUpper(c.rs[i])}
	c.t.buf = c.t.buf[:0]
	upper, lower, run, end := 0, 0, 1, i
	for ; end < limit && c.inWord(end, limit); end++ {
		r := c.rs[end]
		if Invisible(r) {
			continue
		}
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		case unicode.IsDigit(r):
			tok.Kind = Code
		}
		run = runLength(run, end > i && unicode.ToLower(r) == unicode.ToLower(c.rs[end-1]))
		tok.Stretched = tok.Stretched || run >= 3 && unicode.IsLetter(r)
		c.t.buf = appendFolded(c.t.buf, r, c.latin)
	}
	tok.End = end
	tok.Caps = upper >= 2 && lower == 0
	return tok, end
}

func runLength(run int, same bool) int {
	if same {
		return run + 1
	}
	return 1
}

func (c *cutter) inWord(i, limit int) bool {
	r := c.rs[i]
	if unicode.IsLetter(r) && !unspaced(r) || unicode.IsDigit(r) || Invisible(r) {
		return true
	}
	switch r {
	case '\'', '’', '‘', 'ʼ', '´', '＇':
		return i+1 < limit && unicode.IsLetter(c.rs[i+1])
	}
	return false
}

// finish looks the folded buffer up, undoing a stretched letter or a slip of the
// finger where that gives a word of the vocabulary.
func (c *cutter) finish(tok *Token) {
	buf := c.t.buf
	id, ok := c.s.vocab.lookup(buf)
	if !ok && tok.Stretched {
		id, ok = c.squeezed(buf, tok)
		if !ok {
			return
		}
	}
	if !ok && tok.Kind == Word {
		id, ok = c.slip(buf)
	}
	if ok {
		tok.ID, tok.Norm = id, c.s.vocab.Word(id)
		return
	}
	tok.Norm = string(buf)
}

// squeezed shortens runs to two letters, then to one, and takes the first that is
// known; an unknown word keeps two.
func (c *cutter) squeezed(buf []byte, tok *Token) (int32, bool) {
	var two, one [64]byte
	b2, b1 := squeeze(two[:0], buf, 2), squeeze(one[:0], buf, 1)
	for _, b := range [][]byte{b2, b1} {
		if id, ok := c.s.vocab.lookup(b); ok {
			tok.Norm = c.s.vocab.Word(id)
			return id, true
		}
	}
	tok.Norm = string(b2)
	return 0, false
}

func squeeze(dst, src []byte, keep int) []byte {
	run := 0
	for i, b := range src {
		if i > 0 && b == src[i-1] {
			run++
		} else {
			run = 1
		}
		if run <= keep {
			dst = append(dst, b)
		}
	}
	return dst
}

// minSlip is the shortest word in which a slip is looked for: in shorter ones a
// swapped or doubled letter is too often another word.
const minSlip = 6

// slip looks for a vocabulary word one letter swap, one letter too many or one
// undoubled letter away, first and last letter kept.
func (c *cutter) slip(b []byte) (int32, bool) {
	n := len(b)
	if n < minSlip || n > 40 {
		return 0, false
	}
	var arr [41]byte
	for i := 1; i < n-1; i++ {
		if i < n-2 && b[i] != b[i+1] { // swap i, i+1
			v := append(arr[:0], b...)
			v[i], v[i+1] = v[i+1], v[i]
			if id, ok := c.s.vocab.lookup(v); ok {
				return id, true
			}
		}
		if n > minSlip { // drop i
			v := append(append(arr[:0], b[:i]...), b[i+1:]...)
			if id, ok := c.s.vocab.lookup(v); ok {
				return id, true
			}
		}
		v := append(append(arr[:0], b[:i]...), b[i]) // double i
		v = append(v, b[i:]...)
		if id, ok := c.s.vocab.lookup(v); ok {
			return id, true
		}
	}
	return 0, false
}

// expand adds the words that one form stands for, all in its place.
func (c *cutter) expand(tok Token, words []string) {
	for k, w := range words {
		t := tok
		t.Norm, t.Kind, t.Expanded = w, Word, k > 0
		c.add(t)
	}
}
