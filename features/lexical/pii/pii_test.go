package pii_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/attune-cx/attune/features/lexical/pii"
)

// Test numbers are the published ones: card schemes' test cards, the IBAN
// registry's examples, HMRC's QQ-style and made-up personal numbers.
func TestFind(t *testing.T) {
	for _, c := range []struct{ text, kind, found string }{
		{"my card is 4111 1111 1111 1111 thanks", pii.CreditCard, "4111 1111 1111 1111"},
		{"5555-5555-5555-4444", pii.CreditCard, "5555-5555-5555-4444"},
		{"amex 378282246310005.", pii.CreditCard, "378282246310005"},
		{"card number four one one one, one one one one, one one one one, one one one one", pii.CreditCard, "four one one one, one one one one, one one one one, one one one one"},
		{"it's four triple one double one double one one one one one one one one one", pii.CreditCard, "four triple one double one double one one one one one one one one one"},
		{"my card number is 4111 1111 1111 1112", pii.CreditCard, "4111 1111 1111 1112"}, // mistyped, the words tell
		{"card 4111\u200b1111\u200b1111\u200b1111 ok", pii.CreditCard, "4111\u200b1111\u200b1111\u200b1111"},
		{"nr\u200b4111111111111111", pii.CreditCard, "4111111111111111"}, // as a space
		{"my n\u200bame is Jose\u0301 Ruiz", pii.Person, "Jose\u0301 Ruiz"},
		{"the CVV is 123", pii.CVV, "123"},
		{"three digits on the back: 987", pii.CVV, "987"},
		{"security code nine eight seven", pii.CVV, "nine eight seven"},
		{"pay to GB82 WEST 1234 5698 7654 32 please", pii.IBAN, "GB82 WEST 1234 5698 7654 32"},
		{"DE89370400440532013000", pii.IBAN, "DE89370400440532013000"},
		{"write to anna.b+x@mail.example.org.", pii.Email, "anna.b+x@mail.example.org"},
		{"call me on +44 20 7946 0958", pii.Phone, "+44 20 7946 0958"},
		{"my number is (555) 010-9999", pii.Phone, "(555) 010-9999"},
		{"ring me on oh seven seven double oh nine double oh one two three", pii.Phone, "oh seven seven double oh nine double oh one two three"},
		{"mobile 07700 900123", pii.Phone, "07700 900123"},
		{"my social security number is 219-09-9999", pii.SSN, "219-09-9999"},
		{"social is 219099999", pii.SSN, "219099999"},
		{"National Insurance number AB 12 34 56 C", pii.NINO, "AB 12 34 56 C"},
		{"date of birth 09/06/1951", pii.DateOfBirth, "09/06/1951"},
		{"I was born on 9 June 1951.", pii.DateOfBirth, "9 June 1951"},
		{"dob: June 9th, 1951", pii.DateOfBirth, "June 9th, 1951"},
		{"my date of birth is the ninth of June 1951", pii.DateOfBirth, "ninth of June 1951"},
		{"from 192.168.1.20 it works", pii.IPAddress, "192.168.1.20"},
		{"see https://example.org/a?b=1.", pii.URL, "https://example.org/a?b=1"},
		{"account number 12345678", pii.AccountLike, "12345678"},
		{"Hello, my name is Anna Kowalska and I have a question.", pii.Person, "Anna Kowalska"},
		{"my name is anna kowalska and i have a question", pii.Person, "anna kowalska"},
		{"The name's O'Neill.", pii.Person, "O'Neill"},
		{"My surname is van der Berg", pii.Person, "van der Berg"},
		{"Hi, this is Tom Smith-Jones.", pii.Person, "Tom Smith-Jones"},
		{"I'm Joe Park calling about my bill", pii.Person, "Joe Park"},
		{"I am Ana from the second floor", pii.Person, "Ana"},
		{"Good afternoon, Dana speaking.", pii.Person, "Dana"},
		{"Thank you, Mrs Lang.", pii.Person, "Lang"},
		{"Mein Name ist Jürgen Müller.", pii.Person, "Jürgen Müller"},
		{"Guten Tag, Frau Weber", pii.Person, "Weber"},
		{"I live at 31 Sycamore Road, flat B.", pii.Location, "31 Sycamore Road, flat B"},
		{"send it to 12 Mill Lane, Leeds please", pii.Location, "12 Mill Lane, Leeds"},
		{"it's 4 rose street", pii.Location, "4 rose street"},
		{"my address is 1600 Pennsylvania Avenue NW, Washington", pii.Location, "1600 Pennsylvania Avenue"},
		{"Flat 3, 9 Queens Court", pii.Location, "Flat 3, 9 Queens Court"},
		{"Ich wohne in der Lindenstraße 12, 10115 Berlin.", pii.Location, "Lindenstraße 12, 10115 Berlin"},
		{"PO Box 443", pii.Location, "PO Box 443"},
		{"the postcode is SW1A 1AA", pii.Postcode, "SW1A 1AA"},
		{"my postcode is ls6 2qt", pii.Postcode, "ls6 2qt"},
		{"M1 1AE, second door", pii.Postcode, "M1 1AE"},
		{"Springfield, IL 62704", pii.Postcode, "62704"},
		{"zip code 62704-1234", pii.Postcode, "62704-1234"},
		{"Meine Postleitzahl ist 10115.", pii.Postcode, "10115"},
	} {
		if got := only(c.text, c.kind); got != c.found {
			t.Errorf("%q: %s %q, want %q (all: %s)", c.text, c.kind, got, c.found, all(c.text))
		}
	}
}

