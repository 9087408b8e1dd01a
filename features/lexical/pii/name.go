package pii

import "strings"

// introductions are the words behind which people say their names. Sure ones are
// followed by hardly anything else, so a name in small letters counts as well.
var introductions = []struct {
	words []string
	sure  bool
}{
	{strings.Fields("my name is"), true}, {strings.Fields("my name's"), true}, {strings.Fields("the name is"), true},
	{strings.Fields("the name's"), true}, {strings.Fields("full name is"), true}, {strings.Fields("surname is"), true},
	{strings.Fields("last name is"), true}, {strings.Fields("first name is"), true}, {strings.Fields("maiden name is"), true},
	{strings.Fields("mein name ist"), true}, {strings.Fields("ich heiße"), true},
	{strings.Fields("name is"), false}, {strings.Fields("this is"), false}, {strings.Fields("speaking with"), false},
	{strings.Fields("speaking to"), false}, {strings.Fields("speak to"), false}, {strings.Fields("hier ist"), false},
	{strings.Fields("hier spricht"), false}, {strings.Fields("on behalf of"), false}, {strings.Fields("regards"), false},
	{strings.Fields("sincerely"), false}, {strings.Fields("dear"), false}, {strings.Fields("hello"), false}, {strings.Fields("hi"), false},
}

var titles = set("mr", "mrs", "ms", "miss", "mister", "herr", "frau", "señor", "señora", "monsieur", "madame")

// particles may stand small inside a name.
var particles = set("van", "von", "der", "den", "de", "da", "di", "la", "le", "du", "bin", "ibn", "al", "el", "zu", "dos", "del")

// noName are words that follow an introduction and are none, in capitals or not.
var noName = set("a", "an", "the", "and", "or", "but", "not", "no", "on", "in", "at", "is", "it", "its", "i", "my", "your", "our", "we", "you", "he", "she", "they",
	"from", "with", "for", "of", "to", "as", "so", "still", "also", "just", "already", "now", "calling", "speaking", "spelled", "spelt", "spelling", "wrong", "right", "correct",
	"incorrect", "missing", "misspelled", "listed", "registered", "there", "here", "again", "all", "team", "everyone", "everybody", "sir", "madam", "customer", "customers",
	"support", "service", "someone", "somebody", "anyone", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march",
	"april", "may", "june", "july", "august", "september", "october", "november", "december", "thanks", "thank", "please", "sorry", "yes", "okay", "ok", "what", "who", "why",
	"how", "when", "where", "which", "that", "this", "can", "could", "would", "do", "does", "did", "are", "am", "was", "have", "has", "had", "will", "good", "god", "english", "dear", "best", "kind", "warm", "manager", "welcome", "mum", "dad", "if", "because", "about", "god's", "der", "die", "das", "ein", "eine", "nicht", "falsch")

// names finds people by the words around their names: "my name is Anna Kowalska",
// "this is Tom", "Mrs Lang", "I'm Joe Park calling about".
func (f *finder) names() {
	for k := range f.words {
		if titles[f.words[k].low] && f.nameLike(k+1) && f.words[k+1].near {
			f.name(k+1, .85, false)
			continue
		}
		for _, in := range introductions {
			if !f.follows(k, in.words) {
				continue
			}
			score := .6
			if in.sure {
				score = .85
			}
			f.name(k+len(in.words), score, in.sure)
		}
		f.caller(k)
		if f.low(k) == "speaking" && f.nameLike(k-1) && f.words[k].spaced {
			f.person(k-1, k, .7)
		}
	}
}

// follows reports that the words begin at word k.
func (f *finder) follows(k int, words []string) bool {
	for i, w := range words {
		if f.low(k+i) != w {
			return false
		}
	}
	return true
}

// nameLike reports that word k has a capital and may be a name.
func (f *finder) nameLike(k int) bool {
	return k >= 0 && k < len(f.words) && f.words[k].title && !noName[plain(f.words[k].low)]
}

// caller finds "I'm Joe Park calling", "I am Ana from".
func (f *finder) caller(k int) {
	from := k + 1
	switch {
	case f.low(k) == "i'm" || f.low(k) == "i’m":
	case f.low(k) == "i" && f.low(k+1) == "am":
		from++
	default:
		return
	}
	to := from
	for to < from+3 && f.nameLike(to) && f.words[to].spaced {
		to++
	}
	switch f.low(to) {
	case "calling", "speaking", "from", "here", "ringing", "phoning", "writing":
		if to > from {
			f.person(from, to, .8)
		}
	}
}

// name takes up to four words from k on. Small letters count where sure, two at most.
func (f *finder) name(k int, score float64, sure bool) {
	to := k
	for ; to < k+4 && to < len(f.words); to++ {
		w := &f.words[to]
		if to > k && !w.spaced || noName[plain(w.low)] && !particles[w.low] || f.digitIn(w) {
			break
		}
		small := !w.capital
		if small && !(particles[w.low] && f.nameLike(to+1)) && !(sure && to < k+2 && !f.mixed(k)) {
			break
		}
	}
	if to > k && !(to == k+1 && f.words[k].end-f.words[k].begin < 2) {
		f.person(k, to, score)
	}
}

// mixed reports that word k is in capitals, so that small words behind it are none
// of the name.
func (f *finder) mixed(k int) bool { return f.words[k].capital }

func (f *finder) digitIn(w *word) bool {
	for i := w.begin; i < w.end; i++ {
		if f.digit(i) {
			return true
		}
	}
	return false
}

func (f *finder) person(from, to int, score float64) {
	w := &f.words[to-1]
	f.add(Person, f.words[from].begin, w.end-len(w.low)+len(plain(w.low)), score)
}

// plain is a word without the ending of the possessive.
func plain(w string) string { return strings.TrimSuffix(w, "'s") }
