package lexical_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/google/go-cmp/cmp"
)

// Each promise of a sentence is an act of its own, with who, what and by when.
func TestPromisesOfOneSentence(t *testing.T) {
	a, err := lexical.New(lexical.Config{Explain: -1})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC) // a Wednesday
	for _, c := range []struct {
		text string
		want []string
	}{
		{"I will refund the 40 euros today and I will call you back tomorrow.", []string{
			"COMPANY refund 04 18:00: I will refund the 40 euros today", "COMPANY call_back 05 18:00: I will call you back tomorrow."}},
		{"I'll refund it and call you back by Friday.", []string{
			"COMPANY refund 06 18:00: I'll refund it", "COMPANY call_back 06 18:00: call you back by Friday."}},
		{"By Friday I'll refund it and call you back.", []string{
			"COMPANY refund 06 18:00: By Friday I'll refund it", "COMPANY call_back 06 18:00: call you back."}},
		{"I'll cancel the order, refund the money and send you an email.", []string{
			"COMPANY cancel -: I'll cancel the order", "COMPANY refund -: refund the money", "COMPANY send -: send you an email."}},
		{"We will send a technician on Monday, and I'll ring you tonight.", []string{
			"COMPANY send_someone 09 18:00: We will send a technician on Monday", "COMPANY call_back 04 22:00: I'll ring you tonight."}},
		{"I'll look into it and let you know within 24 hours.", []string{
			"COMPANY investigate 05 10:00: I'll look into it", "COMPANY contact 05 10:00: let you know within 24 hours."}},
		{"I'll call you back by five o'clock today.", []string{"COMPANY call_back 04 17:00: I'll call you back by five o'clock today."}},
		{"I'll send you the terms and conditions.", []string{"COMPANY send -: I'll send you the terms and conditions."}},
	} {
		var r lexical.Reading
		if err := a.Read(&lexical.Message{Role: attune.RoleAgent, Text: c.text, At: at, Final: true}, &r); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, told(c.text, &r)); diff != "" {
			t.Errorf("%s\n%s", c.text, diff)
		}
	}
}

// told writes the promises of a reading.
func told(text string, r *lexical.Reading) (out []string) {
	for _, act := range r.Acts {
		if act.Kind != lexical.ActCommitment {
			continue
		}
		when := "-"
		if !act.Due.IsZero() {
			when = act.Due.Format("02 15:04")
		}
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s: %s", act.By, act.What, when, string([]rune(text)[act.Begin:act.End]))))
	}
	return out
}
