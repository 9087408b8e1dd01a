package receiver

import (
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// Sentinel errors; the text around them has the numbers and the way out.
var (
	ErrPlain         = errors.New("receiver: plain RTP is not allowed")
	ErrConfig        = errors.New("receiver: value out of range")
	ErrListen        = errors.New("receiver: cannot listen")
	ErrReceiveBuffer = errors.New("receiver: kernel gave a smaller receive buffer") // a warning
	ErrNoPort        = errors.New("receiver: no port is free for a new leg")
	ErrSource        = errors.New("receiver: source is not allowed")
)

// Config says where to listen and whom to hear. The zero value of a field means
// the default written beside it.
type Config struct {
	// AllowPlain must be true: RTP without SRTP can be forged and overheard by
	// anyone on its way.
	AllowPlain bool
	// AllowFrom lists who may send. Empty: nobody.
	AllowFrom []netip.Prefix
	Listen    netip.Addr // local address; 127.0.0.1
	FirstPort int        // first UDP port; 0: any free ports
	Ports     int        // how many sockets, 1..1024; 64

	ReceiveBytes int           // asked of the kernel for each socket; 4 MiB
	StartWindow  time.Duration // how long an opened leg waits for its first packets; 2 min
	Quarantine   time.Duration // how long a released leg's sender is kept out; 5 s
}

// complete fills in defaults and refuses what makes no sense.
func (c *Config) complete() error {
	if !c.AllowPlain {
		return fmt.Errorf("%w: set rtp.allow_plain on a network that you trust, or take SRTP or WHIP", ErrPlain)
	}
	if !c.Listen.IsValid() {
		c.Listen = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	c.Ports = orElse(c.Ports, 64)
	c.ReceiveBytes = orElse(c.ReceiveBytes, 4<<20)
	c.StartWindow = orElse(c.StartWindow, 2*time.Minute)
	c.Quarantine = orElse(c.Quarantine, 5*time.Second)
	switch {
	case c.Ports < 1 || c.Ports > 1024:
		return fmt.Errorf("%w: %d ports, use 1..1024 for each shard", ErrConfig, c.Ports)
	case c.FirstPort < 0 || c.FirstPort+c.Ports > 65536:
		return fmt.Errorf("%w: %d ports from %d, the last port is 65535", ErrConfig, c.Ports, c.FirstPort)
	case c.ReceiveBytes < 0 || c.StartWindow < 0 || c.Quarantine < 0:
		return fmt.Errorf("%w: negative buffer, start window or quarantine", ErrConfig)
	}
	return nil
}

func orElse[T int | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

// Counters count since New. What is dropped is counted once, under the first
// heading that applies.
type Counters struct {
	RTP        uint64 // packets handed on, those of probation included
	RTCP       uint64 // packets handed on
	Denied     uint64 // dropped: source not in AllowFrom
	Malformed  uint64 // dropped: neither RTP nor RTCP
	Foreign    uint64 // dropped: from an address that no leg belongs to
	Unproven   uint64 // dropped: on probation, which was not passed
	Stale      uint64 // dropped: from the sender of a leg just released
	Oversize   uint64 // dropped: longer than any sensible packet
	KernelLost uint64 // dropped by the kernel: the receive buffer was full
	Failed     uint64 // receive calls that failed
	Bound      uint64 // legs that found their sender
	Expired    uint64 // legs that nobody was heard for within StartWindow
}
