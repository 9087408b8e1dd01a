package pii

import "strings"

// classify says what a row of digits is, by its length, its checks and the words
// that lead up to it.
func (f *finder) classify(r *run) {
	lead := f.before(r.begin)
	switch {
	case ipv4(r.text):
		f.add(IPAddress, r.begin, r.end, .8)
	case f.card(r, lead), f.birth(r, lead), f.ssn(r, lead), f.cvv(r, lead), f.phone(r, lead), f.account(r, lead):
	}
}

// luhn checks ISO/IEC 7812 digits.
func luhn(d []byte) bool {
	sum := 0
	for k := range d {
		v := int(d[len(d)-1-k] - '0')
		if k%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// card finds a payment card in the run, also when other digits (an expiry, a
// security code) were said right before or after it.
func (f *finder) card(r *run, lead string) bool {
	if r.plus || r.spoken && len(r.digits) < 13 {
		return false
	}
	for _, n := range []int{16, 15, 19, 18, 17, 14, 13} {
		for from := 0; from+n <= len(r.digits); from++ {
			d := r.digits[from : from+n]
			if !issuer(d) || !luhn(d) || !r.boundary(from) || !r.boundary(from+n) {
				continue
			}
			score := .9
			if mentions(lead, "card", "visa", "mastercard", "amex", "credit", "debit", "pan") {
				score = 1
			}
			f.add(CreditCard, r.begins[from], r.ends[from+n-1], score)
			f.trailing(r, from+n)
			return true
		}
	}
	if mentions(lead, "card number", "credit card", "debit card", "card is") && len(r.digits) >= 12 && len(r.digits) <= 19 {
		f.add(CreditCard, r.begin, r.end, .6) // misheard or mistyped: the check fails, the words say what it is
		return true
	}
	return false
}

// boundary reports that digit k begins a group of its own.
func (r *run) boundary(k int) bool {
	return k == 0 || k == len(r.digits) || r.spoken || r.begins[k] > r.ends[k-1]
}

// issuer checks the leading digits against the ranges of ISO/IEC 7812 issuers
// that make payment cards, and the lengths that they use.
func issuer(d []byte) bool {
	n := len(d)
	two := int(d[0]-'0')*10 + int(d[1]-'0')
	four := two*100 + int(d[2]-'0')*10 + int(d[3]-'0')
	switch {
	case d[0] == '4':
		return n == 13 || n == 16 || n == 19
	case two >= 51 && two <= 55, four >= 2221 && four <= 2720:
		return n == 16
	case two == 34 || two == 37:
		return n == 15
	case two == 36 || two == 38 || two == 39 || four >= 3000 && four <= 3059:
		return n == 14 || n == 16 || n == 19
	case two == 60 || two == 62 || two == 64 || two == 65 || two == 35 || two == 50 || two >= 56 && two <= 69:
		return n >= 13 && n <= 19
	}
	return false
}

// trailing takes the three or four digits behind a card for its security code.
func (f *finder) trailing(r *run, from int) {
	rest := len(r.digits) - from
	if rest == 3 || rest == 4 {
		f.add(CVV, r.begins[from], r.ends[len(r.digits)-1], .5)
	}
}

func (f *finder) cvv(r *run, lead string) bool {
	n := len(r.digits)
	if n != 3 && n != 4 || r.slashes+r.dots > 0 {
		return false
	}
	if !mentions(lead, "cvv", "cvc", "cvv2", "security code", "three digits", "on the back", "card code", "verification code", "security number") {
		return false
	}
	f.add(CVV, r.begin, r.end, .9)
	return true
}

// ssn finds 123-45-6789; numbers never issued (area 000, 666, 9xx, group 00,
// serial 0000) are none. Without hyphens the words must say so.
func (f *finder) ssn(r *run, lead string) bool {
	d := r.digits
	if len(d) != 9 || r.plus {
		return false
	}
	said := mentions(lead, "social security", "ssn", "social", "social is")
	grouped := r.begins[3] > r.ends[2] && r.begins[5] > r.ends[4] && r.dashes >= 2
	area, group, serial := string(d[:3]), string(d[3:5]), string(d[5:])
	if area == "000" || area == "666" || d[0] == '9' || group == "00" || serial == "0000" || !said && !grouped {
		return false
	}
	score := .7
	if said {
		score = 1
	}
	f.add(SSN, r.begin, r.end, score)
	return true
}

// phone takes 7 to 15 digits (E.164): with a plus, in groups as numbers are
// written, or where the words speak of a telephone.
func (f *finder) phone(r *run, lead string) bool {
	n := len(r.digits)
	if n < 7 || n > 15 || r.slashes > 0 {
		return false
	}
	said := mentions(lead, "phone", "call", "mobile", "cell", "number is", "reach me", "ring me", "telephone", "tel", "text me", "contact number", "landline", "whatsapp")
	other := mentions(lead, "order", "account", "reference", "ref", "ticket", "case", "tracking", "invoice", "booking", "policy", "customer number", "meter", "confirmation")
	groups := 1
	for k := 1; k < n; k++ {
		if r.begins[k] > r.ends[k-1] {
			groups++
		}
	}
	switch {
	case r.plus && n >= 8:
		f.add(Phone, r.begin, r.end, .9)
	case said && !other:
		f.add(Phone, r.begin, r.end, .8)
	case !other && n >= 10 && n <= 11 && (r.digits[0] == '0' || groups >= 3 || strings.HasPrefix(r.text, "(") || r.spoken):
		f.add(Phone, r.begin, r.end, .6)
	default:
		return false
	}
	return true
}

// account takes long numbers that the words call an account, and bank details.
func (f *finder) account(r *run, lead string) bool {
	if len(r.digits) < 6 || !mentions(lead, "account", "sort code", "account number", "routing number", "policy number", "member number", "passport", "licence", "license") {
		return false
	}
	f.add(AccountLike, r.begin, r.end, .6)
	return true
}
