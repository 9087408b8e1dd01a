package receiver

import (
	"errors"
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"
)

// Handler takes a packet of a leg. The bytes are borrowed: they are valid until
// it returns. arrival is on the clock that Poll is told.
type Handler func(leg LegID, packet []byte, arrival time.Duration)

// Receiver is the UDP side of one shard. All methods belong to the shard's
// goroutine, but Counters may be called from any.
type Receiver struct {
	cfg      Config
	ports    []*port
	legs     map[LegID]*binding
	lastID   LegID
	past     []*binding // released, in quarantine
	onRTCP   Handler
	warnings []error

	inbox  [batchSize]datagram
	tally  Counters
	public [12]atomic.Uint64
}

// port is one socket and the legs on it.
type port struct {
	conn    conn
	at      netip.AddrPort
	remotes map[netip.AddrPort]*binding
	legs    int           // bound ones that are not released
	waiting *binding      // the one leg that is still unheard
	trial   trial         // who may become its sender
	closed  time.Duration // no new leg before this time
}

// New opens the sockets. It fails as a whole, with an error that wraps
// ErrPlain, ErrConfig or ErrListen.
func New(cfg Config) (*Receiver, error) { return open(cfg, listener()) }

func open(cfg Config, listen func(netip.AddrPort, int) (conn, error)) (*Receiver, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	r := &Receiver{cfg: cfg, legs: make(map[LegID]*binding)}
	smallest := cfg.ReceiveBytes
	for i := range cfg.Ports {
		number := cfg.FirstPort
		if number != 0 {
			number += i
		}
		at := netip.AddrPortFrom(cfg.Listen, uint16(number))
		c, err := listen(at, cfg.ReceiveBytes)
		if err != nil {
			const way = "stop what holds it, or change rtp.listen, rtp.first_port or rtp.ports"
			return nil, errors.Join(fmt.Errorf("%w: UDP %v: %w: %s", ErrListen, at, err, way), r.Close())
		}
		smallest = min(smallest, c.buffer())
		r.ports = append(r.ports, &port{conn: c, at: c.local(), remotes: make(map[netip.AddrPort]*binding)})
	}
	if smallest < cfg.ReceiveBytes {
		r.warnings = append(r.warnings, fmt.Errorf("%w: %d of %d bytes: raise the system's limit with 'sysctl net.core.rmem_max=%d', or lower rtp.receive_bytes", ErrReceiveBuffer, smallest, cfg.ReceiveBytes, cfg.ReceiveBytes))
	}
	return r, nil
}

// Warnings are what New found that does not keep it from working.
func (r *Receiver) Warnings() []error { return r.warnings }

// HandleRTCP sets who takes the RTCP packets of bound legs; without it they are
// dropped. Set it before the first Poll.
func (r *Receiver) HandleRTCP(fn Handler) { r.onRTCP = fn }

// Ports lists the local addresses of the sockets.
func (r *Receiver) Ports() []netip.AddrPort {
	var at []netip.AddrPort
	for _, p := range r.ports {
		at = append(at, p.at)
	}
	return at
}

// Poll takes all that has come since the last Poll and hands the RTP packets of
// every leg to fn, port by port, each port in the order of arrival. now is the
// shard's monotonic clock. It does not wait and does not allocate.
// fn must not call Open, Release or Poll.
func (r *Receiver) Poll(now time.Duration, fn Handler) {
	r.expire(now)
	for _, p := range r.ports {
		for range maxBatches {
			n, err := p.conn.receive(r.inbox[:])
			if err != nil {
				r.tally.Failed++
			}
			for i := range r.inbox[:n] {
				r.take(p, &r.inbox[i], now, fn)
			}
			if n < len(r.inbox) {
				break
			}
		}
	}
	r.publish()
}

// Counters returns the counts as of the last Poll. It may be called from any
// goroutine.
func (r *Receiver) Counters() Counters {
	var c Counters
	for i, field := range c.fields() {
		*field = r.public[i].Load()
	}
	return c
}

// publish shows the counts to other goroutines.
func (r *Receiver) publish() {
	r.tally.KernelLost = 0
	for _, p := range r.ports {
		r.tally.KernelLost += p.conn.lost()
	}
	for i, field := range r.tally.fields() {
		r.public[i].Store(*field)
	}
}

func (c *Counters) fields() [12]*uint64 {
	return [...]*uint64{
		&c.RTP, &c.RTCP, &c.Denied, &c.Malformed, &c.Foreign, &c.Unproven,
		&c.Stale, &c.Oversize, &c.KernelLost, &c.Failed, &c.Bound, &c.Expired,
	}
}

// Close closes the sockets. It may be called twice.
func (r *Receiver) Close() error {
	var err error
	for _, p := range r.ports {
		err = errors.Join(err, p.conn.close())
	}
	r.ports, r.legs = nil, nil
	return err
}

// String names the stage, as "rtp 64 x 127.0.0.1:40000".
func (r *Receiver) String() string {
	if len(r.ports) == 0 {
		return "rtp closed"
	}
	return fmt.Sprintf("rtp %d x %v", len(r.ports), r.ports[0].at)
}
