package pii

import (
	"strings"
	"unicode"
)

// run is a row of digits as somebody writes or says a number.
type run struct {
	digits  []byte
	ends    []int // end of each digit in the text
	begins  []int
	begin   int
	end     int
	plus    bool // began with + or 00
	spoken  bool
	slashes int
	dots    int
	dashes  int
	text    string
}

var spokenDigits = map[string]string{
	"zero": "0", "oh": "0", "o": "0", "nought": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
	"six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14",
	"fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19", "twenty": "20", "thirty": "30",
	"forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90",
}

// numbers finds everything that is a row of digits, written or spoken.
func (f *finder) numbers() {
	for i := 0; i < len(f.rs); {
		r, next := f.run(i)
		if next <= i {
			i++
			continue
		}
		if len(r.digits) >= 3 {
			f.classify(&r)
		}
		i = next
	}
}

// run reads digits from i: groups with single separators, or spoken words.
// next is i where no digit begins there.
func (f *finder) run(i int) (r run, next int) {
	if i > 0 && f.alnum(i-1) {
		return r, i
	}
	r.begin, next = i, i
	if f.at(i) == '+' && f.digit(i+1) || f.at(i) == '(' && (f.digit(i+1) || f.at(i+1) == '+') {
		r.plus = f.at(i) == '+' || f.at(i+1) == '+'
		i++
	}
	for len(r.digits) < maxDigitsRun {
		end := f.digits(&r, i)
		if end == i {
			end = f.spokenWord(&r, i)
		}
		if end == i {
			break
		}
		next = end
		i = f.separator(&r, end)
	}
	r.end = next
	r.text = string(f.lower[r.begin:next])
	r.plus = r.plus || strings.HasPrefix(r.text, "00") && len(r.digits) >= 11
	return r, next
}

func (f *finder) digits(r *run, i int) int {
	for f.digit(i) || i < len(f.rs) && unicode.IsDigit(f.rs[i]) {
		if d, ok := digitValue(f.rs[i]); ok {
			r.push(d, i, i+1)
		}
		i++
		if len(r.digits) >= maxDigitsRun {
			break
		}
	}
	return i
}

func digitValue(r rune) (byte, bool) {
	if r >= '0' && r <= '9' {
		return byte(r), true
	}
	if r >= 0xff10 && r <= 0xff19 { // full width
		return byte(r - 0xff10 + '0'), true
	}
	return 0, false
}

func (r *run) push(d byte, begin, end int) {
	r.digits, r.begins, r.ends = append(r.digits, d), append(r.begins, begin), append(r.ends, end)
}

// spokenWord reads one number word, with "double" and "triple" before it.
func (f *finder) spokenWord(r *run, i int) int {
	end := i
	for f.letter(end) && end-i < 12 {
		end++
	}
	if end == i || f.alnum(end) {
		return i
	}
	word := string(f.lower[i:end])
	if times := map[string]int{"double": 2, "triple": 3, "treble": 3}[word]; times > 0 {
		return f.repeated(r, i, end, times)
	}
	digits, ok := spokenDigits[word]
	if !ok || len(r.digits) == 0 && (word == "o" || word == "oh") && !f.numberWordAt(end+1) {
		return i
	}
	for k := range len(digits) {
		r.push(digits[k], i, end)
	}
	r.spoken = true
	return end
}

func (f *finder) numberWordAt(i int) bool {
	end := i
	for f.letter(end) && end-i < 12 {
		end++
	}
	_, ok := spokenDigits[string(f.lower[min(i, len(f.lower)):min(end, len(f.lower))])]
	return ok || f.digit(i)
}

func (f *finder) repeated(r *run, begin, i, times int) int {
	if i >= len(f.lower) || f.at(i) != ' ' {
		return begin
	}
	end := i + 1
	for f.letter(end) && end-i < 12 {
		end++
	}
	d, ok := spokenDigits[string(f.lower[i+1:min(end, len(f.lower))])]
	if !ok && f.digit(i+1) && !f.digit(i+2) {
		d, ok, end = string(f.lower[i+1]), true, i+2
	}
	if !ok || len(d) != 1 {
		return begin
	}
	for range times {
		r.push(d[0], begin, end)
	}
	r.spoken = true
	return end
}

// separator passes what stands between the groups of a number: one or two of
// space, hyphen, dot, slash, parenthesis or comma before a space.
func (f *finder) separator(r *run, i int) int {
	for k := 0; k < 3; k++ {
		switch f.at(i) {
		case ' ', '(', ')', '\u00a0':
		case '-', '\u2011', '\u2013':
			r.dashes++
		case '.':
			r.dots++
		case '/':
			r.slashes++
		case ',':
			if !r.spoken {
				return i
			}
		default:
			return i
		}
		i++
	}
	return i
}
