package recogniser

import (
	"sync"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio"
)

const (
	// wakeBlocks is how many blocks wait before the sender is woken: 100 ms.
	wakeBlocks = 10
	// chunkBlocks is how many blocks one message carries at most: 200 ms.
	chunkBlocks = 20
)

// heard is when a block was said.
type heard struct {
	media time.Duration // audio.Block.At
	at    time.Duration // offset on the interaction's clock
}

// chunk is some blocks taken from a queue, in order.
type chunk struct {
	n       int
	when    [chunkBlocks]heard
	samples []int16 // n * rate/100
	dropped int     // blocks that were lost before these
	lost    attune.Span
	closed  bool // nothing will follow
	allowed bool
}

// queue is a ring of blocks between a shard and a sender. A full queue forgets
// its oldest block. The lock is one leg's own and held for a copy only.
type queue struct {
	per  int           // samples of a block
	wake chan struct{} // one token: something happened

	mu          sync.Mutex
	when        []heard
	samples     []int16
	first, n    int
	dropped     int
	lost        attune.Span // of the dropped blocks
	allow, done bool
}

func newQueue(rate int, length time.Duration) *queue {
	blocks := max(int(length/audio.Step), chunkBlocks)
	per := rate / 100
	return &queue{per: per, wake: make(chan struct{}, 1), when: make([]heard, blocks), samples: make([]int16, blocks*per)}
}

// put copies a block, if sound is allowed. It never waits for the other side
// and does not allocate.
func (q *queue) put(b *audio.Block, at time.Duration) {
	q.mu.Lock()
	if !q.allow || q.done || len(b.Samples) != q.per {
		q.mu.Unlock()
		return
	}
	if q.n == len(q.when) {
		q.drop()
	}
	i := (q.first + q.n) % len(q.when)
	q.when[i] = heard{b.At, at}
	quantise(q.samples[i*q.per:(i+1)*q.per], b.Samples)
	q.n++
	ready := q.n >= wakeBlocks
	q.mu.Unlock()
	if ready {
		q.poke()
	}
}

// drop forgets the oldest block. The caller holds mu.
func (q *queue) drop() {
	at := q.when[q.first].at
	if q.dropped == 0 {
		q.lost.Begin = at
	}
	q.lost.End = at + audio.Step
	q.first, q.n = (q.first+1)%len(q.when), q.n-1
	q.dropped++
}

// next is the offset of the oldest block that waits; without one, of the newest
// that was there.
func (q *queue) next() time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.n == 0 {
		return q.when[(q.first+len(q.when)-1)%len(q.when)].at
	}
	return q.when[q.first].at
}

// quantise rounds full scale ±1 to 16 bits.
func quantise(dst []int16, src []float32) {
	for i, v := range src {
		switch x := v * 32768; {
		case x >= 32767:
			dst[i] = 32767
		case x <= -32768:
			dst[i] = -32768
		case x >= 0:
			dst[i] = int16(x + .5)
		case x < 0: // NaN becomes 0
			dst[i] = int16(x - .5)
		default:
			dst[i] = 0
		}
	}
}

// take moves up to chunkBlocks blocks into c.
func (q *queue) take(c *chunk) {
	q.mu.Lock()
	defer q.mu.Unlock()
	c.n, c.samples = min(q.n, chunkBlocks), c.samples[:0]
	for k := range c.n {
		i := (q.first + k) % len(q.when)
		c.when[k] = q.when[i]
		c.samples = append(c.samples, q.samples[i*q.per:(i+1)*q.per]...)
	}
	q.first, q.n = (q.first+c.n)%len(q.when), q.n-c.n
	c.dropped, c.lost, q.dropped = q.dropped, q.lost, 0
	c.closed, c.allowed = q.done && q.n == 0, q.allow
}

// waiting reports whether there is sound, and whether more may come.
func (q *queue) waiting() (sound, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.n > 0, q.done
}

// setAllowed says whether sound may leave; what has not left is forgotten when not.
func (q *queue) setAllowed(on bool) {
	q.mu.Lock()
	q.allow = on
	if !on {
		q.first, q.n = 0, 0
		clear(q.samples)
	}
	q.mu.Unlock()
	q.poke()
}

func (q *queue) close() {
	q.mu.Lock()
	q.done = true
	q.mu.Unlock()
	q.poke()
}

func (q *queue) poke() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}
