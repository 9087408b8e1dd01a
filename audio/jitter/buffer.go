package jitter

import "time"

// RFC 3550 appendix A.1: a sequence number this far ahead may be loss, and this
// far behind may be reordering; beyond, the source began anew.
const (
	maxDropout  = 3000
	maxMisorder = 100
)

// maxCandidates is how many packets of a source on probation are kept, so that
// its first words are not lost when it is taken.
const maxCandidates = 8

// Buffer orders the packets of one leg. It is not safe for concurrent use.
// It takes about 4 KB at the default depth, and one payload for each packet held at once.
type Buffer struct {
	cfg   Config
	count Counters

	slots []Packet // payload storage, by slot
	free  []uint8  // slots not in use, as a stack: in-order traffic keeps reusing one
	held  []uint8  // slots of accepted packets in order of sequence
	out   uint8    // slot lent by the last Pop
	lent  bool

	started    bool
	ssrc       uint32
	next       uint16        // sequence number to be popped next
	newest     uint16        // highest sequence number accepted
	seen       [2]uint64     // bit i: sequence number next-1-i was popped, not declared lost
	lastAccept time.Duration // arrival of the last accepted packet

	candidate probation
	line      timeline
}

// New makes a buffer. An error wraps [ErrConfig].
func New(cfg Config) (*Buffer, error) {
	if err := cfg.setDefaults(); err != nil {
		return nil, err
	}
	b := &Buffer{
		cfg:   cfg,
		slots: make([]Packet, cfg.Depth),
		free:  make([]uint8, 0, cfg.Depth),
		held:  make([]uint8, 0, cfg.Depth),
	}
	for i := cfg.Depth - 1; i >= 0; i-- {
		b.free = append(b.free, uint8(i))
	}
	return b, nil
}

// Counters are the counts so far.
func (b *Buffer) Counters() Counters { return b.count }

// Len is how many packets are held.
func (b *Buffer) Len() int { return len(b.held) }

// SSRC is the present source; false before the first packet.
func (b *Buffer) SSRC() (uint32, bool) { return b.ssrc, b.started }

// Push takes a packet that came at p.Arrival, which must not go back from call
// to call. p.Payload is copied. It invalidates what Pop has lent.
func (b *Buffer) Push(p *Packet) Verdict {
	b.reclaim()
	if !b.started {
		b.begin(p)
	}
	distance := int16(p.Sequence - b.next)
	if p.SSRC != b.ssrc || distance >= maxDropout || distance < -maxMisorder {
		return b.foreign(p)
	}
	if distance < 0 {
		return b.behind(-int(distance))
	}
	return b.accept(p)
}

// begin makes p's source the leg's, starting with p.
func (b *Buffer) begin(p *Packet) {
	b.started = true
	b.ssrc = p.SSRC
	b.next = p.Sequence
	b.newest = p.Sequence - 1
	b.seen = [2]uint64{}
	b.lastAccept = p.Arrival
}

// behind judges a packet whose place has passed, back numbers before next.
func (b *Buffer) behind(back int) Verdict {
	bit := back - 1
	if bit < 128 && b.seen[bit/64]>>(bit%64)&1 == 1 {
		b.count.Duplicate++
		return Duplicate
	}
	b.count.Late++
	return Late
}

// accept inserts p among the held packets, from the back: most are in order.
func (b *Buffer) accept(p *Packet) Verdict {
	at := len(b.held)
	for ; at > 0; at-- {
		d := int16(p.Sequence - b.slots[b.held[at-1]].Sequence)
		if d == 0 {
			b.count.Duplicate++
			return Duplicate
		}
		if d > 0 {
			break
		}
	}
	if len(b.free) == 0 {
		b.count.Overflow++
		return Overflow
	}
	slot := b.store(p)
	b.held = append(b.held, 0)
	copy(b.held[at+1:], b.held[at:])
	b.held[at] = slot
	b.count.Received++
	if int16(p.Sequence-b.newest) > 0 {
		b.newest = p.Sequence
	} else {
		b.count.Reordered++
	}
	b.lastAccept = max(b.lastAccept, p.Arrival)
	return Accepted
}

