package webrtc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/pion/rtp"
)

// Sentinel errors of New.
var (
	ErrConfig = errors.New("webrtc: configuration is incomplete")
	ErrListen = errors.New("webrtc: cannot listen")
)

// Request is what a client asks for.
type Request struct {
	Query  url.Values // of the POST: which interaction, which leg
	Remote string     // address of the HTTP client, for the log
}

// Legs opens the leg that a client's packets go to.
type Legs interface {
	// Open finds or makes the leg of a request. It is called for each POST, from
	// several goroutines, before anything is negotiated. To refuse with a status
	// of its own it returns a *Refusal; any other error becomes 500 without text.
	Open(ctx context.Context, r Request) (Leg, error)
}

// Leg takes the media of one session. Push and SenderReport must not block and
// must not keep what they are given; each is called by one goroutine at a time.
type Leg interface {
	// Push takes an RTP packet at the moment it arrives, as the sender numbered
	// it: repeated and reordered ones too. payload is Opus, without padding; it
	// is empty for a packet that was all padding.
	Push(h *rtp.Header, payload []byte)
	// SenderReport takes what an RTCP sender report says of the clocks: the
	// sender's wall clock (NTP format) and RTP time at one moment.
	SenderReport(ssrc uint32, ntp uint64, rtpTime uint32)
	// Close tells, once and after the last Push, why the session is over.
	Close(reason string)
}

// Refusal is an error with an HTTP status, whose text goes to the client.
type Refusal struct {
	Status int
	Reason string
}

// Error gives the reason.
func (r *Refusal) Error() string { return fmt.Sprintf("webrtc: %s (%d)", r.Reason, r.Status) }

// Config says what a Server runs on. Legs and Authorize are required; the zero
// value of every other field means the default written beside it.
type Config struct {
	Legs Legs
	// Authorize checks the Bearer token of a request, "" if it has none. nil
	// lets the request through; an error refuses it with 401, or as the *Refusal
	// that it is.
	Authorize func(token string, r *http.Request) error

	Listen        netip.AddrPort // of all media; 127.0.0.1:0, any free port
	Advertise     netip.Addr     // address told to clients when it is not Listen's (NAT)
	AllowLoopback bool           // offer loopback addresses and accept clients there
	AllowOrigins  []string       // browser origins that may call from other sites; none

	MaxSessions    int           // at once; 200
	MaxSDP         int64         // bytes of an offer; 64 KiB
	ConnectTimeout time.Duration // from the answer to the first packet's connection; 30 s
	IdleTimeout    time.Duration // without a packet; 60 s
}

func (c *Config) complete() error {
	if c.Legs == nil || c.Authorize == nil {
		return fmt.Errorf("%w: Legs and Authorize are required", ErrConfig)
	}
	if !c.Listen.IsValid() {
		c.Listen = netip.MustParseAddrPort("127.0.0.1:0")
	}
	if c.Listen.Addr().IsLoopback() && !c.AllowLoopback && !c.Advertise.IsValid() {
		return fmt.Errorf("%w: it listens on %v, which whip.allow_loopback forbids to offer: nobody could connect", ErrConfig, c.Listen)
	}
	c.MaxSessions = orElse(c.MaxSessions, 200)
	c.MaxSDP = orElse(c.MaxSDP, 64<<10)
	c.ConnectTimeout = orElse(c.ConnectTimeout, 30*time.Second)
	c.IdleTimeout = orElse(c.IdleTimeout, time.Minute)
	if c.MaxSessions < 1 || c.MaxSDP < 1 || c.ConnectTimeout < 0 || c.IdleTimeout < 0 {
		return fmt.Errorf("%w: limits must be positive", ErrConfig)
	}
	return nil
}

func orElse[T int | int64 | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

// listen opens the one UDP port.
func (c *Config) listen() (*net.UDPConn, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(c.Listen))
	if err != nil {
		return nil, fmt.Errorf("%w: UDP %v: %w: stop what holds it, or change whip.udp_listen", ErrListen, c.Listen, err)
	}
	return conn, nil
}
