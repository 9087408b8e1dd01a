package text

import "unicode/utf8"

// FNV-1a, 32 bit (Fowler, Noll, Vo), with the finaliser of MurmurHash3, which mixes FNV's weak low bits.
const (
	fnvOffset = 0x811C9DC5
	fnvPrime  = 0x01000193
)

func fnv(h uint32, b []byte) uint32 {
	for _, c := range b {
		h = (h ^ uint32(c)) * fnvPrime
	}
	return h
}

func finalise(h uint32) uint32 {
	h = (h ^ h>>16) * 0x85EBCA6B
	h = (h ^ h>>13) * 0xC2B2AE35
	return h ^ h>>16
}

// hashWords fills s.rows with the rows of the words and of the pairs of neighbours.
func (s *Scratch) hashWords(mask uint32) {
	s.rows = s.rows[:0]
	for i, w := range s.words {
		h := fnv(fnvOffset, s.buf[w.begin:w.end])
		s.rows = append(s.rows, finalise(h)&mask)
		if i+1 < len(s.words) {
			next := s.words[i+1]
			h = (h ^ ' ') * fnvPrime
			s.rows = append(s.rows, finalise(fnv(h, s.buf[next.begin:next.end]))&mask)
		}
	}
}

// hashChars fills s.rows with the rows of all strings of 3 to 5 characters of each word with a
// space at either end, offset by base.
func (s *Scratch) hashChars(mask, base uint32) {
	s.rows = s.rows[:0]
	for _, w := range s.words {
		s.padded = append(append(append(s.padded[:0], ' '), s.buf[w.begin:w.end]...), ' ')
		for start := 0; start < len(s.padded); {
			_, first := utf8.DecodeRune(s.padded[start:])
			s.hashFrom(start, mask, base)
			start += first
		}
	}
}

// hashFrom adds the rows of the 3, 4 and 5 characters of s.padded that begin at start, where there are as many.
func (s *Scratch) hashFrom(start int, mask, base uint32) {
	h, end := uint32(fnvOffset), start
	for n := 1; n <= 5 && end < len(s.padded); n++ {
		size := 1
		if s.padded[end] >= utf8.RuneSelf {
			_, size = utf8.DecodeRune(s.padded[end:])
		}
		h = fnv(h, s.padded[end:end+size])
		end += size
		if n >= 3 {
			s.rows = append(s.rows, base+finalise(h)&mask)
		}
	}
}
