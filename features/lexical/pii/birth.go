package pii

import "strings"

var birthWords = []string{"born", "date of birth", "dob", "d.o.b", "birthday", "birth date", "birthdate", "birth"}

var monthNames = map[string]bool{
	"january": true, "february": true, "march": true, "april": true, "may": true, "june": true, "july": true, "august": true,
	"september": true, "october": true, "november": true, "december": true, "jan": true, "feb": true, "mar": true, "apr": true,
	"jun": true, "jul": true, "aug": true, "sep": true, "sept": true, "oct": true, "nov": true, "dec": true,
}

var ordinals = map[string]bool{
	"first": true, "second": true, "third": true, "fourth": true, "fifth": true, "sixth": true, "seventh": true, "eighth": true, "ninth": true,
	"tenth": true, "eleventh": true, "twelfth": true, "thirteenth": true, "fourteenth": true, "fifteenth": true, "sixteenth": true,
	"seventeenth": true, "eighteenth": true, "nineteenth": true, "twentieth": true, "thirtieth": true, "twenty": true, "thirty": true,
}

// birth takes a numeric date where the words speak of birth: 09/06/1951, 9 6 51.
func (f *finder) birth(r *run, lead string) bool {
	if n := len(r.digits); n < 4 || n > 8 || !mentions(lead, birthWords...) {
		return false
	}
	f.add(DateOfBirth, r.begin, r.end, .9)
	return true
}

// births takes dates with a month's name where the words before speak of birth:
// "9 June 1951", "June 9th, 1951", "the ninth of June 1951".
func (f *finder) births() {
	for i := 0; i < len(f.lower); i++ {
		if !f.letter(i) || f.alnum(i-1) {
			continue
		}
		end := f.wordEnd(i)
		if monthNames[string(f.lower[i:end])] && mentions(f.before(i), birthWords...) {
			f.add(DateOfBirth, f.dayBefore(i), f.yearAfter(end), .95)
		}
		i = end
	}
}

func (f *finder) wordEnd(i int) int {
	for f.alnum(i) {
		i++
	}
	return i
}

// dayBefore walks back over "9", "9th of", "the twenty first of".
func (f *finder) dayBefore(month int) int {
	begin := month
	for at := month; ; {
		word, from := f.wordBefore(at)
		switch {
		case ordinals[word] || word != "" && word[0] >= '0' && word[0] <= '9' && len(word) <= 4:
			begin, at = from, from
		case word == "of":
			at = from
		default:
			return begin
		}
	}
}

func (f *finder) wordBefore(i int) (word string, from int) {
	end := i
	for end > 0 && (f.at(end-1) == ' ' || f.at(end-1) == '-' || f.at(end-1) == '.') && i-end < 3 {
		end--
	}
	from = end
	for from > 0 && f.alnum(from-1) && end-from < 12 {
		from--
	}
	return string(f.lower[from:end]), from
}

// yearAfter walks on over "9th, 1951" or "1951" behind the month.
func (f *finder) yearAfter(end int) int {
	for range 2 {
		next := end
		for next < len(f.lower) && next-end < 3 && strings.ContainsRune(" ,.-", f.at(next)) {
			next++
		}
		if next == end || !f.digit(next) {
			return end
		}
		end = f.wordEnd(next)
	}
	return end
}