func TestFindsNothing(t *testing.T) {
	for _, text := range []string{
		"order 4111111111111112 has 3 items", "I paid 1234.50 euros on 12/05/2026", "it took 45 minutes, twice", "reference 55 09 12 33 1",
		"one of the two boxes", "at 10:30 on the 14th", "a@b", "@name said hi", "12 + 34 = 46", "call me back please", "GB82 WEST 1234 5698 7654 33 is wrong",
		"room 314", "meter reading 48210", "000-12-3456", "666-12-3456", "version 1.2.3", "oh one of those", "zero",
		"This is ridiculous.", "This is the third time.", "My name is spelled wrong on the letter", "my name is not on the list", "Hello there, I have a question", "Hi, can you help me?",
		"This is Monday's bill", "I'm calling about my bill", "I am happy with it", "are you still speaking?", "Dear customer, please wait", "I need to speak to a manager",
		"it takes 10 minutes down the road", "I waited 2 hours on the street", "there are 3 ways to close it", "a 24 hour drive", "the 2nd place", "12 parcels in the square",
		"error E12 4XY5", "model B12", "it costs 10115", "Weg 3 nehmen", "reading 62704", "please call me back, thank you", "the 5 star hotel way out",
	} {
		if got := all(text); got != "" {
			t.Errorf("%q: found %s", text, got)
		}
	}
}

func only(text, kind string) string {
	for _, e := range pii.Find(text) {
		if e.Type == kind {
			return string([]rune(text)[e.Begin:e.End])
		}
	}
	return ""
}

func all(text string) string {
	var b strings.Builder
	for _, e := range pii.Find(text) {
		fmt.Fprintf(&b, "%s %q; ", e.Type, string([]rune(text)[e.Begin:e.End]))
	}
	return b.String()
}

// luhnDigit is the digit that completes d.
func luhnDigit(d string) byte {
	sum := 0
	for k := range len(d) {
		v := int(d[len(d)-1-k] - '0')
		if k%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return byte('0' + (10-sum%10)%10)
}

var spoken = []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}

// Every valid card is found however it is written or said, wherever it stands.
func TestEveryCardIsFound(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := "4" + rapid.StringMatching(`[0-9]{14}`).Draw(r, "digits")
		d += string(luhnDigit(d))
		var b strings.Builder
		style := rapid.IntRange(0, 3).Draw(r, "style")
		for k := range len(d) {
			switch {
			case style == 3:
				b.WriteString(spoken[d[k]-'0'] + " ")
				continue
			case k > 0 && k%4 == 0 && style == 1:
				b.WriteByte(' ')
			case k > 0 && k%4 == 0 && style == 2:
				b.WriteByte('-')
			}
			b.WriteByte(d[k])
		}
		text := rapid.SampledFrom([]string{"", "übrigens 🙂 ", "my card is "}).Draw(r, "lead") + strings.TrimSpace(b.String()) + rapid.SampledFrom([]string{"", ".", " ok?"}).Draw(r, "tail")
		if only(text, pii.CreditCard) == "" {
			r.Fatalf("%q: found %s", text, all(text))
		}
	})
}

// Finds lie in the text, in order, apart from each other.
func FuzzFind(f *testing.F) {
	for _, s := range []string{"4111 1111 1111 1111 123", "a@b.c", "double oh seven", "GB82WEST12345698765432", "+++1 (2) 3", "\xff4111", "１２３４５６７８", "http://", "born 1 2 3 4 5 6 7 8 9", "one one one one one one one one one one one one one one one one one one one one one one one one one one one"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, at := len([]rune(text)), 0
		for _, e := range pii.Find(text) {
			if e.Begin < at || e.End <= e.Begin || e.End > n || e.Score <= 0 || e.Score > 1 || e.Type == "" {
				t.Fatalf("%q: %+v behind %d of %d", text, e, at, n)
			}
			at = e.End
		}
	})
}
