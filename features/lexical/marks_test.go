package lexical_test

import (
	"math"
	"slices"
	"testing"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// kinds lists the markers of a reading with the words that they stand on.
func kinds(text string, r *lexical.Reading) []string {
	var out []string
	for _, m := range r.Markers {
		out = append(out, m.Kind+":"+part(text, m.Begin, m.End))
	}
	return out
}

func TestMarkers(t *testing.T) {
	a := analyzer(t, lexical.Config{})
	for text, want := range map[string]string{
		"it is STILL NOT HERE":                "caps:STILL NOT HERE",
		"this is URGENT you know that":        "caps:URGENT",
		"the TV is here":                      "",
		"where is it?":                        "",
		"where is it???":                      "question_marks:???",
		"where is it?!":                       "question_marks:?!",
		"bring it now!!!":                     "exclamation:!!!",
		"pleeeease bring it":                  "stretched:pleeeease",
		"for the third time":                  "repeated_contact:third time",
		"nobody came":                         "negation:nobody",
		"we need it as soon as possible":      "urgency:as soon as possible",
		"then cancel it and send money back":  "leaving:cancel",
		"maybe on a nice day":                 "hedge:maybe",
		"No. It. Is. Not. Here.":              "burst:No. It. Is. Not. Here.",
		"they have been waiting for hours":    "waiting:for hours",
		"it is completely ruined":             "intensifier:completely",
		"the parcel was on, um, I mean, here": "disfluency:I mean",
	} {
		r := read(t, a, lexical.Message{Role: attune.RoleCustomer, Text: text, Language: "en"})
		got := kinds(text, r)
		if want == "" && slices.ContainsFunc(got, func(s string) bool { return s[:4] == "caps" || s[:4] == "ques" }) || want != "" && !slices.Contains(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Saying again what one said before is a sign; saying what the other said is none.
func TestRepetition(t *testing.T) {
	a := analyzer(t, lexical.Config{})
	m := lexical.Message{Role: attune.RoleCustomer, Language: "en", Text: "the router in the kitchen has a red light",
		Context: []string{"a red light is on the kitchen router", "please restart it"}}
	has := func() bool {
		r := read(t, a, m)
		return slices.ContainsFunc(r.Markers, func(k lexical.Marker) bool { return k.Kind == "repetition" })
	}
	if !has() {
		t.Error("own words are not noticed")
	}
	m.ContextRoles = []attune.Role{attune.RoleAgent, attune.RoleAgent}
	if has() {
		t.Error("the other's words count as own")
	}
}

// More signs of stress never lower it, and no heap of them decides alone.
func TestMarkersAreBounded(t *testing.T) {
	a := analyzer(t, lexical.Config{})
	calm := read(t, a, lexical.Message{Role: attune.RoleCustomer, Language: "en", Text: "the parcel is late"})
	heap := read(t, a, lexical.Message{Role: attune.RoleCustomer, Language: "en",
		Text: "THE PARCEL IS LATE!!! AGAIN!!! STILL NOT HERE!!! CANCEL IT NOW!!! THIRD TIME!!! URGENT!!!"})
	if heap.Stress.Value <= calm.Stress.Value {
		t.Errorf("%g is not above %g", heap.Stress.Value, calm.Stress.Value)
	}
	sum := 0.0
	for _, m := range heap.Markers {
		sum += m.Weight
	}
	if math.Abs(sum) > 1.5+1e-9 {
		t.Errorf("markers move %g", sum)
	}
}

func TestRedact(t *testing.T) {
	text := "übrigens, mail a@b.example or call +44 20 7946 0958"
	r := read(t, analyzer(t, lexical.Config{}), lexical.Message{Text: text, Language: "en"})
	if got := lexical.Redact(text, r.Entities); got != "übrigens, mail <EMAIL_ADDRESS> or call <PHONE_NUMBER>" {
		t.Error(got)
	}
	odd := []lexical.Entity{{Type: "B", Begin: 3, End: 99}, {Type: "A", Begin: 0, End: 4}, {Type: "C", Begin: -5, End: 0}}
	if got := lexical.Redact("äbcdef", odd); got != "<A><B>" {
		t.Error(got)
	}
}
