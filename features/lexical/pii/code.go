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

// iban finds the longest code at i whose mod 97 is 1 (ISO 13616, ISO 7064).
func (f *finder) iban(i int) {
	code, ends := f.take(i, 34)
	if len(code) < 15 || code[2] < '0' || code[2] > '9' || code[3] < '0' || code[3] > '9' {
		return
	}
	for n := len(code); n >= 15; n-- {
		if f.alnum(ends[n-1]) || !mod97(code[:n]) {
			continue
		}
		f.add(IBAN, i, ends[n-1], 1)
		return
	}
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
