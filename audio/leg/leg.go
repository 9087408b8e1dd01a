package leg

import (
	"errors"
	"fmt"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/audio/clock"
	"github.com/attune-cx/attune/audio/g711"
	"github.com/attune-cx/attune/audio/jitter"
	"github.com/attune-cx/attune/audio/opus"
	"github.com/attune-cx/attune/audio/resample"
	"github.com/pion/rtp"
)

// ErrRate says that the rate of a leg is neither 8000 nor 16000.
var ErrRate = errors.New("rate not supported")

// ErrPayloadType says that a packet's payload type was not announced.
var ErrPayloadType = errors.New("payload type is not announced")

// ErrPayload says that a payload cannot be what its payload type says.
var ErrPayload = errors.New("payload is malformed")

// ErrFull says that more PCM was pushed than is kept: call Next until false
// between pushes.
var ErrFull = errors.New("too much undelivered sound")

// MaxLost is the longest hole that becomes blocks of lost samples; a longer one
// becomes a jump of Block.At and a [Gap].
const MaxLost = 200 * time.Millisecond

// maxPayload is the longest sound of one packet that is believed.
const maxPayload = 200 * time.Millisecond

// paused marks the tag of a packet whose sound was dropped; the lower bits are
// the payload type.
const paused = 0x80

// Tables are the codec tables that all legs of a process may share.
type Tables struct {
	mu, a *g711.Codec
}

// NewTables makes the tables, 2 KB. They are immutable.
func NewTables() *Tables { return &Tables{mu: g711.New(g711.MuLaw), a: g711.New(g711.ALaw)} }

// Config describes a leg. The zero value is a leg of 8000 Hz that knows the
// static payload types.
type Config struct {
	Name    string        // for String: "agent"
	Rate    int           // of the blocks, 8000 (default) or 16000 Hz
	Formats []Format      // announced payload types; kept, not copied; static ones need not be here
	PCMRate int           // of samples given to PushPCM, default Rate
	Began   time.Duration // monotonic time of the interaction's offset 0
	Jitter  jitter.Config
	Tables  *Tables // shared by legs; nil makes the leg's own
}

func (c *Config) setDefaults() error {
	if c.Rate == 0 {
		c.Rate = 8000
	}
	if c.Rate != 8000 && c.Rate != 16000 {
		return fmt.Errorf("audio/leg: rate %d, use 8000 or 16000: %w", c.Rate, ErrRate)
	}
	if c.PCMRate == 0 {
		c.PCMRate = c.Rate
	}
	if c.PCMRate < resample.MinRate || c.PCMRate > resample.MaxRate {
		return fmt.Errorf("audio/leg: PCM rate %d, use %d to %d: %w", c.PCMRate, resample.MinRate, resample.MaxRate, ErrRate)
	}
	if c.Tables == nil {
		c.Tables = NewTables()
	}
	for _, f := range c.Formats {
		if err := f.check(f.String()); err != nil {
			return err
		}
	}
	return nil
}

// Leg is the chain of one leg. It is not safe for concurrent use.
type Leg struct {
	cfg    Config
	now    time.Duration
	buffer *jitter.Buffer
	clock  clock.Mapper
	paused bool
	ending bool
	gapped bool // gaps holds something: it lies where nothing else is looked at

	format    Format // of the sound last decoded
	opus      *opus.Decoder
	resampler *resample.Resampler // nil when the codec gives the leg's rate
	from      int                 // rate that resampler takes
	wide      []float32           // samples before the resampler

	out  assembly
	line mediaLine

	keys    keyPress
	presses queue[Key]
	gaps    queue[Gap]
	faults  faults
	stats   tally
}

// New makes a leg. Errors wrap [ErrRate], [ErrCodec] or [jitter.ErrConfig].
func New(cfg Config) (*Leg, error) {
	if err := cfg.setDefaults(); err != nil {
		return nil, err
	}
	buffer, err := jitter.New(cfg.Jitter)
	if err != nil {
		return nil, fmt.Errorf("audio/leg: %w", err)
	}
	l := &Leg{cfg: cfg, buffer: buffer, clock: clock.New(cfg.Began)}
	l.out.init(cfg.Rate)
	l.line.rate = int64(cfg.Rate)
	return l, nil
}

