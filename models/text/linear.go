package text

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// linear is one logistic regression per head over two tables of hashed n-grams.
//
// A row holds the int8 weights of all heads for one n-gram, kept here with 128
// added and padded to whole 64-bit words, so that eight heads are summed by two
// additions (in 16-bit lanes, emptied before they can overflow).
type linear struct {
	heads      int
	words      int // 64-bit words of a row
	wordMask   uint32
	charMask   uint32
	rows       []uint64
	scale      []float32
	bias       []float32
	stressBins []int        // longest text, in words, of each length bin but the last
	stressLine [][2]float32 // slope and offset of the stress log-odds in each bin
}

// maxHeads bounds the heads so that sums live in arrays on the stack.
const maxHeads = 64

func newLinear(t *tensors) (*linear, error) {
	l := &linear{heads: numHeads, words: (numHeads + 7) / 8}
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
	return l, l.readFloats(t)
}

func (l *linear) readFloats(t *tensors) (err error) {
	if l.scale, err = t.floats("scale", l.heads); err != nil {
		return err
	}
	if l.bias, err = t.floats("bias", l.heads); err != nil {
		return err
	}
	if l.stressBins, err = t.ints("stress.bins", 2); err != nil {
		return err
	}
	lines, err := t.floats("stress.calibration", 3, 2)
	for i := 0; i+1 < len(lines); i += 2 {
		l.stressLine = append(l.stressLine, [2]float32{lines[i], lines[i+1]})
	}
	return err
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

// logits computes the log-odds of all heads for the words in s.
func (l *linear) logits(s *Scratch) {
	var words, chars [maxHeads]int32
	s.hashWords(l.wordMask)
	nWords := len(s.rows)
	l.sum(s.rows, &words)
	s.hashChars(l.charMask, l.wordMask+1)
	nChars := len(s.rows)
	l.sum(s.rows, &chars)
	rootW := 1 / math.Sqrt(float64(max(nWords, 1)))
	rootC := 1 / math.Sqrt(float64(max(nChars, 1)))
	for h := range l.heads {
		s.logit[h] = float64(l.bias[h]) + float64(l.scale[h])*(float64(words[h])*rootW+float64(chars[h])*rootC)
	}
	line := l.stressLine[l.lengthBin(len(s.words))]
	s.logit[headStress] = float64(line[0])*s.logit[headStress] + float64(line[1])
}

func (l *linear) lengthBin(words int) int {
	for i, longest := range l.stressBins {
		if words <= longest {
			return i
		}
	}
	return len(l.stressBins)
}
