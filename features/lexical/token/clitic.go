package token

import "bytes"

// clitic splits an English contraction: "they're" into they and are. The tail is
// nil where there is nothing to split. Irregular ones stand in the pack's
// spelling table.
func clitic(b []byte) (head, tail []byte) {
	i := bytes.LastIndexByte(b, '\'')
	if i <= 0 {
		return nil, nil
	}
	switch string(b[i+1:]) {
	case "t":
		if b[i-1] == 'n' && i > 1 {
			return b[:i-1], []byte("not")
		}
	case "m":
		return b[:i], []byte("am")
	case "re":
		return b[:i], []byte("are")
	case "ve":
		return b[:i], []byte("have")
	case "ll":
		return b[:i], []byte("will")
	case "d":
		return b[:i], []byte("would")
	case "s":
		if isPronounLike(b[:i]) {
			return b[:i], []byte("is")
		}
		return b[:i], []byte("'s")
	}
	return nil, nil
}

// isPronounLike tells "it's" (it is) from "Anna's" (possessive).
func isPronounLike(b []byte) bool {
	switch string(b) {
	case "it", "he", "she", "that", "this", "there", "here", "what", "who", "where", "when", "how", "why", "everything", "nothing", "something", "everyone", "someone", "nobody":
		return true
	}
	return false
}

func (c *cutter) expandClitic(tok Token, head, tail []byte) {
	h, t := string(head), string(tail)
	c.t.buf = append(c.t.buf[:0], h...)
	first := tok
	c.finish(&first)
	c.add(first)
	second := tok
	second.Norm, second.Expanded, second.Kind = t, true, Word
	c.add(second)
}