// store copies p into a free slot.
func (b *Buffer) store(p *Packet) uint8 {
	last := len(b.free) - 1
	slot := b.free[last]
	b.free = b.free[:last]
	payload := append(b.slots[slot].Payload[:0], p.Payload...)
	b.slots[slot] = *p
	b.slots[slot].Payload = payload
	return slot
}

// reclaim takes back the slot that the last Pop has lent.
func (b *Buffer) reclaim() {
	if b.lent {
		b.lent = false
		b.free = append(b.free, b.out)
	}
}

// Pop gives the next packet that is due at now into dst, and false when none
// is. Call it until false after each Push and at each tick. dst.Payload is
// borrowed until the next call on b.
func (b *Buffer) Pop(dst *Popped, now time.Duration) bool {
	b.reclaim()
	if len(b.held) == 0 && !b.takeOver(now) {
		return false
	}
	head := &b.slots[b.held[0]]
	missing := int(head.Sequence - b.next)
	if missing > 0 && !b.due(now) {
		return false
	}
	b.out, b.lent = b.held[0], true
	b.held = b.held[:copy(b.held, b.held[1:])]
	b.pass(missing)
	b.next = head.Sequence + 1
	b.count.Lost += uint64(missing)
	*dst = Popped{Packet: *head, Missing: missing}
	if b.line.place(dst) {
		b.count.Resets++
	}
	return true
}

// due reports whether the hole before the first held packet has waited long
// enough, or there is no room to wait in.
func (b *Buffer) due(now time.Duration) bool {
	if len(b.free) == 0 {
		return true
	}
	return now-b.firstArrival() >= b.cfg.MaxWait
}

// firstArrival is when the first of the held packets came: the hole before them
// was seen then.
func (b *Buffer) firstArrival() time.Duration {
	first := b.slots[b.held[0]].Arrival
	for _, slot := range b.held[1:] {
		first = min(first, b.slots[slot].Arrival)
	}
	return first
}

// pass shifts the record of what was popped by missing holes and one packet.
func (b *Buffer) pass(missing int) {
	n := uint(missing) + 1
	b.seen[1] = b.seen[1]<<n | b.seen[0]>>(64-min(n, 64))
	if n > 64 {
		b.seen[1] = b.seen[0] << (n - 64)
	}
	b.seen[0] = b.seen[0]<<n | 1
}

// Due is when Pop should be called next although no packet comes, and false
// when nothing is held back.
func (b *Buffer) Due() (time.Duration, bool) {
	if len(b.held) == 0 {
		return b.lastAccept + b.cfg.Takeover, b.candidate.ready
	}
	if b.slots[b.held[0]].Sequence == b.next {
		return b.firstArrival(), true
	}
	return b.firstArrival() + b.cfg.MaxWait, true
}

// Ready reports whether Pop would give packets with sound of at least d now, one
// after another. A hole that has waited long enough counts as enough.
func (b *Buffer) Ready(now, d time.Duration) bool {
	expect := b.next
	for _, slot := range b.held {
		p := &b.slots[slot]
		if p.Sequence != expect {
			return expect == b.next && b.due(now)
		}
		if p.ClockRate > 0 {
			d -= time.Duration(p.Ticks) * time.Second / time.Duration(p.ClockRate)
		}
		if d <= 0 {
			return true
		}
		expect++
	}
	return false
}

// Erase overwrites the payloads that are held and leaves the packets without
// them: their sound may not be decoded any more. Slots that are free are
// overwritten too, so that nothing of the sound stays.
func (b *Buffer) Erase() {
	b.reclaim()
	for i := range b.slots {
		whole := b.slots[i].Payload[:cap(b.slots[i].Payload)]
		clear(whole)
		b.slots[i].Payload = whole[:0]
	}
}
