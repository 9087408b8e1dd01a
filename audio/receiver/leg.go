package receiver

import (
	"fmt"
	"net/netip"
	"time"
)

// LegID names a leg on its Receiver. 0 is none.
type LegID uint64

// Expect narrows who may become the sender of a leg. The zero value accepts
// whoever Config.AllowFrom allows.
type Expect struct {
	Remote    netip.Addr // source address, if valid
	Port      uint16     // source port, with Remote; 0: any
	SSRC      uint32     // RTP source, if HasSSRC; bound by the first packets, it may change later
	HasSSRC   bool
	LocalPort uint16 // take this port of ours; 0: any
}

// State is how far a leg has come.
type State uint8

// The states.
const (
	Unknown State = iota // never opened, or released
	Waiting              // nobody was heard yet
	Bound                // its sender is known
	Expired              // nobody was heard within Config.StartWindow; release it
)

// binding is a leg, from Open to the end of its quarantine.
type binding struct {
	id       LegID // 0: released
	port     *port
	expect   Expect
	deadline time.Duration // of the start window, later of the quarantine
	remote   netip.AddrPort
	state    State
	check    time.Duration // when the quarantine is looked at
	ssrc     uint32        // newest heard
}

// Open gives a leg a port and returns the local address that its sender must
// send to. The error wraps ErrNoPort when every port waits for a leg or is
// quarantined (come again in a moment), or ErrSource.
func (r *Receiver) Open(e Expect, now time.Duration) (LegID, netip.AddrPort, error) {
	if e.Remote.IsValid() && !r.allowed(e.Remote.Unmap()) {
		return 0, netip.AddrPort{}, fmt.Errorf("%w: %v is in none of rtp.allow_from", ErrSource, e.Remote)
	}
	e.Remote = e.Remote.Unmap()
	r.expire(now)
	p := r.choose(e, now)
	if p == nil {
		return 0, netip.AddrPort{}, fmt.Errorf("%w: %d ports, %d legs: try again in some seconds, or raise rtp.ports", ErrNoPort, len(r.ports), len(r.legs))
	}
	r.lastID++
	b := &binding{id: r.lastID, port: p, expect: e, deadline: now + r.cfg.StartWindow, state: Waiting}
	r.legs[b.id] = b
	if remote, ok := e.full(); ok {
		r.bind(b, remote)
	} else {
		p.waiting = b
		p.trial.prepare()
	}
	return b.id, p.at, nil
}

// full is the remote address and port, when both were named.
func (e *Expect) full() (netip.AddrPort, bool) {
	return netip.AddrPortFrom(e.Remote, e.Port), e.Remote.IsValid() && e.Port != 0
}

// choose picks the port with the fewest legs among those that the leg may have.
func (r *Receiver) choose(e Expect, now time.Duration) *port {
	var best *port
	for _, p := range r.ports {
		if p.free(e, now) && (best == nil || p.legs < best.legs) {
			best = p
		}
	}
	return best
}

// free reports whether a new leg can be told apart on the port from all others.
func (p *port) free(e Expect, now time.Duration) bool {
	if e.LocalPort != 0 && e.LocalPort != p.at.Port() {
		return false
	}
	if remote, ok := e.full(); ok {
		return p.remotes[remote] == nil
	}
	return p.waiting == nil && now >= p.closed
}

// bind makes remote the sender of b.
func (r *Receiver) bind(b *binding, remote netip.AddrPort) {
	b.remote, b.state = remote, Bound
	b.port.remotes[remote] = b
	b.port.legs++
	if b.port.waiting == b {
		b.port.waiting = nil
	}
	r.tally.Bound++
}

// Release ends a leg. What its sender still sends is kept out for
// Config.Quarantine after its last packet. Releasing twice changes nothing.
func (r *Receiver) Release(id LegID, now time.Duration) {
	b := r.legs[id]
	if b == nil {
		return
	}
	delete(r.legs, id)
	b.id = 0
	if b.state == Bound {
		b.port.legs--
		b.deadline = now + r.cfg.Quarantine
		b.check = b.deadline
		r.past = append(r.past, b)
		return
	}
	r.abandon(b, now)
}

// abandon stops waiting for the sender of b. Nobody knows who it will be, so
// the whole port is quarantined.
func (r *Receiver) abandon(b *binding, now time.Duration) {
	if b.port.waiting == b {
		b.port.waiting = nil
		r.tally.Unproven += uint64(b.port.trial.reset())
		b.port.closed = now + r.cfg.Quarantine
	}
}

// expire ends start windows and quarantines that are over.
func (r *Receiver) expire(now time.Duration) {
	for _, p := range r.ports {
		if b := p.waiting; b != nil && now >= b.deadline {
			b.state = Expired
			r.tally.Expired++
			r.abandon(b, now)
		}
	}
	// Late packets move a deadline on; it is looked at when its first one is over.
	for len(r.past) > 0 && r.past[0].check <= now {
		b := r.past[0]
		r.past = r.past[:copy(r.past, r.past[1:])]
		if b.check = b.deadline; b.deadline > now {
			r.past = append(r.past, b)
			continue
		}
		delete(b.port.remotes, b.remote)
	}
}

// State tells how far a leg has come.
func (r *Receiver) State(id LegID) State {
	if b := r.legs[id]; b != nil {
		return b.state
	}
	return Unknown
}

// Remote is the sender of a bound leg; not valid before.
func (r *Receiver) Remote(id LegID) netip.AddrPort {
	if b := r.legs[id]; b != nil {
		return b.remote
	}
	return netip.AddrPort{}
}

func (r *Receiver) allowed(a netip.Addr) bool {
	for _, prefix := range r.cfg.AllowFrom {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}
