package token

import (
	"slices"
	"unicode"
)

// Kind is what a token is made of.
type Kind uint8

// The kinds.
const (
	Word   Kind = iota // letters, one word after contractions are opened: "don't" is two
	Number             // digits with their separators: 12, 3.50, 10:30, 12/24
	Code               // letters and digits together: AB12345
	Punct              // one mark or a run of the same: . ! ??? ,
	Emoji              // one pictograph
	Other              // any other symbol
)

// Token is one piece of a text.
type Token struct {
	Norm       string // lower case, folded, contractions opened, known misspellings corrected
	ID         int32  // of Norm in the vocabulary, 0 = not in it
	Begin, End int    // code points of the original text
	Kind       Kind
	Caps       bool // two letters or more, all capitals
	Title      bool // begins with a capital
	Stretched  bool // a letter ran three times or more: soooo
	Expanded   bool // second or later word of an opened contraction: same place as the one before
}

// Sentence is the tokens First..Last-1 of a text.
type Sentence struct {
	First, Last int
	Question    bool // ends in a question mark
	Exclamation bool // ends in an exclamation mark
}

// Text is a text that was cut. It may be reused for the next one.
type Text struct {
	Tokens    []Token
	Sentences []Sentence
	Runes     int  // length of the original in code points
	Words     int  // tokens that are words, numbers or codes, opened contractions counted once
	Truncated bool // more words came than the splitter takes; the rest is not in Tokens

	buf   []byte
	runes []rune
	skip  []span
	latin bool // most letters are Latin: look-alikes are read as Latin
}

// Reset empties t and keeps its memory.
func (t *Text) Reset() {
	t.Tokens, t.Sentences = t.Tokens[:0], t.Sentences[:0]
	t.Runes, t.Words, t.Truncated = 0, 0, false
	t.skip = t.skip[:0]
}

// IsWord reports whether the token carries meaning by itself: a word, number or code.
func (t *Token) IsWord() bool { return t.Kind <= Code }

// Slice returns the code points begin..end of the text that was cut last.
func (t *Text) Slice(begin, end int) []rune { return t.runes[begin:end] }

// long is the size from which a text may be padded beyond what a model reads of it.
const long = 4096

// Visible returns the text without mark-up and quoted history, a long one without
// padding; text itself, where there is none to leave out.
func (t *Text) Visible(text string) string {
	if len(t.skip) == 0 && len(text) < long && !t.disguised() {
		return text
	}
	kept := make([]rune, 0, len(t.runes))
	at := 0
	for _, s := range t.skip {
		kept = append(append(kept, t.runes[at:s.begin]...), ' ')
		at = s.end
	}
	kept = append(kept, t.runes[at:]...)
	for i, r := range kept {
		kept[i] = t.Plain(r)
	}
	if len(text) < long {
		return string(kept)
	}
	return string(slices.CompactFunc(kept, func(a, b rune) bool { return blank(a) && blank(b) }))
}

// blank reports a space, and what takes no room and is no accent.
func blank(r rune) bool {
	return unicode.IsSpace(r) || Invisible(r) && !unicode.Is(unicode.M, r)
}

// Plain is r, or the Latin letter that it looks like in a text that is mostly Latin.
func (t *Text) Plain(r rune) rune {
	if t.latin && r > 0xff {
		if l, ok := lookalikes[unicode.ToLower(r)]; ok {
			return l
		}
	}
	return r
}

// disguised reports that the text holds look-alikes.
func (t *Text) disguised() bool {
	for _, r := range t.runes {
		if t.Plain(r) != r {
			return true
		}
	}
	return false
}
