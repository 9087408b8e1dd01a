package rules

import (
	"sort"
	"strings"

	"github.com/attune-cx/attune/features/lexical/token"
)

// set is the words that one element takes: bits over the vocabulary.
type set struct {
	one  int32 // the only word, or 0
	bits []uint64
}

func (s *set) has(id int32) bool {
	if s.one != 0 {
		return id == s.one
	}
	w := int(id >> 6)
	return id != 0 && w < len(s.bits) && s.bits[w]&(1<<(id&63)) != 0
}

// set numbers the set of the words given, their endings opened.
func (c *compiler) set(items []string) (int32, error) {
	seen := map[string]bool{}
	for _, item := range items {
		forms, err := c.forms(item)
		if err != nil {
			return 0, err
		}
		for _, f := range forms {
			seen[f] = true
		}
	}
	words := make([]string, 0, len(seen))
	for w := range seen {
		words = append(words, w)
	}
	sort.Strings(words)
	key := strings.Join(words, " ")
	if id, ok := c.known[key]; ok {
		return id, nil
	}
	var s set
	for _, w := range words {
		id := c.vocab.Add(w)
		for int(id>>6) >= len(s.bits) {
			s.bits = append(s.bits, 0)
		}
		s.bits[id>>6] |= 1 << (id & 63)
		s.one = id
	}
	if len(words) > 1 {
		s.one = 0
	}
	c.sets = append(c.sets, s)
	c.known[key] = int32(len(c.sets) - 1)
	return c.known[key], nil
}

// forms are the words that one plain item stands for.
func (c *compiler) forms(item string) ([]string, error) {
	word, inflect := strings.CutPrefix(item, "~")
	word = token.Fold(word)
	if word == "" || strings.ContainsAny(word, "(){}@ ") {
		return nil, c.fail("%q is no word", item)
	}
	if prefix, ok := strings.CutSuffix(word, "*"); ok {
		return c.prefixed(prefix)
	}
	if inflect {
		return inflections(word), nil
	}
	return []string{word}, nil
}

// prefixed lists the vocabulary's words that begin so.
func (c *compiler) prefixed(prefix string) ([]string, error) {
	if len(prefix) < 3 {
		return nil, c.fail("%q* is too short: three letters at least", prefix)
	}
	out := []string{prefix}
	for _, w := range c.vocab.Words() {
		if strings.HasPrefix(w, prefix) {
			out = append(out, w)
		}
	}
	return out, nil
}

// inflections are the regular English endings of a verb or noun. A pack of
// another language lists its forms instead.
func inflections(w string) []string {
	n := len(w)
	out := []string{w}
	add := func(stem string, ends ...string) {
		for _, e := range ends {
			out = append(out, stem+e)
		}
	}
	switch {
	case n > 2 && w[n-1] == 'e':
		add(w[:n-1], "es", "ed", "ing")
	case n > 2 && w[n-1] == 'y' && !vowel(w[n-2]):
		add(w[:n-1], "ies", "ied")
		add(w, "ing")
	case n > 2 && sibilant(w):
		add(w, "es", "ed", "ing")
	default:
		add(w, "s", "ed", "ing")
		if n >= 3 && n <= 6 && !vowel(w[n-1]) && vowel(w[n-2]) && !vowel(w[n-3]) && w[n-1] != 'w' && w[n-1] != 'x' && w[n-1] != 'y' {
			add(w+w[n-1:], "ed", "ing")
		}
	}
	return out
}

func vowel(b byte) bool { return strings.IndexByte("aeiou", b) >= 0 }

func sibilant(w string) bool {
	for _, e := range []string{"s", "x", "z", "ch", "sh"} {
		if strings.HasSuffix(w, e) {
			return true
		}
	}
	return false
}
