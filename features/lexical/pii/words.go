package pii

import "unicode"

// word is a run of letters and digits, with the apostrophes, hyphens and full stops
// inside it.
type word struct {
	begin, end int
	low        string // in lower case
	title      bool   // begins with a capital and goes on small, or is O'Neill, McCoy
	capital    bool   // begins with a capital
	near       bool   // only spaces, commas and full stops stand between it and the word before
	spaced     bool   // only spaces do
}

// split cuts the text into words.
func (f *finder) split() {
	for i := 0; i < len(f.rs); {
		if !f.inWord(i) {
			i++
			continue
		}
		begin := i
		for f.inWord(i) || i > begin && f.inner(i) {
			i++
		}
		f.words = append(f.words, f.word(begin, i))
	}
}

func (f *finder) inWord(i int) bool {
	return i < len(f.rs) && (unicode.IsLetter(f.rs[i]) || unicode.IsDigit(f.rs[i]))
}

// inner reports a mark inside a word: O'Neill, Smith-Jones.
func (f *finder) inner(i int) bool {
	if i+1 >= len(f.rs) || !unicode.IsLetter(f.rs[i+1]) {
		return false
	}
	r := f.rs[i]
	return r == '\'' || r == '’' || r == '-'
}

func (f *finder) word(begin, end int) word {
	w := word{begin: begin, end: end, low: string(f.lower[begin:end]), capital: unicode.IsUpper(f.rs[begin])}
	w.title = w.capital && end-begin > 1 && unicode.IsLower(f.rs[end-1])
	if n := len(f.words); n > 0 {
		w.near, w.spaced = true, true
		for _, r := range f.rs[f.words[n-1].end:begin] {
			w.spaced = w.spaced && r == ' '
			w.near = w.near && (r == ' ' || r == ',' || r == '.' || r == '\n')
		}
	}
	return w
}

// low is the lower-case form of word k, "" where there is none.
func (f *finder) low(k int) string {
	if k < 0 || k >= len(f.words) {
		return ""
	}
	return f.words[k].low
}

// number reports that word k is digits, with one letter behind them at most: 12, 12b.
func (f *finder) number(k int) bool {
	s := f.low(k)
	n := len(s)
	if n > 1 && s[n-1] >= 'a' && s[n-1] <= 'z' {
		n--
	}
	for i := range n {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return n > 0 && n <= 5
}

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
