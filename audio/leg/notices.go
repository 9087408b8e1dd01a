package leg

import (
	"errors"
	"fmt"
	"time"

	"github.com/attune-cx/attune/audio/jitter"
	"github.com/attune-cx/attune/audio/opus"
	"github.com/attune-cx/attune/audio/telephony"
)

// Key is a DTMF key: told once when it goes down and once when it comes up.
type Key struct {
	Digit  byte          // '0'-'9', '*', '#', 'A'-'D'; 0 for another telephone event
	Code   uint8         // event number of RFC 4733
	At     time.Duration // media time at which it went down
	Length time.Duration // how long it has been down
	End    bool          // it came up
}

// Gap is a hole in the sound too long to be told as lost samples.
type Gap struct {
	At, Length time.Duration // media time
}

// queue keeps the newest eight of what was not yet asked for.
type queue[T any] struct {
	items [8]T
	n     int
}

func (q *queue[T]) push(v T) {
	if q.n == len(q.items) {
		q.n = copy(q.items[:], q.items[1:])
	}
	q.items[q.n] = v
	q.n++
}

func (q *queue[T]) pop(dst *T) bool {
	if q.n == 0 {
		return false
	}
	*dst = q.items[0]
	q.n = copy(q.items[:], q.items[1:q.n])
	return true
}

// NextKey gives the next key that went down or came up, false when there is
// none. Ask after Next; of more than eight the oldest are forgotten.
func (l *Leg) NextKey(dst *Key) bool { return l.presses.pop(dst) }

// NextGap gives the next hole longer than [MaxLost], false when there is none.
// Ask after Next; of more than eight the oldest are forgotten.
func (l *Leg) NextGap(dst *Gap) bool {
	if l.gapped {
		l.gapped = l.gaps.pop(dst)
	}
	return l.gapped
}

// keyPress is the key that was told last: reports repeat under one timestamp.
type keyPress struct {
	stamp       uint32
	code        uint8
	down, ended bool
}

// beside takes what stands beside speech: keys, comfort noise, padding.
func (l *Leg) beside(f Format, p *jitter.Popped) {
	switch {
	case p.Tag&paused != 0 || len(p.Payload) == 0:
	case f.Codec == TelephoneEvent:
		e, err := telephony.ParseEvent(p.Payload)
		if err != nil {
			l.stats.malformed++
			l.faults.note(err)
			return
		}
		l.key(f, p.Timestamp, e)
	case f.Codec == ComfortNoise:
		if n, err := telephony.ParseNoise(p.Payload); err == nil {
			l.stats.noise, l.stats.hasNoise = int8(n.LevelDBov), true
		}
	}
}

// key tells a key press once at its begin and once at its end.
func (l *Leg) key(f Format, stamp uint32, e telephony.Event) {
	k := &l.keys
	again := k.down && k.stamp == stamp && k.code == e.Code
	if again && (k.ended || !e.End) {
		return
	}
	if !again {
		l.stats.keys++
	}
	*k = keyPress{stamp: stamp, code: e.Code, down: true, ended: e.End}
	at := samplesToTime(l.line.pos, l.line.rate)
	if l.line.clockRate == int64(f.ClockRate) {
		at = max(0, l.line.mediaOf(stamp))
	}
	l.presses.push(Key{Digit: e.Digit(), Code: e.Code, At: at, Length: e.Length(f.ClockRate), End: e.End})
}

// faults says each kind of fault once.
type faults struct {
	unknown   [2]uint64 // payload types told, by bit
	malformed [2]uint64
	told      [3]bool // damaged, two channels, other
	next      error
}

func once(set *[2]uint64, pt uint8) bool {
	word, bit := &set[pt>>6&1], uint64(1)<<(pt&63)
	first := *word&bit == 0
	*word |= bit
	return first
}

// note keeps the first fault of each kind that comes up while decoding.
func (f *faults) note(err error) {
	kind := 2
	switch {
	case err == nil:
		return
	case errors.Is(err, opus.ErrTwoChannels):
		kind = 1
	case errors.Is(err, opus.ErrCorrupt):
		kind = 0
	}
	if !f.told[kind] {
		f.told[kind], f.next = true, err
	}
}

// Fault is what went wrong while decoding and was not asked for yet, nil if
// nothing. A kind of fault is told once in a leg; [Stats] counts them all. The
// leg goes on, the sound concerned counts as lost. Errors wrap
// [opus.ErrTwoChannels] (one party is being mixed with another: stop scoring),
// [opus.ErrCorrupt] or [telephony.ErrShortPayload].
func (l *Leg) Fault() error {
	err := l.faults.next
	l.faults.next = nil
	return err
}

func (l *Leg) unknown(pt uint8) error {
	l.stats.unknown++
	if !once(&l.faults.unknown, pt) {
		return nil
	}
	return fmt.Errorf("audio/leg: payload type %d is not announced: give its rtpmap (codec/rate) when the leg is created, or send PCMU or PCMA: %w", pt, ErrPayloadType)
}

func (l *Leg) malformed(f Format, n int, err error) error {
	l.stats.malformed++
	if !once(&l.faults.malformed, f.Type) {
		return nil
	}
	if err == nil {
		return fmt.Errorf("audio/leg: payload of %d bytes of %v is longer than %v: %w", n, f, maxPayload, ErrPayload)
	}
	return fmt.Errorf("audio/leg: %w: %w", ErrPayload, err)
}
