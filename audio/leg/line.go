package leg

import "time"

// mediaLine counts the leg's media time in samples of its rate: the end of all
// that was taken, whether heard, lost or jumped over.
type mediaLine struct {
	rate      int64
	pos       int64
	clockRate int64 // of the ticks converted last
	remainder int64 // of that conversion, so that rounding never adds up
	ahead     int64 // samples given out beyond what was due (negative: the resampler holds them)

	stamp   uint32 // timestamp of the last packet with sound,
	start   int64  // where it began,
	arrival time.Duration
	newest  time.Duration // newest arrival so far
	stamped bool          // there was a packet with sound
	pcmBase time.Duration // the source's count at the leg's first sample
}

// use sets the clock that ticks are counted in.
func (m *mediaLine) use(clockRate int) {
	if m.clockRate != int64(clockRate) {
		m.clockRate, m.remainder = int64(clockRate), 0
	}
}

// take advances by ticks and returns how many samples that is.
func (m *mediaLine) take(ticks uint32) int64 {
	n := int64(ticks)*m.rate + m.remainder
	m.remainder = n % m.clockRate
	m.pos += n / m.clockRate
	return n / m.clockRate
}

// settle squares what was given out with what was due, at the edge of a
// stretch: what is missing becomes a jump, what is over is owed by the next.
func (m *mediaLine) settle(out *assembly) {
	if m.ahead < 0 {
		out.add(jumped, -m.ahead)
		m.ahead = 0
	}
}

// owed shortens a stretch of n samples by what was given out too much.
func (m *mediaLine) owed(n int64) int64 {
	k := max(0, min(n, m.ahead))
	m.ahead -= k
	return n - k
}

// mediaOf is the media time of a timestamp near the last packet's.
func (m *mediaLine) mediaOf(stamp uint32) time.Duration {
	ticks := int64(int32(stamp - m.stamp))
	return samplesToTime(m.start, m.rate) + time.Duration(ticks)*time.Second/time.Duration(m.clockRate)
}
