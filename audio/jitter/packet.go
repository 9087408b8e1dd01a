package jitter

import (
	"errors"
	"fmt"
	"time"
)

// ErrConfig says that a value of a [Config] is out of range.
var ErrConfig = errors.New("value out of range")

// The defaults of a [Config].
const (
	DefaultMaxWait  = 60 * time.Millisecond
	DefaultTakeover = 60 * time.Millisecond
	DefaultDepth    = 64
)

// Config says how long the buffer waits and how much it holds. The zero value
// means the defaults written at each field.
type Config struct {
	MaxWait  time.Duration // longest wait for a hole; 60 ms
	Takeover time.Duration // how long the present source must be quiet before another replaces it; 60 ms
	Depth    int           // packets that can be held, 16..255; 64
}

func (c *Config) setDefaults() error {
	if c.MaxWait == 0 {
		c.MaxWait = DefaultMaxWait
	}
	if c.Takeover == 0 {
		c.Takeover = DefaultTakeover
	}
	if c.Depth == 0 {
		c.Depth = DefaultDepth
	}
	switch {
	case c.MaxWait < 0 || c.MaxWait > time.Second:
		return fmt.Errorf("audio/jitter: MaxWait %v, use 0 to 1s: %w", c.MaxWait, ErrConfig)
	case c.Takeover < 0 || c.Takeover > time.Minute:
		return fmt.Errorf("audio/jitter: Takeover %v, use 0 to 1m: %w", c.Takeover, ErrConfig)
	case c.Depth < 16 || c.Depth > 255:
		return fmt.Errorf("audio/jitter: Depth %d, use 16 to 255: %w", c.Depth, ErrConfig)
	}
	return nil
}

// Packet is what the buffer needs of an RTP packet.
type Packet struct {
	SSRC      uint32
	Timestamp uint32
	Ticks     uint32 // sound in the payload, in ticks of ClockRate; 0 for what carries none (padding, DTMF, noise)
	ClockRate uint32 // Hz, of Timestamp
	Sequence  uint16
	Tag       uint8         // the caller's, kept with the packet: payload type or codec
	Arrival   time.Duration // monotonic
	Payload   []byte        // copied by Push; from Pop borrowed until the next call on the Buffer
}

// Popped is a packet that is due, with what lies between it and the packet with
// sound that was popped before it, in the packet's own ticks. In order of time:
// Lost, Gap, then the sound without its first Overlap ticks.
type Popped struct {
	Packet
	Lost    uint32 // sound that was lost on the way
	Gap     uint32 // silence that was not sent
	Overlap uint32 // leading ticks of this packet that an earlier one has covered
	Missing int    // packets declared lost since the last pop
	Restart bool   // the timestamps begin anew: the sources cannot be joined but by arrival
}

// Verdict is what became of a pushed packet.
type Verdict uint8

// The verdicts.
const (
	Accepted  Verdict = iota // it will be popped
	Duplicate                // it was here before
	Late                     // its place was already declared lost
	Probation                // of a source that is not (yet) the leg's
	Overflow                 // the buffer is full: pop until false after pushing
)

var verdictNames = [...]string{"accepted", "duplicate", "late", "probation", "overflow"}

func (v Verdict) String() string {
	if int(v) < len(verdictNames) {
		return verdictNames[v]
	}
	return fmt.Sprintf("Verdict(%d)", uint8(v))
}

// Counters count packets since [New].
type Counters struct {
	Received  uint64 // accepted
	Reordered uint64 // accepted after one that follows them
	Duplicate uint64
	Late      uint64
	Lost      uint64 // declared lost
	Foreign   uint64 // dropped on probation
	Overflow  uint64
	Resets    uint64 // sources taken after the first, and restarts of the timestamps
}
