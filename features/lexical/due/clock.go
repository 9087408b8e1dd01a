package due

import (
	"strconv"
	"strings"
)

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
	at, part := p.i, e.clock
	_, prep := p.eatAny("at", "by", "before", "around")
	_, _ = p.eatAny("around", "about")
	if !p.clock(e, prep) {
		p.i, e.clock = at, part
		return
	}
	if part.set && part.hour > 12 && e.clock.hour < 12 && !e.clock.sure {
		e.clock.hour, e.clock.sure = e.clock.hour+12, true // tomorrow evening at 7
	}
	e.clock.sure = e.clock.sure || part.set
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
