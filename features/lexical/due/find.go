package due

import (
	"strconv"
	"strings"
	"time"

	"github.com/attune-cx/attune/features/lexical/token"
)

// Expr is one time expression: tokens First..Last-1.
type Expr struct {
	First, Last int

	amount   float64       // of unit from now
	unit     time.Duration // hours and shorter
	days     int           // from today
	months   int           // from today
	weekday  time.Weekday
	hasDay   bool // weekday is set
	today    bool // today was said: it binds, also when the hour is gone
	nextWeek bool // the weekday, or the week, after this one
	weekEnd  bool // end of the week
	monthEnd bool
	working  int // working days from today
	date     civil
	clock    clock
	calendar bool // a day was named: the clock, or the end of its working day, holds
	vague    bool // shortly, soon: nothing to hold anybody to
}

// civil is a date as it was said; 0 is not said.
type civil struct {
	day   int
	month time.Month
}

// clock is a time of day; set says whether one was given.
type clock struct {
	hour, minute int
	set, sure    bool // sure: am, pm or 24 h; otherwise the next working hour that fits
}

// Vague reports an expression that names no moment, as "shortly" or "soon".
func (e *Expr) Vague() bool { return e.vague }

// Find appends the time expressions of toks to dst, in order, not overlapping.
// Cost is linear in the tokens.
func Find(toks []token.Token, dst []Expr) []Expr { return FindIn(toks, nil, dst) }

// FindIn is [Find] for the words of another language, which w puts into English
// word by word; nil = English.
func FindIn(toks []token.Token, w *Words, dst []Expr) []Expr {
	for i := 0; i < len(toks); {
		p := parser{toks: toks, i: i, words: w}
		e, ok := p.expression()
		if !ok || p.i <= i {
			i++
			continue
		}
		e.First, e.Last = i, p.i
		dst = append(dst, e)
		i = p.i
	}
	return dst
}

// parser reads one expression from toks[i].
type parser struct {
	toks  []token.Token
	i     int
	words *Words
}

// norm is the word at i, in English.
func (p *parser) norm(i int) string { return p.words.english(p.toks, i) }

func (p *parser) word() string {
	for p.i < len(p.toks) && p.norm(p.i) == "," {
		p.i++
	}
	if p.i >= len(p.toks) {
		return ""
	}
	return p.norm(p.i)
}

// eat takes the words if they come next.
func (p *parser) eat(words ...string) bool {
	at := p.i
	for _, w := range words {
		if p.word() != w {
			p.i = at
			return false
		}
		p.i++
	}
	return true
}

func (p *parser) eatAny(words ...string) (string, bool) {
	w := p.word()
	for _, x := range words {
		if w == x {
			p.i++
			return w, true
		}
	}
	return "", false
}

func (p *parser) expression() (Expr, bool) {
	if !p.begins() {
		return Expr{}, false
	}
	at := p.i
	for k := range 5 {
		p.i = at
		var e Expr
		if p.read(k, &e) {
			p.clockAfter(&e)
			p.dayAfter(&e)
			return e, true
		}
	}
	p.i = at
	return Expr{}, false
}

// read tries reader k.
func (p *parser) read(k int, e *Expr) bool {
	switch k {
	case 0:
		return p.vague(e)
	case 1:
		return p.span(e)
	case 2:
		return p.endOf(e)
	case 3:
		return p.day(e)
	}
	return p.clockAlone(e)
}

// begins reports whether any expression can begin with the next word: most words
// are passed over by this alone.
func (p *parser) begins() bool {
	w := p.norm(p.i)
	switch w {
	case "shortly", "soon", "momentarily", "as", "asap", "right", "in", "within", "inside", "after", "over", "for", "by", "before", "until", "till",
		"the", "end", "close", "cob", "eod", "day", "on", "no", "later", "at", "this", "of", "today", "tonight", "tomorrow", "next", "around", "first", overmorrow:
		return true
	}
	if len(w) == 0 || w[0] >= '0' && w[0] <= '9' {
		return len(w) > 0
	}
	if len(w) > 9 {
		return false
	}
	_, day := weekdays[w]
	_, month := months[w]
	return day || month
}

func (p *parser) vague(e *Expr) bool {
	_, ok := p.eatAny("shortly", "soon", "momentarily")
	if !ok {
		ok = p.eat("as", "soon", "as", "possible") || p.eat("asap") || p.eat("right", "away") || p.eat("at", "once") || p.eat("in", "due", "course") || p.eat("in", "a", "bit")
	}
	e.vague = ok
	return ok
}

var numbers = map[string]float64{
	"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
	"thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90, "couple": 2, "few": 3, "half": .5,
}

// quantity reads "ten", "24", "twenty four", "a couple of", "half an", "two to
// three" and "2-3" (the later counts).
func (p *parser) quantity() (float64, bool) {
	n, ok := p.single()
	if !ok {
		return 0, false
	}
	if p.eat("to") || p.eat("or") || p.eat("-") || p.eat("–") {
		if m, more := p.single(); more && m >= n {
			return m, true
		}
		p.i--
	}
	return n, true
}