// Push takes one RTP packet: its header, its payload without padding, and the
// monotonic time it came, which must not go back. Nothing of it is kept by
// reference. Up to [jitter.Config].Depth packets may be pushed between two calls
// of Next; more are dropped and counted. Errors are about the packet alone, wrap [ErrPayloadType] or
// [ErrPayload], and are given once per payload type; the leg goes on.
func (l *Leg) Push(h *rtp.Header, payload []byte, arrival time.Duration) error {
	l.now = max(l.now, arrival)
	f, known := l.formatOf(h.PayloadType)
	p := jitter.Packet{
		SSRC: h.SSRC, Sequence: h.SequenceNumber, Timestamp: h.Timestamp,
		Tag: h.PayloadType & 0x7F, ClockRate: uint32(f.ClockRate), Arrival: arrival, Payload: payload,
	}
	var fault error
	switch ticks, err := f.sound(payload); {
	case !known:
		fault, p.Payload = l.unknown(h.PayloadType), nil
	case err != nil || int64(ticks) > int64(f.ClockRate)*int64(maxPayload)/int64(time.Second):
		fault, p.Payload = l.malformed(f, len(payload), err), nil
	default:
		p.Ticks = ticks
	}
	if l.paused {
		p.Payload, p.Tag = nil, p.Tag|paused
	}
	if l.buffer.Push(&p) == jitter.Accepted && p.Ticks > 0 {
		l.stats.arrived(&p)
	}
	return fault
}

// formatOf finds what a payload type stands for: as announced, else static.
func (l *Leg) formatOf(pt uint8) (Format, bool) {
	for _, f := range l.cfg.Formats {
		if f.Type == pt {
			return f, true
		}
	}
	return static(pt)
}

// Advance tells the time, on the clock of the arrivals: holes that have waited
// long enough are given up.
func (l *Leg) Advance(now time.Duration) { l.now = max(l.now, now) }

// Next gives the next block into dst, and false when none is complete. Call it
// until false. dst.Samples is borrowed until the next call on the leg.
func (l *Leg) Next(dst *audio.Block) bool {
	for !l.out.fillBlock() {
		if !l.popPacket() && !l.end() {
			return false
		}
	}
	l.out.lend(dst, l.line.newest)
	l.stats.count(dst.At, int64(len(dst.Samples)-l.out.notSent), int64(dst.Lost-l.out.notSent))
	return true
}

// Behind reports whether more than n whole blocks could be had from Next at
// once; of a leg that is finished, whether it may still give any.
func (l *Leg) Behind(n int) bool {
	if l.ending {
		return true
	}
	blocks := l.out.blocks()
	if blocks > int64(n) {
		return true
	}
	return l.buffer.Ready(l.now, (time.Duration(int64(n)-blocks)+1)*audio.Step)
}

// Finish says that nothing will be pushed any more: Next gives up all holes at
// once and completes the last block, its missing end counted as lost.
func (l *Leg) Finish() { l.ending = true }

// end completes what is open once the leg is finished; false when nothing is.
func (l *Leg) end() bool {
	if !l.ending {
		return false
	}
	if l.flushResampler() {
		return true
	}
	return l.out.pad()
}

// SetPaused stops or restarts listening. While paused, sound is dropped before
// it is decoded or stored, what is held and not yet delivered is overwritten,
// keys are not read, and the time that passes becomes a jump of Block.At.
func (l *Leg) SetPaused(on bool) {
	if on && !l.paused {
		l.buffer.Erase()
		l.out.erase()
		clear(l.wide[:cap(l.wide)])
		l.forget()
	}
	l.paused = on
}

// forget drops the sound that codec and resampler hold.
func (l *Leg) forget() {
	if l.resampler != nil {
		l.resampler.Reset()
	}
	if l.opus != nil {
		l.opus.Reset()
	}
	l.line.settle(&l.out)
}

// SenderReport takes the NTP and RTP timestamps of an RTCP sender report of the
// leg's present source (RFC 3550 section 6.4.1). Before the first packet, and
// for another ssrc, it does nothing.
func (l *Leg) SenderReport(ssrc uint32, ntp uint64, rtpTime uint32) {
	if own, ok := l.buffer.SSRC(); ok && own == ssrc && l.line.clockRate > 0 {
		l.clock.ObserveReport(ntp, l.line.mediaOf(rtpTime))
	}
}

// Offset maps a media time, as of Block.At, to the offset since the interaction
// began; see [clock.Mapper.Offset].
func (l *Leg) Offset(at time.Duration) time.Duration { return l.clock.Offset(at) }
