package text

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// linear is one logistic regression per head over two tables of hashed n-grams.
//
// A row holds the int8 weights of all heads for one n-gram, kept here with 128
// added and padded to whole 64-bit words, so that eight heads are summed by two
// additions (in 16-bit lanes, emptied before they can overflow).
type linear struct {
	heads    int
	words    int // 64-bit words of a row
	wordMask uint32
	charMask uint32
	rows     []uint64
	scale    []float32
	bias     []float32
}

// numLinear is the number of the linear model's heads: all but the Ekman groups,
// which follow from the emotions.
const numLinear = numHeads - NumEkman

// maxHeads bounds the heads so that sums live in arrays on the stack.
const maxHeads = 64

func newLinear(t *tensors) (*linear, error) {
	if err := t.check("heads", strings.Join(append(headNames()[:headEkman:headEkman], headNames()[headStressor:]...), " ")); err != nil {
		return nil, err
	}
	l := &linear{heads: numLinear, words: (numLinear + 7) / 8}
	wordBits, errW := strconv.Atoi(t.meta["word_bits"])
	charBits, errC := strconv.Atoi(t.meta["char_bits"])
	if errW != nil || errC != nil || wordBits < 1 || wordBits > 24 || charBits < 1 || charBits > 24 {
		return nil, fmt.Errorf("models/text: tables of 2^%q and 2^%q rows, want 1..24 each: %w",
			t.meta["word_bits"], t.meta["char_bits"], ErrFormat)
	}
	l.wordMask, l.charMask = 1<<wordBits-1, 1<<charBits-1
	n := 1<<wordBits + 1<<charBits
	raw, err := t.bytesOf("weight", "I8", 1, n, l.heads)
	if err != nil {
		return nil, err
	}
	l.rows = pack(raw, n, l.heads, l.words)
	if l.scale, err = t.floats("scale", l.heads); err != nil {
		return nil, err
	}
	l.bias, err = t.floats("bias", l.heads)
	return l, err
}

// pack turns rows of int8 into rows of 64-bit words with 128 added to each weight.
func pack(raw []byte, n, heads, words int) []uint64 {
	rows := make([]uint64, n*words)
	var padded [maxHeads]byte
	for r := range n {
		copy(padded[:], raw[r*heads:(r+1)*heads])
		for w := range words {
			rows[r*words+w] = binary.LittleEndian.Uint64(padded[8*w:]) ^ 0x8080808080808080
		}
	}
	return rows
}

// sum adds the weights of the rows, per head, to acc.
func (l *linear) sum(rows []uint32, acc *[maxHeads]int32) {
	const most = 256 // rows of 255 that a 16-bit lane holds
	for len(rows) > 0 {
		n := min(len(rows), most)
		l.sumLanes(rows[:n], acc)
		rows = rows[n:]
	}
}

func (l *linear) sumLanes(rows []uint32, acc *[maxHeads]int32) {
	const low = 0x00FF00FF00FF00FF
	var even, odd [maxHeads / 8]uint64
	for _, r := range rows {
		row := l.rows[int(r)*l.words:][:l.words]
		for w, x := range row {
			even[w&7] += x & low
			odd[w&7] += x >> 8 & low
		}
	}
	offset := int32(128 * len(rows))
	for w := range l.words {
		for i := range 4 {
			acc[8*w+2*i] += int32(even[w]>>(16*i)&0xFFFF) - offset
			acc[8*w+2*i+1] += int32(odd[w]>>(16*i)&0xFFFF) - offset
		}
	}
}

// logits computes the log-odds of all heads for the words in s into s.logit.
func (l *linear) logits(s *Scratch) {
	var words, chars [maxHeads]int32
	s.hashWords(l.wordMask)
	rootW := 1 / math.Sqrt(float64(max(len(s.rows), 1)))
	l.sum(s.rows, &words)
	s.hashChars(l.charMask, l.wordMask+1)
	rootC := 1 / math.Sqrt(float64(max(len(s.rows), 1)))
	l.sum(s.rows, &chars)
	for h := range l.heads {
		to := h
		if h >= headEkman {
			to += NumEkman
		}
		s.logit[to] = float64(l.bias[h]) + float64(l.scale[h])*(float64(words[h])*rootW+float64(chars[h])*rootC)
	}
	for e, group := range ekmanGroups {
		s.logit[headEkman+e] = anyOf(s.logit[:NumEmotions], group)
	}
}

// ekmanGroups are the emotions of each group, as the GoEmotions paper maps them; bit i is emotion i.
var ekmanGroups = [NumEkman]uint32{
	1<<2 | 1<<3 | 1<<10, 1 << 11, 1<<14 | 1<<19,
	1<<0 | 1<<1 | 1<<4 | 1<<5 | 1<<8 | 1<<13 | 1<<15 | 1<<17 | 1<<18 | 1<<20 | 1<<21 | 1<<23,
	1 << 27, 1<<9 | 1<<12 | 1<<16 | 1<<24 | 1<<25, 1<<6 | 1<<7 | 1<<22 | 1<<26,
}

// anyOf is the log-odds that at least one emotion of a group is there, were they independent.
func anyOf(logits []float64, group uint32) float64 {
	none := 0.0 // minus the logarithm of the probability that none is
	for i, z := range logits {
		if group>>i&1 == 1 {
			none += max(z, 0) + math.Log1p(math.Exp(-math.Abs(z)))
		}
	}
	return math.Log(math.Expm1(max(none, 1e-9)))
}
