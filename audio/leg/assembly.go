package leg

import (
	"time"

	"github.com/attune-cx/attune/audio"
)

// kind is what a stretch of media time holds.
type kind uint8

const (
	heard  kind = iota // samples in pcm
	lost               // to be zeros, marked
	jumped             // no blocks, At jumps over it
)

// stretch is n samples of one kind.
type stretch struct {
	n    int64
	kind kind
}

// assembly cuts stretches into blocks that stand on the grid.
type assembly struct {
	block     []float32
	fill      int   // samples of block that are decided
	lostHere  int   // of those, zeros: lost, or not sent
	notSent   int   // of those, not sent
	at        int64 // position of block in samples since the leg's first
	rate      int64
	pcm       []float32 // sound of the stretches, in order
	taken     int       // of pcm, used
	stretches []stretch
	first     int // stretch in use
}

func (a *assembly) init(rate int) {
	a.rate = int64(rate)
	a.block = make([]float32, rate/100)
}

// add appends a stretch; sound has been appended to pcm by the caller.
func (a *assembly) add(k kind, n int64) {
	if n <= 0 {
		return
	}
	if last := len(a.stretches) - 1; last >= a.first && a.stretches[last].kind == k {
		a.stretches[last].n += n
		return
	}
	a.stretches = append(a.stretches, stretch{n, k})
}

// waiting is how many samples of sound are not yet in a block.
func (a *assembly) waiting() int { return len(a.pcm) - a.taken }

// fillBlock moves stretches into the block; true when it is complete.
func (a *assembly) fillBlock() bool {
	if a.fill == len(a.block) { // it was lent
		a.at += int64(a.fill)
		a.fill, a.lostHere, a.notSent = 0, 0, 0
	}
	for ; a.first < len(a.stretches); a.first++ {
		if a.use(&a.stretches[a.first]) {
			return true
		}
	}
	a.stretches, a.first = a.stretches[:0], 0
	a.pcm, a.taken = a.pcm[:0], 0
	return false
}

// blocks is how many whole blocks the stretches still hold.
func (a *assembly) blocks() int64 {
	n := int64(0)
	if a.fill < len(a.block) {
		n = int64(a.fill)
	}
	for _, s := range a.stretches[a.first:] {
		if s.kind != jumped {
			n += s.n
		}
	}
	return n / int64(len(a.block))
}

// use moves of s what fits; true when the block is complete.
func (a *assembly) use(s *stretch) bool {
	if s.kind == jumped && a.fill == 0 {
		whole := s.n - s.n%int64(len(a.block))
		a.at += whole
		s.n -= whole
	}
	n := int(min(s.n, int64(len(a.block)-a.fill)))
	into := a.block[a.fill : a.fill+n]
	if s.kind == heard {
		copy(into, a.pcm[a.taken:])
		a.taken += n
	} else {
		clear(into)
		a.lostHere += n
		if s.kind == jumped {
			a.notSent += n
		}
	}
	a.fill += n
	s.n -= int64(n)
	return a.fill == len(a.block)
}

// pad completes an open block with lost samples; false when none is open.
func (a *assembly) pad() bool {
	if a.fill == 0 || a.fill == len(a.block) {
		return false
	}
	a.add(jumped, int64(len(a.block)-a.fill))
	return true
}

// erase overwrites all sound that was not delivered; its time becomes a jump.
func (a *assembly) erase() {
	clear(a.pcm[:cap(a.pcm)])
	a.pcm, a.taken = a.pcm[:0], 0
	for i := range a.stretches {
		if a.stretches[i].kind == heard {
			a.stretches[i].kind = jumped
		}
	}
	clear(a.block)
	if a.fill < len(a.block) {
		a.lostHere, a.notSent = a.fill, a.fill
	}
}

// lend gives the complete block.
func (a *assembly) lend(dst *audio.Block, newest time.Duration) {
	*dst = audio.Block{
		At:      samplesToTime(a.at, a.rate),
		Arrival: newest,
		Rate:    int(a.rate),
		Lost:    a.lostHere,
		Samples: a.block,
	}
}

// samplesToTime does not overflow within the life of a leg: whole seconds are
// split off first.
func samplesToTime(n, rate int64) time.Duration {
	return time.Duration(n/rate)*time.Second + time.Duration(n%rate)*time.Second/time.Duration(rate)
}

func timeToSamples(d time.Duration, rate int64) int64 {
	return int64(d/time.Second)*rate + int64(d%time.Second)*rate/int64(time.Second)
}
