package jitter

import "time"

const (
	// maxOverlap is how far back a timestamp may go and still be the same run:
	// one packet of the longest kind.
	maxOverlap = 120 * time.Millisecond
	// maxLead is how much more time the timestamps may claim than has passed
	// between two arrivals: network delay does not shrink by more.
	maxLead = 2 * time.Second
)

// timeline follows the timestamps of the packets that are popped.
type timeline struct {
	known     bool
	anew      bool   // the next packet with sound begins a new run
	expected  uint32 // timestamp at which the sound so far ends
	ticks     uint32 // length of the last packet with sound
	clockRate uint32
	missing   int // packets declared lost since then
	arrival   time.Duration
}

func (l *timeline) restart() { l.anew = l.known }

// place fills in what lies before p, and reports whether a new run begins.
func (l *timeline) place(p *Popped) bool {
	l.missing += p.Missing
	if p.Ticks == 0 {
		return false // no sound: its timestamp is an event's, not the sound's
	}
	switch {
	case !l.known:
	case l.anew:
		p.Restart = true
	case p.ClockRate != l.clockRate:
		// Timestamps of two clocks do not compare (RFC 7160 section 4): the
		// sound is taken to go on, less what was lost.
		p.Lost = uint32(l.missing) * p.Ticks
	default:
		p.Restart = !l.join(p)
	}
	end := p.Timestamp + p.Ticks
	if p.Overlap == p.Ticks {
		end = l.expected
	}
	*l = timeline{known: true, expected: end, ticks: p.Ticks, clockRate: p.ClockRate, arrival: p.Arrival}
	return p.Restart
}

// join compares p's timestamp with the end of the sound so far; false means
// that they belong to different runs.
func (l *timeline) join(p *Popped) bool {
	delta := int64(int32(p.Timestamp - l.expected))
	if delta < 0 {
		if -delta > l.inTicks(maxOverlap) {
			return false
		}
		p.Overlap = uint32(min(-delta, int64(p.Ticks)))
		return true
	}
	nominal := int64(max(l.ticks, p.Ticks)) * int64(l.missing)
	if delta > nominal && delta > l.inTicks(max(0, p.Arrival-l.arrival)+maxLead) {
		return false
	}
	p.Lost = uint32(min(delta, nominal))
	p.Gap = uint32(delta) - p.Lost
	return true
}

func (l *timeline) inTicks(d time.Duration) int64 {
	return int64(d/time.Millisecond) * int64(l.clockRate) / 1000
}
