package pii

import "strings"

// streets end an English street's name. The second set are everyday words as well:
// they count only where the street is written with capitals.
var (
	streets = set("street", "st", "road", "rd", "avenue", "ave", "lane", "ln", "boulevard", "blvd", "crescent", "terrace", "gardens", "mews", "highway", "hwy")
	maybe   = set("drive", "dr", "court", "ct", "close", "way", "place", "pl", "square", "sq", "grove", "row", "hill", "park", "parade", "walk", "green", "rise", "view", "circle", "quay", "wharf")
	german  = []string{"straße", "strasse", "str", "weg", "platz", "allee", "gasse", "damm", "ufer"}
)

// flats stand before the number of a part of a house.
var flats = set("flat", "apartment", "apt", "unit", "suite")

// noStreet are words between a number and a street's ending that make it none.
var noStreet = set("minutes", "minute", "hours", "hour", "days", "day", "weeks", "week", "months", "years", "times", "people", "percent", "of", "the", "in", "on", "at",
	"a", "an", "and", "or", "to", "from", "is", "was", "miles", "mile", "km", "metres", "pounds", "euros", "dollars", "more", "cars", "houses", "down", "up", "my", "your", "per")

// states are the postal abbreviations behind which five digits are a ZIP code.
var states = set("al", "ak", "az", "ar", "ca", "co", "ct", "de", "fl", "ga", "hi", "id", "il", "in", "ia", "ks", "ky", "la", "me", "md", "ma", "mi", "mn", "ms", "mo", "mt", "ne",
	"nv", "nh", "nj", "nm", "ny", "nc", "nd", "oh", "ok", "or", "pa", "ri", "sc", "sd", "tn", "tx", "ut", "vt", "va", "wa", "wv", "wi", "wy", "dc")

var postWords = []string{"postcode", "post code", "postal code", "zip", "zip code", "zipcode", "plz", "postleitzahl", "address"}

// places finds street addresses and postcodes.
func (f *finder) places() {
	for k := range f.words {
		switch {
		case f.number(k):
			f.street(k)
			f.fiveDigits(k)
		case f.low(k) == "po" && f.low(k+1) == "box" && f.number(k+2):
			f.address(k, k+3, .9)
		}
		f.germanStreet(k)
		f.ukPostcode(k)
	}
}

// street takes "12b Mill Lane", with the flat before it and the town behind.
func (f *finder) street(k int) {
	for to := k + 1; to <= k+4 && to < len(f.words); to++ {
		w := &f.words[to]
		if !w.spaced || noStreet[w.low] {
			return
		}
		sure := streets[w.low]
		if to > k+1 && (sure || maybe[w.low] && w.title && f.words[to-1].title) {
			f.address(f.flat(k), f.town(to+1), .85)
			return
		}
	}
}

// flat walks back over "Flat 3," before a house number.
func (f *finder) flat(k int) int {
	if flats[f.low(k-2)] && f.words[k].near {
		return k - 2
	}
	return k
}

// town walks on over a flat, up to three words with capitals behind commas, and the
// postcode, which is found by itself.
func (f *finder) town(k int) int {
	if flats[f.low(k)] && f.words[k].near && k+1 < len(f.words) && f.words[k+1].spaced {
		k += 2
	}
	for to := k; to < k+3 && to < len(f.words); to++ {
		w := &f.words[to]
		if !w.near || !w.title || noName[w.low] || to == k && w.spaced || f.begins(to) {
			return to
		}
	}
	return min(k+3, len(f.words))
}

// begins reports that a full stop parts word k from the one before: a new sentence.
func (f *finder) begins(k int) bool {
	return strings.ContainsAny(string(f.rs[f.words[k-1].end:f.words[k].begin]), ".\n") && f.low(k-1) != "st" && f.low(k-1) != "rd" && f.low(k-1) != "ave"
}

// germanStreet takes "Lindenstraße 12", "Am Alten Weg 4b".
func (f *finder) germanStreet(k int) {
	w := f.low(k)
	if !f.number(k+1) || k+1 >= len(f.words) || !f.words[k].capital {
		return
	}
	if gap := string(f.rs[f.words[k].end:f.words[k+1].begin]); gap != " " && gap != ". " {
		return
	}
	for _, end := range german {
		if strings.HasSuffix(w, end) && len(w) >= len(end)+3 {
			to := k + 2
			if f.plz(to) {
				to++
				if to < len(f.words) && f.words[to].title && f.words[to].spaced {
					to++
				}
			}
			f.address(k, to, .85)
			return
		}
	}
}

func (f *finder) plz(k int) bool {
	return k < len(f.words) && f.words[k].near && len(f.low(k)) == 5 && f.number(k)
}

// ukPostcode takes "SW1A 1AA" and "SW1A1AA"; in small letters only where the words
// say what it is.
func (f *finder) ukPostcode(k int) {
	w := &f.words[k]
	code, end := w.low, w.end
	if len(code) <= 4 && k+1 < len(f.words) && f.words[k+1].spaced {
		code, end = code+f.words[k+1].low, f.words[k+1].end
	}
	if !ukCode(code) {
		return
	}
	said := mentions(f.before(w.begin), postWords...)
	if said || f.upper(w.begin, end) {
		score := .6
		if said {
			score = .95
		}
		f.add(Postcode, w.begin, end, score)
	}
}

// ukCode checks the shape of BS 7666: A9 9AA, A99 9AA, AA9 9AA, AA99 9AA, A9A 9AA, AA9A 9AA.
func ukCode(s string) bool {
	n := len(s)
	if n < 5 || n > 7 {
		return false
	}
	shape := make([]byte, n)
	for i := range n {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z':
			shape[i] = 'A'
		case c >= '0' && c <= '9':
			shape[i] = '9'
		default:
			return false
		}
	}
	switch string(shape) {
	case "A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA":
		return !strings.ContainsAny(s[n-2:], "cikmov")
	}
	return false
}

func (f *finder) upper(begin, end int) bool {
	for i := begin; i < end; i++ {
		if f.rs[i] >= 'a' && f.rs[i] <= 'z' {
			return false
		}
	}
	return true
}

// fiveDigits takes a ZIP code or a German Postleitzahl where a state stands before
// it or the words say so.
func (f *finder) fiveDigits(k int) {
	w := &f.words[k]
	if len(w.low) != 5 || w.low[4] < '0' || w.low[4] > '9' {
		return
	}
	state := k > 0 && states[f.low(k-1)] && f.upper(f.words[k-1].begin, f.words[k-1].end) && w.spaced
	if !state && !mentions(f.before(w.begin), postWords[:len(postWords)-1]...) {
		return
	}
	end := w.end
	if k+1 < len(f.words) && len(f.low(k+1)) == 4 && f.number(k+1) && string(f.rs[w.end:f.words[k+1].begin]) == "-" {
		end = f.words[k+1].end
	}
	f.add(Postcode, w.begin, end, .9)
}

func (f *finder) address(from, to int, score float64) {
	f.add(Location, f.words[from].begin, f.words[to-1].end, score)
}
