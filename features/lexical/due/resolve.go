package due

import "time"

// Hours are the working hours that bare days and hours are read in.
type Hours struct {
	Begin, End int // hours of the day, 0..24; both 0 = 9 and 18
}

func (h Hours) orDefault() Hours {
	if h.Begin == 0 && h.End == 0 {
		return Hours{9, 18}
	}
	return h
}

// Resolve returns the latest moment that e allows, in the zone of ref, the time
// at which it was said. ok is false for a vague expression and for a zero ref.
// A weekday is the next one to come, today included while its working day lasts; a
// date without a year is the next one to come. Where "today" was said with an hour
// that is gone, the time lies before ref; without an hour today ends with the
// working day, or at midnight where that is over.
func (e *Expr) Resolve(ref time.Time, hours Hours) (due time.Time, ok bool) {
	if e.vague || ref.IsZero() {
		return time.Time{}, false
	}
	hours = hours.orDefault()
	if e.unit > 0 {
		return e.fromNow(ref, hours), true
	}
	day := e.day(ref)
	if !e.clock.set {
		return e.endOf(day, ref, hours), true
	}
	t := at(day, e.hour(day, ref, hours), e.clock.minute)
	switch {
	case t.After(ref):
	case !e.calendar:
		t = at(day.AddDate(0, 0, 1), e.clock.hourIn(hours), e.clock.minute)
	case e.hasDay:
		t = at(day.AddDate(0, 0, 7), e.clock.hourIn(hours), e.clock.minute)
	case e.today && e.clock.hour == 22: // tonight, said late
		t = at(day, 24, 0)
	}
	return t, true
}

// endOf is the end of a day's working time. A weekday whose working time is over
// is the next one; today then ends at midnight.
func (e *Expr) endOf(day, ref time.Time, hours Hours) time.Time {
	t := at(day, hours.End, 0)
	switch {
	case t.After(ref) || !sameDay(day, ref):
	case e.hasDay:
		t = at(day.AddDate(0, 0, 7), hours.End, 0)
	default:
		t = at(day, 24, 0)
	}
	return t
}

// fromNow adds whole days by the calendar, so that a change of the clocks does
// not shift them, and shorter units exactly.
func (e *Expr) fromNow(ref time.Time, hours Hours) time.Time {
	const dayLen = 24 * time.Hour
	days := e.amount * float64(e.unit) / float64(dayLen)
	if e.unit < dayLen || days != float64(int(days)) {
		return ref.Add(time.Duration(e.amount * float64(e.unit)))
	}
	t := ref.AddDate(0, 0, int(days))
	if e.clock.set {
		return at(t, e.clock.hourIn(hours), e.clock.minute)
	}
	return t
}

func (e *Expr) day(ref time.Time) time.Time {
	d := ref.AddDate(0, 0, e.days)
	switch {
	case e.hasDay:
		d = e.toWeekday(d)
	case e.date.day > 0:
		d = e.toDate(d)
	case e.working > 0:
		d = workingDays(d, e.working)
	case e.weekEnd:
		d = e.toWeekEnd(d)
	case e.monthEnd:
		d = time.Date(d.Year(), d.Month()+1+time.Month(e.months), 0, 0, 0, 0, 0, d.Location())
	case e.months > 0:
		d = d.AddDate(0, e.months, 0)
	}
	return d
}

func (e *Expr) toWeekday(d time.Time) time.Time {
	ahead := (int(e.weekday) - int(d.Weekday()) + 7) % 7
	if e.nextWeek {
		monday := (8 - int(d.Weekday())) % 7 // days to the next Monday
		if monday == 0 {
			monday = 7
		}
		ahead = monday + (int(e.weekday)+6)%7
	}
	return d.AddDate(0, 0, ahead)
}

// toWeekEnd is the Friday of this week, or of the next.
func (e *Expr) toWeekEnd(d time.Time) time.Time {
	ahead := (int(time.Friday) - int(d.Weekday()) + 7) % 7
	if d.Weekday() == time.Sunday && !e.nextWeek {
		ahead = 5
	}
	if e.nextWeek && d.Weekday() >= time.Monday && d.Weekday() <= time.Friday {
		ahead += 7
	}
	return d.AddDate(0, 0, ahead)
}

func (e *Expr) toDate(d time.Time) time.Time {
	month := e.date.month
	if month == 0 {
		month = d.Month()
		month += time.Month(e.months)
		if e.months == 0 && e.date.day < d.Day() {
			month++
		}
		t := time.Date(d.Year(), month, e.date.day, 0, 0, 0, 0, d.Location())
		if t.Day() != e.date.day { // the month has no 31st: the next one has
			t = time.Date(d.Year(), month+1, e.date.day, 0, 0, 0, 0, d.Location())
		}
		return t
	}
	t := time.Date(d.Year(), month, e.date.day, 0, 0, 0, 0, d.Location())
	if t.Before(at(d, 0, 0)) {
		t = time.Date(d.Year()+1, month, e.date.day, 0, 0, 0, 0, d.Location())
	}
	return t
}

func workingDays(d time.Time, n int) time.Time {
	for n > 0 {
		d = d.AddDate(0, 0, 1)
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
			n--
		}
	}
	return d
}

// hour is the hour meant on day: a bare "at 3" of today is the next 3 to come.
func (e *Expr) hour(day, ref time.Time, hours Hours) int {
	h := e.clock.hourIn(hours)
	if !e.hasDay && !e.clock.sure && e.clock.hour < 12 && h == e.clock.hour && sameDay(day, ref) && !at(day, h, e.clock.minute).After(ref) {
		return h + 12
	}
	return h
}

// hourIn reads a bare hour in the working day: 3 is 15 h, 9 is 9 h.
func (c clock) hourIn(hours Hours) int {
	if c.sure || c.hour >= 12 || c.hour >= hours.Begin {
		return c.hour
	}
	if c.hour+12 <= max(hours.End, 20) {
		return c.hour + 12
	}
	return c.hour
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

func at(day time.Time, hour, minute int) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, day.Location())
}
