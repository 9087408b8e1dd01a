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
	p.preposition()
	e.calendar = true
	switch w := p.word(); {
	case w == "today" || w == "tonight" || w == "tomorrow":
		p.i++
		if w == "tomorrow" {
			e.days = 1
		}
		if w == "tonight" {
			e.clock = clock{hour: 22, set: true, sure: true}
		}
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
	return true
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
	return p.i > before && p.toks[p.i-1].Norm == "this" && p.eat("week")
}

func (p *parser) thisPart(e *Expr, before int) bool {
	if p.i == before || p.toks[p.i-1].Norm != "this" {
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

func (p *parser) numberAt(i int) bool {
	if i >= len(p.toks) {
		return false
	}
	_, err := strconv.Atoi(p.toks[i].Norm)
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

// clockAlone reads "at 3", "by 5pm", "before noon", "at half past two".
func (p *parser) clockAlone(e *Expr) bool {
	prep, ok := p.eatAny("by", "before", "at", "until", "till", "around")
	if !ok {
		return false
	}
	_, _ = p.eatAny("around", "about")
	if hour, named := partsOfDay[p.word()]; named && prep != "at" || named && p.word() == "noon" {
		p.i++
		e.clock = clock{hour: hour, set: true, sure: true}
		return true
	}
	return p.clock(e, true)
}

// clockAfter reads the time behind a day: "tomorrow at 3 pm", "Friday 10:30".
func (p *parser) clockAfter(e *Expr) {
	if !e.calendar || e.clock.set && !e.clock.sure {
		return
	}
	at := p.i
	_, prep := p.eatAny("at", "by", "before", "around")
	_, _ = p.eatAny("around", "about")
	if !p.clock(e, prep) {
		p.i = at
	}
}

// clock reads 3, 3 pm, 15:00, 10.30, half past two, noon. A bare number counts
// only behind a preposition.
func (p *parser) clock(e *Expr, prep bool) bool {
	at := p.i
	if p.pastOrTo(e) {
		return p.meridiem(e)
	}
	h, m, colon, ok := hourMinute(p.word())
	if ok {
		p.i++
	} else if prep {
		h, m, ok = p.spokenClock()
		colon = m > 0
	}
	if !ok {
		return false
	}
	e.clock = clock{hour: h, minute: m, set: true, sure: colon && h > 12}
	if p.meridiem(e) && (prep || colon || e.clock.sure) {
		return true
	}
	e.clock = clock{}
	p.i = at
	return false
}

// pastOrTo reads "half past two", "quarter to five".
func (p *parser) pastOrTo(e *Expr) bool {
	at := p.i
	minute := 0
	switch {
	case p.eat("half", "past"):
		minute = 30
	case p.eat("quarter", "past"), p.eat("a", "quarter", "past"):
		minute = 15
	case p.eat("quarter", "to"), p.eat("a", "quarter", "to"):
		minute = -15
	default:
		return false
	}
	h, ok := p.single()
	if !ok || h < 1 || h > 12 {
		p.i = at
		return false
	}
	e.clock = clock{hour: int(h), minute: minute, set: true}
	if minute < 0 {
		e.clock.hour, e.clock.minute = (int(h)+11)%12, 60+minute
	}
	return true
}

// spokenClock reads "ten", "ten thirty".
func (p *parser) spokenClock() (h, m int, ok bool) {
	w := p.word()
	n, named := numbers[w]
	if !named || n < 1 || n > 12 || w == "a" || w == "an" || w == "few" || w == "couple" {
		return 0, 0, false
	}
	p.i++
	if minutes, more := numbers[p.word()]; more && minutes >= 10 && minutes < 60 {
		p.i++
		return int(n), int(minutes), true
	}
	return int(n), 0, true
}

// meridiem reads am or pm; false where the hour does not fit it.
func (p *parser) meridiem(e *Expr) bool {
	w, ok := p.eatAny("am", "pm")
	if !ok {
		if at := p.i; p.eat("o'clock") || p.eat("oclock") {
			return p.i > at
		}
		if e.clock.hour > 12 {
			e.clock.sure = true
		}
		return !p.quantityFollows()
	}
	if e.clock.hour < 1 || e.clock.hour > 12 {
		return false
	}
	e.clock.hour %= 12
	if w == "pm" {
		e.clock.hour += 12
	}
	e.clock.sure = true
	return true
}

// quantityFollows reports that the number was one of things, not of a clock:
// "at 3 places", "by 5 percent".
func (p *parser) quantityFollows() bool {
	w := p.word()
	return w == "%" || w == "percent" || w == "$" || w == "dollars" || w == "euros" || w == "pounds" || w == "euro" || w == "pound" || w == "gb" || w == "mb" || w == "times" || w == "places"
}

func hourMinute(s string) (h, m int, colon, ok bool) {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, 0, false, false
	}
	hs, ms, colon := strings.Cut(s, ":")
	if !colon {
		hs, ms, colon = strings.Cut(s, ".")
	}
	h, err := strconv.Atoi(hs)
	if err != nil || h < 0 || h > 24 {
		return 0, 0, false, false
	}
	if colon {
		if m, err = strconv.Atoi(ms); err != nil || m > 59 || len(ms) != 2 {
			return 0, 0, false, false
		}
	}
	return h, m, colon, true
}
