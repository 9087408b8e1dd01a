package text

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxTokens and MaxRunes bound what is read of a text: words and punctuation
// marks, and code points. The rest is ignored, as it was in training.
const (
	MaxTokens = 512
	MaxRunes  = 8192
)

// span is a word's place in Scratch.buf.
type span struct{ begin, end int32 }

// split fills s.buf and s.words with the normalised words of a text, as BERT's basic tokenizer makes
// them (Devlin et al. 2019): control characters dropped, accents stripped, lower case, each punctuation
// mark and each Chinese character a word of its own.
func (s *Scratch) split(text string) {
	s.buf, s.words = s.buf[:0], s.words[:0]
	s.open = -1
	runes := 0
	for _, r := range text {
		if runes++; runes > MaxRunes || len(s.words) >= MaxTokens {
			break
		}
		if r < utf8.RuneSelf {
			s.ascii(byte(r))
		} else {
			s.wide(r)
		}
	}
	s.closeWord()
	s.words = s.words[:min(len(s.words), MaxTokens)]
}

func (s *Scratch) ascii(c byte) {
	switch {
	case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		s.put(c)
	case c >= 'A' && c <= 'Z':
		s.put(c | 0x20)
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		s.closeWord()
	case c > ' ' && c < 0x7f: // what is left is punctuation, in BERT's sense: $ and ^ too
		s.closeWord()
		s.put(c)
		s.closeWord()
	}
}

func (s *Scratch) put(c byte) {
	if s.open < 0 {
		s.open = int32(len(s.buf))
	}
	s.buf = append(s.buf, c)
}

func (s *Scratch) closeWord() {
	if s.open >= 0 {
		s.words = append(s.words, span{s.open, int32(len(s.buf))})
		s.open = -1
	}
}

// wide handles a code point beyond ASCII: decomposed (NFD), marks dropped, lower case.
func (s *Scratch) wide(r rune) {
	switch {
	case r == utf8.RuneError || isOther(r):
		return
	case unicode.IsSpace(r):
		s.closeWord()
		return
	case isChinese(r):
		s.closeWord()
		defer s.closeWord()
	}
	if r >= hangulBase && r < hangulBase+hangulCount {
		s.hangul(r - hangulBase)
		return
	}
	var b [utf8.UTFMax]byte
	n := utf8.EncodeRune(b[:], r)
	if d := norm.NFD.Properties(b[:n]).Decomposition(); d != nil {
		for len(d) > 0 {
			p, size := utf8.DecodeRune(d)
			s.letter(p)
			d = d[size:]
		}
		return
	}
	s.letter(r)
}

// letter adds one decomposed code point.
func (s *Scratch) letter(r rune) {
	if unicode.Is(unicode.Mn, r) {
		return
	}
	if r < utf8.RuneSelf {
		s.ascii(byte(r))
		return
	}
	if unicode.IsPunct(r) {
		s.closeWord()
		defer s.closeWord()
	}
	if s.open < 0 {
		s.open = int32(len(s.buf))
	}
	s.buf = utf8.AppendRune(s.buf, unicode.ToLower(r))
}

// Hangul syllables decompose by arithmetic (Unicode 3.12); norm's table has no entry for them.
const (
	hangulBase  = 0xAC00
	hangulCount = 11172
)

func (s *Scratch) hangul(i rune) {
	const vowels, tails = 21, 28
	s.letter(0x1100 + i/(vowels*tails))
	s.letter(0x1161 + i%(vowels*tails)/tails)
	if t := i % tails; t > 0 {
		s.letter(0x11A7 + t)
	}
}

// isOther reports controls, formats (zero-width characters, direction marks) and private use.
func isOther(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co)
}

// isChinese reports the blocks that BERT cuts into single characters (CJK ideographs, not kana or Hangul).
func isChinese(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF ||
		r >= 0x20000 && r <= 0x2A6DF || r >= 0x2A700 && r <= 0x2B73F ||
		r >= 0x2B740 && r <= 0x2B81F || r >= 0x2B920 && r <= 0x2CEAF ||
		r >= 0xF900 && r <= 0xFAFF || r >= 0x2F800 && r <= 0x2FA1F
}
