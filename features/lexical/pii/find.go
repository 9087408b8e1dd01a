package pii

import (
	"slices"
	"strings"
	"unicode"

	"github.com/attune-cx/attune/features/lexical/token"
)

// Entity is personal data found. Begin and End are code points of the text.
type Entity struct {
	Type       string
	Begin, End int
	Score      float64 // 0..1: 1 = a check digit holds and the words around agree
}

// The types, in Presidio's names where Presidio has one.
const (
	CreditCard   = "CREDIT_CARD"
	CVV          = "CVV"
	IBAN         = "IBAN_CODE"
	Email        = "EMAIL_ADDRESS"
	Phone        = "PHONE_NUMBER"
	SSN          = "US_SSN"
	NINO         = "UK_NINO"
	DateOfBirth  = "DATE_OF_BIRTH"
	IPAddress    = "IP_ADDRESS"
	URL          = "URL"
	AccountLike  = "ACCOUNT_NUMBER"
	Person       = "PERSON"
	Location     = "LOCATION" // a street address
	Postcode     = "POSTCODE"
	maxContext   = 40 // code points before a number in which words about it are looked for
	maxDigitsRun = 24 // digits of one number
)

// Find returns the personal data of text, in order and not overlapping: where
// two finds overlap the surer stays. Characters that take no room hide nothing.
// Time is linear in the text.
func Find(text string) []Entity {
	rs := []rune(text)
	found := scan(rs)
	if shown, places := visible(rs); places != nil {
		for _, e := range scan(shown) {
			e.Begin, e.End = places[e.Begin], places[e.End]
			found = append(found, e)
		}
	}
	return settle(found)
}

func scan(rs []rune) []Entity {
	f := finder{rs: rs}
	f.lower = make([]rune, len(f.rs))
	for i, r := range f.rs {
		f.lower[i] = unicode.ToLower(r)
	}
	f.addresses()
	f.codes()
	f.numbers()
	f.births()
	f.split()
	f.names()
	f.places()
	return f.found
}

// visible leaves out the runes that take no room. places holds where each rune that
// stays stands in rs, and the end; nil where all stay.
func visible(rs []rune) (shown []rune, places []int) {
	if !slices.ContainsFunc(rs, token.Invisible) {
		return rs, nil
	}
	for i, r := range rs {
		if !token.Invisible(r) {
			shown, places = append(shown, r), append(places, i)
		}
	}
	return shown, append(places, len(rs))
}

type finder struct {
	rs, lower []rune
	words     []word
	found     []Entity
}

func (f *finder) add(kind string, begin, end int, score float64) {
	f.found = append(f.found, Entity{kind, begin, end, score})
}

// settle keeps the surest of what overlaps, the longest where equally sure.
func settle(found []Entity) []Entity {
	slices.SortStableFunc(found, func(a, b Entity) int {
		if a.Begin != b.Begin {
			return a.Begin - b.Begin
		}
		return b.End - a.End
	})
	var out []Entity
	for _, e := range found {
		n := len(out)
		if n == 0 || e.Begin >= out[n-1].End {
			out = append(out, e)
			continue
		}
		if e.Score > out[n-1].Score || e.Score == out[n-1].Score && e.End-e.Begin > out[n-1].End-out[n-1].Begin {
			out[n-1] = e
		}
	}
	return out
}

// before returns the lower-case text that leads up to i.
func (f *finder) before(i int) string {
	return string(f.lower[max(0, i-maxContext):i])
}

func mentions(s string, words ...string) bool {
	for _, w := range words {
		for from := 0; ; {
			i := strings.Index(s[from:], w)
			if i < 0 {
				break
			}
			i += from
			if edge(s, i-1) && edge(s, i+len(w)) {
				return true
			}
			from = i + len(w)
		}
	}
	return false
}

func edge(s string, i int) bool {
	return i < 0 || i >= len(s) || !(s[i] >= 'a' && s[i] <= 'z' || s[i] >= '0' && s[i] <= '9')
}
