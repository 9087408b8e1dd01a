package packs_test

import (
	"testing"
	"time"

	"github.com/attune-cx/attune/features/lexical/due"
	"github.com/attune-cx/attune/features/lexical/packs"
	"github.com/attune-cx/attune/features/lexical/token"
)

// German times are put into English word by word and read by the same grammar.
func TestGermanTimes(t *testing.T) {
	all, err := packs.Builtin(0)
	if err != nil {
		t.Fatal(err)
	}
	ref := time.Date(2026, 3, 4, 15, 30, 0, 0, time.UTC) // a Wednesday
	at := func(month time.Month, d, h, m int) time.Time {
		return time.Date(2026, month, d, h, m, 0, 0, time.UTC)
	}
	for text, want := range map[string]time.Time{
		"Ich rufe Sie in zehn Minuten zurück": ref.Add(10 * time.Minute),
		"in einer Stunde":                     ref.Add(time.Hour),
		"in einer halben Stunde":              ref.Add(30 * time.Minute),
		"innerhalb von 24 Stunden":            ref.Add(24 * time.Hour),
		"innerhalb von drei Werktagen":        at(3, 9, 18, 0),
		"in zwei Tagen":                       ref.AddDate(0, 0, 2),
		"heute noch":                          at(3, 4, 18, 0),
		"heute Abend":                         at(3, 4, 20, 0),
		"morgen":                              at(3, 5, 18, 0),
		"morgen früh":                         at(3, 5, 12, 0),
		"morgen um 10 Uhr":                    at(3, 5, 10, 0),
		"übermorgen":                          at(3, 6, 18, 0),
		"bis Freitag":                         at(3, 6, 18, 0),
		"am Freitag um 14 Uhr":                at(3, 6, 14, 0),
		"bis heute um 17 Uhr":                 at(3, 4, 17, 0),
		"nächsten Montag":                     at(3, 9, 18, 0),
		"nächste Woche":                       at(3, 13, 18, 0),
		"bis Ende der Woche":                  at(3, 6, 18, 0),
		"bis Ende des Tages":                  at(3, 4, 18, 0),
		"Wir überweisen das Geld bis zum 20 März zurück": at(3, 20, 18, 0),
	} {
		var tt token.Text
		all["de"].Splitter.Split(text, &tt)
		es := all["de"].FindTimes(tt.Tokens, nil)
		if len(es) == 0 {
			t.Errorf("%q: nothing found", text)
			continue
		}
		if got, ok := es[0].Resolve(ref, due.Hours{}); !ok || !got.Equal(want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	for _, text := range []string{"Guten Morgen, Frau Weber", "in dem Paket", "sofort"} {
		var tt token.Text
		all["de"].Splitter.Split(text, &tt)
		for _, e := range all["de"].FindTimes(tt.Tokens, nil) {
			if when, ok := e.Resolve(ref, due.Hours{}); ok {
				t.Errorf("%q is taken for %v", text, when)
			}
		}
	}
}
