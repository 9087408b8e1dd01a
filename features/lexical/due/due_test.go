package due_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/attune-cx/attune/features/lexical/due"
	"github.com/attune-cx/attune/features/lexical/token"
)

var zone = time.FixedZone("CET", 3600)

// ref is a Wednesday afternoon.
var ref = time.Date(2026, 3, 4, 15, 30, 0, 0, zone)

func day(d, hour, minute int) time.Time { return time.Date(2026, 3, d, hour, minute, 0, 0, zone) }

func find(t testing.TB, text string) []due.Expr {
	t.Helper()
	s, err := token.NewSplitter(token.Config{Spelling: map[string][]string{"tmrw": {"tomorrow"}}})
	if err != nil {
		t.Fatal(err)
	}
	var tt token.Text
	s.Split(text, &tt)
	return due.Find(tt.Tokens, nil)
}

func TestResolve(t *testing.T) {
	for text, want := range map[string]time.Time{
		"I'll call you in ten minutes":           ref.Add(10 * time.Minute),
		"in 2-3 hours":                           ref.Add(3 * time.Hour),
		"within 24 hours":                        ref.Add(24 * time.Hour),
		"within the next two hours":              ref.Add(2 * time.Hour),
		"in half an hour":                        ref.Add(30 * time.Minute),
		"in twenty five minutes":                 ref.Add(25 * time.Minute),
		"in a couple of days":                    ref.AddDate(0, 0, 2),
		"in a week":                              ref.AddDate(0, 0, 7),
		"by Friday":                              day(6, 18, 0),
		"on Friday morning":                      day(6, 12, 0),
		"by next Tuesday":                        day(10, 18, 0),
		"next Friday":                            day(13, 18, 0),
		"this week":                              day(6, 18, 0),
		"next week":                              day(13, 18, 0),
		"tomorrow":                               day(5, 18, 0),
		"tmrw":                                   day(5, 18, 0),
		"tomorrow at 3":                          day(5, 15, 0),
		"tomorrow at 9:15":                       day(5, 9, 15),
		"tomorrow before 6 pm":                   day(5, 18, 0),
		"by 5pm today":                           day(4, 17, 0),
		"today":                                  day(4, 18, 0),
		"by the end of the day":                  day(4, 18, 0),
		"close of business":                      day(4, 18, 0),
		"close of business tomorrow":             day(5, 18, 0),
		"by close of business on Friday":         day(6, 18, 0),
		"by the end of the day tomorrow":         day(5, 18, 0),
		"by the end of the day, as I said":       day(4, 18, 0),
		"the day after tomorrow":                 day(6, 18, 0),
		"on the day after tomorrow at noon":      day(6, 12, 0),
		"at noon the day after tomorrow":         day(6, 12, 0),
		"by the end of the week":                 day(6, 18, 0),
		"by the end of the month":                day(31, 18, 0),
		"within three working days":              day(9, 18, 0),
		"the next business day":                  day(5, 18, 0),
		"tonight":                                day(4, 22, 0),
		"this evening":                           day(4, 20, 0),
		"before noon":                            day(5, 12, 0), // noon of today is gone
		"at half past four":                      day(4, 16, 30),
		"by four o'clock":                        day(4, 16, 0),
		"at 3":                                   day(5, 15, 0), // 15:00 of today is gone
		"by 30 November":                         time.Date(2026, 11, 30, 18, 0, 0, 0, zone),
		"on May 3rd":                             time.Date(2026, 5, 3, 18, 0, 0, 0, zone),
		"on the 20th":                            day(20, 18, 0),
		"on the 2nd":                             time.Date(2026, 4, 2, 18, 0, 0, 0, zone),
		"by 24/12":                               time.Date(2026, 12, 24, 18, 0, 0, 0, zone),
		"by 1 February":                          time.Date(2027, 2, 1, 18, 0, 0, 0, zone),
		"on Thursday the courier comes by 10:30": day(5, 18, 0),
		"We will ring you on Thursday at ten thirty": day(5, 10, 30),
		"at quarter to five":                         day(4, 16, 45),
		"tomorrow at a quarter past nine":            day(5, 9, 15),
		"by five o'clock today":                      day(4, 17, 0),
		"by three o'clock today":                     day(4, 15, 0), // gone, and today it stays
		"at noon today":                              day(4, 12, 0),
		"by noon tomorrow":                           day(5, 12, 0),
		"at 3 on Friday":                             day(6, 15, 0),
		"by 10 am on Monday":                         day(9, 10, 0),
		"at seven tomorrow evening":                  day(5, 19, 0),
		"tomorrow evening at 7":                      day(5, 19, 0),
		"tomorrow morning":                           day(5, 12, 0),
		"tomorrow morning at 8":                      day(5, 8, 0),
		"first thing tomorrow":                       day(5, 10, 0),
		"first thing on Monday":                      day(9, 10, 0),
		"before lunch tomorrow":                      day(5, 13, 0),
		"end of day":                                 day(4, 18, 0),
		"by end of day":                              day(4, 18, 0),
		"by close of play":                           day(4, 18, 0),
		"by the end of the working day":              day(4, 18, 0),
		"before the end of his shift":                day(4, 18, 0),
		"next Monday":                                day(9, 18, 0),
		"by Wednesday":                               day(4, 18, 0), // said on one
		"within the hour":                            ref.Add(time.Hour),
		"in an hour or two":                          ref.Add(2 * time.Hour),
		"by the 5th":                                 day(5, 18, 0),
		"by the 3rd":                                 time.Date(2026, 4, 3, 18, 0, 0, 0, zone),
		"on the fifteenth":                           day(15, 18, 0),
		"by the twenty first of June":                time.Date(2026, 6, 21, 18, 0, 0, 0, zone),
		"on the first of next month":                 time.Date(2026, 4, 1, 18, 0, 0, 0, zone),
	} {
		e := find(t, text)
		if len(e) == 0 {
			t.Errorf("%q: nothing found", text)
			continue
		}
		if got, ok := e[0].Resolve(ref, due.Hours{}); !ok || !got.Equal(want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestVagueIsNotResolved(t *testing.T) {
	for _, text := range []string{"shortly", "as soon as possible", "soon", "right away"} {
		e := find(t, text)
		if len(e) != 1 || !e[0].Vague() {
			t.Errorf("%q: %+v", text, e)
			continue
		}
		if when, ok := e[0].Resolve(ref, due.Hours{}); ok {
			t.Errorf("%q resolves to %v", text, when)
		}
	}
}

func TestNoTime(t *testing.T) {
	for _, text := range []string{
		"I have three boxes", "it may be a second time", "the bill is 42.50", "in the box", "at 3 places", "by 5 percent", "one moment", "I may call", "over the phone", "call me on 0800 123 456", "on the third floor", "the first time", "by the second driver", "at the first attempt",
	} {
		if e := find(t, text); len(e) != 0 {
			t.Errorf("%q: found %+v", text, e)
		}
	}
}

// A change of the clocks does not shift a promise given in days.
func TestDaysKeepTheHour(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skipf("no zone data: %v", err)
	}
	from := time.Date(2026, 3, 28, 10, 0, 0, 0, berlin) // clocks change in the night
	e := find(t, "in two days")
	if got, _ := e[0].Resolve(from, due.Hours{}); !got.Equal(time.Date(2026, 3, 30, 10, 0, 0, 0, berlin)) {
		t.Errorf("got %v", got)
	}
	if got, _ := find(t, "within 48 hours")[0].Resolve(from, due.Hours{}); got.Sub(from) != 48*time.Hour {
		t.Errorf("48 hours are %v", got.Sub(from))
	}
}

// Nothing that is promised lies before the promise, whatever the day.
func TestNeverInThePast(t *testing.T) {
	texts := []string{"in ten minutes", "tomorrow", "by Friday", "next week", "on the 31st", "in a month", "within 2 working days", "by 29 February", "at 3", "by noon", "on Sunday at 10:30", "by the end of next week"}
	rapid.Check(t, func(r *rapid.T) {
		from := time.Unix(rapid.Int64Range(1.6e9, 2.2e9).Draw(r, "from"), 0).In(zone)
		from = time.Date(from.Year(), from.Month(), from.Day(), from.Hour()%16, from.Minute(), 0, 0, zone) // in working time
		text := rapid.SampledFrom(texts).Draw(r, "text")
		got, ok := find(t, text)[0].Resolve(from, due.Hours{})
		if !ok || got.Before(time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, zone)) || got.After(from.AddDate(1, 0, 2)) {
			r.Fatalf("%q from %v: %v", text, from, got)
		}
	})
}

func TestZeroReference(t *testing.T) {
	if _, ok := find(t, "tomorrow")[0].Resolve(time.Time{}, due.Hours{}); ok {
		t.Error("resolved against no time")
	}
}

// After the working day: today ends at midnight, a weekday is the next one.
func TestSaidLate(t *testing.T) {
	late := day(4, 19, 30) // Wednesday evening
	for text, want := range map[string]time.Time{
		"today":                 day(5, 0, 0),
		"by the end of the day": day(5, 0, 0),
		"tonight":               day(4, 22, 0),
		"by five o'clock today": day(4, 17, 0), // gone before it was said
		"by 5pm":                day(5, 17, 0),
		"by Wednesday":          day(11, 18, 0),
		"on Wednesday at 10":    day(11, 10, 0),
		"tomorrow":              day(5, 18, 0),
	} {
		if got, ok := find(t, text)[0].Resolve(late, due.Hours{}); !ok || !got.Equal(want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// The zone of the reference is the zone that is meant, also where its clocks change.
func TestZones(t *testing.T) {
	for _, c := range []struct{ zone, ref, text, want string }{
		{"America/New_York", "2026-03-07T16:00:00-05:00", "tomorrow at 3 pm", "2026-03-08T15:00:00-04:00"},
		{"Europe/Berlin", "2026-10-24T16:00:00+02:00", "tomorrow at 9", "2026-10-25T09:00:00+01:00"},
		{"Europe/Berlin", "2026-10-24T16:00:00+02:00", "within 24 hours", "2026-10-25T15:00:00+01:00"},
		{"Europe/Berlin", "2026-03-28T16:00:00+01:00", "by tomorrow 2:30 am", "2026-03-29T03:30:00+02:00"}, // an hour that is not
		{"Asia/Kolkata", "2026-03-04T23:30:00+05:30", "tomorrow morning", "2026-03-05T12:00:00+05:30"},
		{"Pacific/Auckland", "2026-03-04T08:00:00+13:00", "by 5 pm today", "2026-03-04T17:00:00+13:00"},
	} {
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Skipf("no zone data: %v", err)
		}
		ref, _ := time.Parse(time.RFC3339, c.ref)
		want, _ := time.Parse(time.RFC3339, c.want)
		if got, ok := find(t, c.text)[0].Resolve(ref.In(loc), due.Hours{}); !ok || !got.Equal(want) {
			t.Errorf("%s, %q: %v, want %v", c.zone, c.text, got, want.In(loc))
		}
	}
}

func TestReadWords(t *testing.T) {
	for _, bad := range []string{"a", "a = b c", "a b c = d e f", "= x"} {
		if _, err := due.ReadWords("# words\nheute = today\n" + bad); !errors.Is(err, due.ErrWords) || !strings.Contains(err.Error(), "line 3") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