func (p *parser) single() (float64, bool) {
	w := p.word()
	if n, err := parseNumber(w); err == nil && n >= 0 && n < 10000 {
		p.i++
		return n, true
	}
	n, ok := numbers[w]
	if !ok {
		return 0, false
	}
	p.i++
	switch {
	case w == "a" && (p.eat("couple", "of") || p.eat("couple")):
		return 2, true
	case w == "a" && p.eat("few"):
		return 3, true
	case w == "couple":
		p.eat("of")
	case w == "half":
		_, _ = p.eatAny("a", "an")
	case n >= 20 && n < 100:
		if ones, more := numbers[p.word()]; more && ones >= 1 && ones < 10 && p.word() != "a" && p.word() != "an" && p.word() != "few" && p.word() != "couple" {
			p.i++
			return n + ones, true
		}
	}
	return n, true
}

// parseNumber is ParseFloat for what begins with a digit; words cost nothing.
func parseNumber(w string) (float64, error) {
	if w == "" || w[0] < '0' || w[0] > '9' {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(w, 64)
}

var units = map[string]time.Duration{
	"second": time.Second, "sec": time.Second, "moment": time.Minute, "minute": time.Minute, "min": time.Minute,
	"hour": time.Hour, "hr": time.Hour, "h": time.Hour,
}

// span reads "in ten minutes", "within the next 24 hours", "in 3 working days",
// "over the next two weeks", and the bare "two hours" after none of these not at all.
func (p *parser) span(e *Expr) bool {
	if _, ok := p.eatAny("in", "within", "inside", "after"); !ok && !p.eat("over", "the") && !p.eat("for", "the") {
		return false
	}
	_, _ = p.eatAny("about", "around", "approximately", "under", "roughly")
	p.eat("the")
	p.eat("next")
	p.eat("another")
	n, ok := p.quantity()
	if !ok {
		n = 1
	}
	return p.unitOf(e, n, ok)
}

func (p *parser) unitOf(e *Expr, n float64, counted bool) bool {
	if _, ok := p.eatAny("business", "working", "bank"); ok {
		if _, ok := p.eatAny("day", "days"); ok {
			e.working, e.calendar = max(1, int(n)), true
			return true
		}
		if _, ok := p.eatAny("hour", "hours"); !ok {
			return false
		}
		e.amount, e.unit = n, time.Hour
		return true
	}
	w := strings.TrimSuffix(p.word(), "s")
	if u, ok := units[w]; ok && (counted || w != "second" && w != "moment") {
		p.i++
		if n == 1 && p.eat("or", "two") {
			n = 2
		}
		e.amount, e.unit = n, u
		return true
	}
	switch w {
	case workday:
		e.working, e.calendar = max(1, int(n)), true
	case "day":
		e.amount, e.unit = n, 24*time.Hour
	case "week":
		e.amount, e.unit = n, 7*24*time.Hour
	case "fortnight":
		e.amount, e.unit = n*2, 7*24*time.Hour
	case "month":
		e.months, e.calendar = max(1, int(n)), true
	default:
		return false
	}
	p.i++
	return true
}

func (p *parser) preposition() {
	for {
		if _, ok := p.eatAny("by", "before", "until", "till", "on", "no", "later", "than", "at", "this", "the", "of"); !ok {
			return
		}
	}
}

// endOf reads "by the end of the day", "close of business", "end of next week".
func (p *parser) endOf(e *Expr) bool {
	_, _ = p.eatAny("by", "before", "until")
	p.eat("the")
	switch {
	case p.eat("close", "of", "business"), p.eat("close", "of", "play"), p.eat("cob"), p.eat("eod"):
		e.calendar = true
		p.thatDay(e)
		return true
	case !p.eat("end", "of") && !(p.words != nil && p.eat("end")):
		return false
	}
	_, _ = p.eatAny("the", "this", "today", "his", "her", "their", "my", "your")
	_, _ = p.eatAny("working", "business")
	e.nextWeek = p.eat("next")
	switch w, _ := p.eatAny("day", "business", "play", "week", "month", "today", "shift", "tomorrow"); w {
	case "day", "business", "play", "shift":
		p.thatDay(e)
	case "today":
	case "tomorrow":
		e.days = 1
	case "week":
		e.weekEnd = true
	case "month":
		e.monthEnd = true
	default:
		if !p.weekdayName(e) && p.norm(p.i-1) != "today" {
			return false
		}
	}
	e.calendar = true
	return true
}

// thatDay reads whose end it is: "close of business tomorrow", "the end of the day on Friday".
func (p *parser) thatDay(e *Expr) {
	at := p.i
	var d Expr
	if !p.day(&d) || d.weekEnd || d.monthEnd || d.clock.set {
		p.i = at
		return
	}
	*e = d
}
