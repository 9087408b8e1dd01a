package receiver

import (
	"net/netip"
	"time"

	"github.com/attune-cx/attune/audio/demux"
)

const (
	candidates  = 4 // sources on probation at one port; more push out the quietest
	minSequence = 2 // RFC 3550 appendix A.1: packets in order before a source counts
	keptPackets = 4 // of each candidate, handed on when it passes
)

// trial is the probation of those who may become the sender of the leg that
// waits on a port. Interleaved strays cannot fail a true sender, since each has
// a place of its own. The memory is made at the first use of a port and kept.
type trial struct {
	places []candidate
}

// candidate is one remote address and SSRC with its packets so far.
type candidate struct {
	remote  netip.AddrPort
	ssrc    uint32
	next    uint16 // sequence number that would be in order
	inOrder int    // packets in order, 0: the place is empty
	heard   time.Duration
	n       int // packets kept
	arrival [keptPackets]time.Duration
	length  [keptPackets]int
	data    [keptPackets][maxPacket]byte
}

func (c *candidate) packet(i int) []byte { return c.data[i][:c.length[i]] }

// prepare makes the memory that add uses.
func (t *trial) prepare() {
	if t.places == nil {
		t.places = make([]candidate, candidates)
	}
}

// reset empties every place and returns how many packets were kept there.
func (t *trial) reset() (dropped int) {
	for i := range t.places {
		c := &t.places[i]
		dropped += c.n
		c.n, c.inOrder = 0, 0
	}
	return dropped
}

// add takes a packet. It returns the candidate if that has passed, and how many
// kept packets were dropped.
func (t *trial) add(d *datagram, arrival time.Duration) (passed *candidate, dropped int) {
	c := t.place(d.from, demux.SSRC(d.data))
	if c.inOrder == 0 || c.remote != d.from || c.ssrc != demux.SSRC(d.data) {
		dropped = c.n
		c.remote, c.ssrc, c.n, c.inOrder = d.from, demux.SSRC(d.data), 0, 0
	}
	if sequence := demux.Sequence(d.data); c.inOrder > 0 && sequence == c.next {
		c.inOrder++
		c.next++
	} else {
		c.inOrder, c.next = 1, sequence+1
	}
	c.heard = arrival
	dropped += c.keep(d.data, arrival)
	if c.inOrder < minSequence {
		return nil, dropped
	}
	return c, dropped
}

// place finds the candidate's place, an empty one, or that of whoever has been
// quiet longest.
func (t *trial) place(remote netip.AddrPort, ssrc uint32) *candidate {
	oldest := &t.places[0]
	for i := range t.places {
		c := &t.places[i]
		if c.inOrder > 0 && c.remote == remote && c.ssrc == ssrc {
			return c
		}
		if c.inOrder == 0 && oldest.inOrder > 0 || c.inOrder > 0 == (oldest.inOrder > 0) && c.heard < oldest.heard {
			oldest = c
		}
	}
	return oldest
}

// keep stores a packet, in place of the oldest when there is no room.
func (c *candidate) keep(packet []byte, arrival time.Duration) (dropped int) {
	if c.n == keptPackets {
		for i := 1; i < keptPackets; i++ {
			c.data[i-1], c.length[i-1], c.arrival[i-1] = c.data[i], c.length[i], c.arrival[i]
		}
		c.n--
		dropped = 1
	}
	c.length[c.n] = copy(c.data[c.n][:], packet)
	c.arrival[c.n] = arrival
	c.n++
	return dropped
}
