package token

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// lookalikes maps letters that are drawn as a Latin one (Unicode TS 39,
// confusables, the common ones of Cyrillic and Greek).
var lookalikes = map[rune]rune{
	'а': 'a', 'в': 'b', 'е': 'e', 'к': 'k', 'м': 'm', 'н': 'h', 'о': 'o', 'р': 'p', 'с': 'c', 'т': 't', 'у': 'y', 'х': 'x',
	'ѕ': 's', 'і': 'i', 'ј': 'j', 'ԁ': 'd', 'ԛ': 'q', 'ԝ': 'w', 'ɡ': 'g', 'ɑ': 'a', 'ı': 'i', 'ӏ': 'l', 'һ': 'h', 'ո': 'n',
	'α': 'a', 'ο': 'o', 'ρ': 'p', 'ν': 'v', 'ι': 'i', 'κ': 'k', 'τ': 't', 'υ': 'u', 'χ': 'x', 'ε': 'e', 'η': 'n', 'ϲ': 'c',
}

// Invisible reports whether r takes no room: zero-width, soft hyphen, joiners,
// bidirectional controls, variation selectors and tags.
func Invisible(r rune) bool {
	switch {
	case r == 0x00ad, r == 0x034f, r == 0x061c, r == 0x180e, r == 0xfeff:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2069:
		return true
	case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r)
}

// appendFolded appends the lower-case base form of r: compatibility
// decomposition without marks. Latin look-alikes are replaced where latin is set.
func appendFolded(dst []byte, r rune, latin bool) []byte {
	if r < 0x80 {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(dst, byte(r))
	}
	if r == '’' || r == '‘' || r == 'ʼ' || r == '´' || r == '＇' {
		return append(dst, '\'')
	}
	if r == 'ß' {
		return append(dst, "ss"...)
	}
	var one [8]byte
	n := copy(one[:], string(r))
	d := norm.NFKD.Properties(one[:n]).Decomposition()
	if d == nil {
		return appendLower(dst, r, latin)
	}
	for _, b := range string(d) {
		if !Invisible(b) {
			dst = appendLower(dst, b, latin)
		}
	}
	return dst
}

func appendLower(dst []byte, r rune, latin bool) []byte {
	r = unicode.ToLower(r)
	if latin {
		if l, ok := lookalikes[r]; ok {
			r = l
		}
	}
	return append(dst, string(r)...)
}

// Fold returns the form in which words are compared: lower case, accents and
// look-alikes folded. Tables are folded by it, so that an accent in them does
// not matter.
func Fold(s string) string {
	buf := make([]byte, 0, len(s))
	for _, r := range s {
		if !Invisible(r) {
			buf = appendFolded(buf, r, false)
		}
	}
	return string(buf)
}

func pictograph(r rune) bool {
	return r >= 0x1f000 && r <= 0x1faff || r >= 0x2600 && r <= 0x27bf || r >= 0x2b00 && r <= 0x2bff || r == 0x2764 || r == 0x203c || r == 0x2049
}

// unspaced reports scripts that are written without spaces: each letter is a token.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
