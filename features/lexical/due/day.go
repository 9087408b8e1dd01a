package due

import (
	"strconv"
	"strings"
	"time"
)

var weekdays = map[string]time.Weekday{
	"monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday, "thursday": time.Thursday,
	"friday": time.Friday, "saturday": time.Saturday, "sunday": time.Sunday,
	"mon": time.Monday, "tue": time.Tuesday, "tues": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday,
	"thur": time.Thursday, "thurs": time.Thursday, "fri": time.Friday,
}

var months = map[string]time.Month{
	"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10,
	"november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}

var partsOfDay = map[string]int{"morning": 12, "lunchtime": 13, "lunch": 13, "noon": 12, "midday": 12, "afternoon": 17, "evening": 20, "night": 22, "tonight": 22, "midnight": 24}

// day reads a named day: today, tomorrow morning, by next Friday, on 3 May,
// May 3rd, the 12th, next week, this month, 24/12.
func (p *parser) day(e *Expr) bool {
	before := p.i
	early := p.eat("first", "thing")
	p.preposition()
	e.calendar = true
	switch w := p.word(); {
	case w == "today" || w == "tonight" || w == "tomorrow" || w == overmorrow:
		p.named(e, w)
	case p.eat("day", "after", "tomorrow"):
		e.days = 2
	case p.eat("next", "week"):
		e.nextWeek, e.weekEnd = true, true
	case p.eat("next", "month"):
		e.monthEnd, e.months = true, 1
	case p.eat("next", "business", "day"), p.eat("next", "working", "day"):
		e.working = 1
	case p.thisPart(e, before):
	case p.week(before):
		e.weekEnd = true
	case p.next(e), p.weekdayName(e), p.date(e):
	default:
		return false
	}
	p.partOfDay(e)
	if early && !e.clock.set {
		e.clock = clock{hour: firstThing, set: true, sure: true}
	}
	return true
}

// firstThing is the hour by which "first thing tomorrow" is kept.
const firstThing = 10

// named takes a day that has a word of its own.
func (p *parser) named(e *Expr, w string) {
	p.i++
	switch w {
	case "today":
		e.today = true
	case "tomorrow":
		e.days = 1
	case overmorrow:
		e.days = 2
	case "tonight":
		e.today = true
		e.clock = clock{hour: 22, set: true, sure: true}
	}
}

// dayAfter reads the day behind a time: "by five o'clock today", "at 3 on Friday".
func (p *parser) dayAfter(e *Expr) {
	if e.calendar || !e.clock.set || e.unit > 0 {
		return
	}
	at := p.i
	var d Expr
	if !p.day(&d) || d.weekEnd || d.monthEnd {
		p.i = at
		return
	}
	part := d.clock
	d.clock = e.clock
	if part.set && part.hour > 12 && d.clock.hour < 12 && !d.clock.sure {
		d.clock.hour += 12 // at 7 tomorrow evening
	}
	if part.set {
		d.clock.sure = true
	}
	*e = d
}

func (p *parser) next(e *Expr) bool {
	at := p.i
	if !p.eat("next") {
		return false
	}
	if !p.weekdayName(e) {
		p.i = at
		return false
	}
	e.nextWeek = true
	return true
}

// week reads "this week": the preposition took "this" already.
func (p *parser) week(before int) bool {
	return p.i > before && p.norm(p.i-1) == "this" && p.eat("week")
}

func (p *parser) thisPart(e *Expr, before int) bool {
	if p.i == before || p.norm(p.i-1) != "this" {
		return false
	}
	hour, ok := partsOfDay[p.word()]
	if !ok {
		return false
	}
	p.i++
	e.clock = clock{hour: hour, set: true, sure: true}
	return true
}

func (p *parser) partOfDay(e *Expr) {
	at := p.i
	_, _ = p.eatAny("in", "at")
	p.eat("the")
	if hour, ok := partsOfDay[p.word()]; ok && !e.clock.set {
		p.i++
		e.clock = clock{hour: hour, set: true, sure: true}
		return
	}
	p.i = at
}

func (p *parser) weekdayName(e *Expr) bool {
	d, ok := weekdays[p.word()]
	if !ok {
		return false
	}
	p.i++
	e.weekday, e.hasDay = d, true
	return true
}

// date reads "3 May", "3rd of May", "May 3", "the 12th", "24/12" (day first where
// only that fits or it stays open, as most of the world writes it).
func (p *parser) date(e *Expr) bool {
	at := p.i
	if m, ok := months[p.word()]; ok && p.word() != "may" || ok && p.numberAt(p.i+1) {
		p.i++
		if d, ok := p.dayNumber(); ok {
			e.date = civil{d, m}
			return true
		}
		p.i = at
		return false
	}
	if p.spokenDate(e) {
		return true
	}
	d, ok := p.dayNumber()
	if !ok {
		return p.slashed(e)
	}
	ordinal := p.i > at+1
	p.eat("of")
	if m, ok := months[p.word()]; ok {
		p.i++
		e.date = civil{d, m}
		return true
	}
	if ordinal && p.i > at {
		e.date = civil{day: d}
		return true
	}
	p.i = at
	return false
}

// ordinals are the days of a month as they are spoken.
var ordinals = map[string]int{
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
	"eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17,
	"eighteenth": 18, "nineteenth": 19, "twentieth": 20, "twenty-first": 21, "twenty-second": 22, "twenty-third": 23,
	"twenty-fourth": 24, "twenty-fifth": 25, "thirtieth": 30, "thirty-first": 31,
}

// spokenDate reads "the fifteenth", "the twenty first of June", "third of May". Without a
// month an ordinal is a date only where nothing that it could count follows, as in
// "the third floor".
func (p *parser) spokenDate(e *Expr) bool {
	at, the := p.i, p.i > 0 && p.norm(p.i-1) == "the"
	d := ordinals[p.word()]
	if tens := numbers[p.word()]; d == 0 && (tens == 20 || tens == 30) {
		p.i++
		if ones := ordinals[p.word()]; ones > 0 && ones < 10 {
			d = int(tens) + ones
		}
	}
	if d == 0 || d > 31 {
		p.i = at
		return false
	}
	p.i++
	of := p.eat("of")
	if m, ok := months[p.word()]; ok {
		p.i++
		e.date = civil{d, m}
		return true
	}
	if of && p.eat("next", "month") {
		e.date, e.months = civil{day: d}, 1
		return true
	}
	if !the || !p.ends(of) {
		p.i = at
		return false
	}
	e.date = civil{day: d}
	return true
}

// ends reports that a date without a month is over: nothing, a mark or a word of
// few follows, or "of the month".
func (p *parser) ends(of bool) bool {
	if of {
		_, _ = p.eatAny("the", "this", "every", "each")
		return p.eat("month")
	}
	if p.i >= len(p.toks) || !p.toks[p.i].IsWord() {
		return true
	}
	switch p.norm(p.i) {
	case "and", "or", "but", "at", "by", "in", "to", "if", "please", "latest", "i", "we", "you", "as", "with", "then", "so":
		return true
	}
	return false
}

func (p *parser) numberAt(i int) bool {
	if i >= len(p.toks) {
		return false
	}
	_, err := strconv.Atoi(p.norm(i))
	return err == nil
}

// dayNumber reads 1..31, with its ordinal ending.
func (p *parser) dayNumber() (int, bool) {
	w := p.word()
	if w == "" || w[0] < '0' || w[0] > '9' {
		return 0, false
	}
	d, err := strconv.Atoi(w)
	if err != nil || d < 1 || d > 31 {
		return 0, false
	}
	p.i++
	_, _ = p.eatAny("st", "nd", "rd", "th")
	return d, true
}

func (p *parser) slashed(e *Expr) bool {
	if !strings.Contains(p.word(), "/") {
		return false
	}
	f := strings.Split(p.word(), "/")
	if len(f) != 2 && len(f) != 3 {
		return false
	}
	a, errA := strconv.Atoi(f[0])
	b, errB := strconv.Atoi(f[1])
	if errA != nil || errB != nil {
		return false
	}
	if b > 12 {
		a, b = b, a
	}
	if a < 1 || a > 31 || b < 1 || b > 12 {
		return false
	}
	p.i++
	e.date = civil{a, time.Month(b)}
	return true
}
