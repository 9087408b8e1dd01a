package pii

import "strings"

// codes finds IBAN and NINO: codes that begin with two letters.
func (f *finder) codes() {
	for i := range f.rs {
		if !f.letter(i) || i > 0 && f.alnum(i-1) || !f.letter(i+1) {
			continue
		}
		f.iban(i)
		f.nino(i)
	}
}

func (f *finder) at(i int) rune {
	if i < 0 || i >= len(f.lower) {
		return ' '
	}
	return f.lower[i]
}

func (f *finder) letter(i int) bool { r := f.at(i); return r >= 'a' && r <= 'z' }
func (f *finder) digit(i int) bool  { r := f.at(i); return r >= '0' && r <= '9' }
func (f *finder) alnum(i int) bool  { return f.letter(i) || f.digit(i) }

// take gathers letters and digits from i, over single spaces and hyphens, up to n.
func (f *finder) take(i, n int) (code string, ends []int) {
	var b strings.Builder
	for b.Len() < n {
		if !f.alnum(i) {
			if (f.at(i) == ' ' || f.at(i) == '-') && f.alnum(i+1) {
				i++
				continue
			}
			break
		}
		b.WriteRune(f.at(i))
		i++
		ends = append(ends, i)
	}
	return b.String(), ends
}

// iban finds a code at i of its country's length whose mod 97 is 1 (ISO 13616,
// ISO 7064).
func (f *finder) iban(i int) {
	if !f.digit(i+2) || !f.digit(i+3) {
		return
	}
	code, ends := f.take(i, 34)
	n := ibanLength[code[:2]]
	if n == 0 || len(code) < n || f.alnum(ends[n-1]) || !mod97(code[:n]) {
		return
	}
	f.add(IBAN, i, ends[n-1], 1)
}

// ibanLength is the length of an IBAN by country (SWIFT IBAN registry).
var ibanLength = map[string]int{
	"ad": 24, "ae": 23, "al": 28, "at": 20, "az": 28, "ba": 20, "be": 16, "bg": 22, "bh": 22, "br": 29, "by": 28, "ch": 21, "cr": 22, "cy": 28,
	"cz": 24, "de": 22, "dk": 18, "do": 28, "ee": 20, "eg": 29, "es": 24, "fi": 18, "fo": 18, "fr": 27, "gb": 22, "ge": 22, "gi": 23, "gl": 18,
	"gr": 27, "gt": 28, "hr": 21, "hu": 28, "ie": 22, "il": 23, "iq": 23, "is": 26, "it": 27, "jo": 30, "kw": 30, "kz": 20, "lb": 28, "lc": 32,
	"li": 21, "lt": 20, "lu": 20, "lv": 21, "ly": 25, "mc": 27, "md": 24, "me": 22, "mk": 19, "mr": 27, "mt": 31, "mu": 30, "nl": 18, "no": 15,
	"pk": 24, "pl": 28, "ps": 29, "pt": 25, "qa": 29, "ro": 24, "rs": 22, "sa": 24, "sc": 31, "se": 24, "si": 19, "sk": 24, "sm": 27, "st": 25,
	"sv": 28, "tl": 23, "tn": 24, "tr": 26, "ua": 29, "va": 22, "vg": 24, "xk": 20,
}

func mod97(code string) bool {
	rest := 0
	for k := 0; k < len(code); k++ {
		c := code[(k+4)%len(code)]
		if c >= 'a' {
			rest = (rest*100 + int(c-'a') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest == 1
}

// nino finds a British National Insurance number: two letters, six digits, A-D;
// D F I Q U V never begin one, O is never second, and some pairs were never issued.
func (f *finder) nino(i int) {
	if !f.digit(i+2) && !f.digit(i+3) {
		return
	}
	code, ends := f.take(i, 9)
	if len(code) != 9 || f.alnum(ends[8]) || strings.ContainsRune("dfiquv", rune(code[0])) || strings.ContainsRune("dfiquvo", rune(code[1])) {
		return
	}
	for _, d := range code[2:8] {
		if d < '0' || d > '9' {
			return
		}
	}
	switch code[:2] {
	case "bg", "gb", "kn", "nk", "nt", "tn", "zz":
		return
	}
	if code[8] < 'a' || code[8] > 'd' {
		return
	}
	score := .7
	if mentions(f.before(i), "national insurance", "ni number", "nino", "insurance number") {
		score = 1
	}
	f.add(NINO, i, ends[8], score)
}
