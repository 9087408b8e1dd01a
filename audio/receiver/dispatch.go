package receiver

import (
	"time"

	"github.com/attune-cx/attune/audio/demux"
)

// take decides whose datagram d is and hands it on.
func (r *Receiver) take(p *port, d *datagram, now time.Duration, fn Handler) {
	b := p.remotes[d.from]
	if b == nil && !r.allowed(d.from.Addr()) {
		r.tally.Denied++
		return
	}
	if d.big {
		r.tally.Oversize++
		return
	}
	k := demux.Classify(d.data)
	if k == demux.Other {
		r.tally.Malformed++
		return
	}
	arrival := now - d.age
	switch {
	case b != nil && b.id != 0:
		r.deliver(b, k, d.data, arrival, fn)
	case b != nil:
		r.stale(b, k, d.data, now)
	case p.waiting == nil || !p.waiting.expect.may(d, k):
		r.tally.Foreign++
	case k == demux.RTCP: // tells nothing about who sends the sound
		r.tally.Unproven++
	default:
		r.prove(p, d, arrival, fn)
	}
}

// deliver hands on a packet of a bound leg.
func (r *Receiver) deliver(b *binding, k demux.Kind, packet []byte, arrival time.Duration, fn Handler) {
	if k == demux.RTP {
		b.ssrc = demux.SSRC(packet)
		r.tally.RTP++
		fn(b.id, packet, arrival)
		return
	}
	r.tally.RTCP++
	if r.onRTCP != nil {
		r.onRTCP(b.id, packet, arrival)
	}
}

// stale keeps the sender of a released leg out for as long as it goes on with
// the same source; another source from there waits the quarantine out.
func (r *Receiver) stale(b *binding, k demux.Kind, packet []byte, now time.Duration) {
	r.tally.Stale++
	if k == demux.RTP && demux.SSRC(packet) == b.ssrc {
		b.deadline = now + r.cfg.Quarantine
	}
}

// may reports whether a datagram can be the leg's.
func (e *Expect) may(d *datagram, k demux.Kind) bool {
	if e.Remote.IsValid() && e.Remote != d.from.Addr() {
		return false
	}
	return !e.HasSSRC || k == demux.RTCP || demux.SSRC(d.data) == e.SSRC
}

// prove puts a packet on probation, and binds the leg that waits on p when it
// passes: what was kept of its source is handed on first, in order of arrival.
func (r *Receiver) prove(p *port, d *datagram, arrival time.Duration, fn Handler) {
	b := p.waiting
	c, dropped := p.trial.add(d, arrival)
	r.tally.Unproven += uint64(dropped)
	if c == nil {
		return
	}
	r.bind(b, d.from)
	for i := range c.n {
		r.deliver(b, demux.RTP, c.packet(i), c.arrival[i], fn)
	}
	c.n = 0
	r.tally.Unproven += uint64(p.trial.reset())
}
