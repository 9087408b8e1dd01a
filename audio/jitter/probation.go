package jitter

import "time"

// probation is a source that may become the leg's: its packets so far, in
// order and without a hole.
type probation struct {
	ssrc  uint32
	next  uint16
	ready bool // two or more packets came in order
	slots [maxCandidates]uint8
	n     int
}

// foreign takes a packet that does not belong to the present source, or not to
// the present run of its sequence numbers.
func (b *Buffer) foreign(p *Packet) Verdict {
	c := &b.candidate
	if c.n == 0 || p.SSRC != c.ssrc || p.Sequence != c.next {
		b.dismiss()
		c.ssrc = p.SSRC
	} else {
		c.ready = true
	}
	c.next = p.Sequence + 1
	if c.n == maxCandidates {
		b.drop(c.slots[0])
		copy(c.slots[:], c.slots[1:])
		c.n--
	}
	if len(b.free) == 0 {
		b.count.Foreign++
		return Overflow
	}
	c.slots[c.n] = b.store(p)
	c.n++
	return Probation
}

// dismiss forgets the source on probation.
func (b *Buffer) dismiss() {
	c := &b.candidate
	for _, slot := range c.slots[:c.n] {
		b.drop(slot)
	}
	*c = probation{}
}

func (b *Buffer) drop(slot uint8) {
	b.count.Foreign++
	b.free = append(b.free, slot)
}

// takeOver makes the source on probation the leg's if it has passed and the
// present one is quiet; its packets so far become the held ones. Called only
// when nothing of the present source is held.
func (b *Buffer) takeOver(now time.Duration) bool {
	c := &b.candidate
	if !c.ready || now-b.lastAccept < b.cfg.Takeover {
		return false
	}
	n := c.n
	b.begin(&b.slots[c.slots[0]])
	for _, slot := range c.slots[:n] {
		b.held = append(b.held, slot)
		b.lastAccept = max(b.lastAccept, b.slots[slot].Arrival)
	}
	b.newest = c.next - 1
	b.count.Received += uint64(n)
	b.line.restart()
	*c = probation{}
	return true
}
