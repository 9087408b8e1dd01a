package clock

import "time"

const (
	window   = 4 * time.Second  // one minimum is kept of each
	windows  = 32               // minima kept: about two minutes
	minSpan  = 20 * time.Second // of minima before their slope is believed
	sureSpan = time.Minute      // of minima before sender reports are no longer needed
	maxDrift = 1000e-6          // no audio clock is worse; beyond, it is a fault of the estimate
	step     = 100 * time.Millisecond
)

// point is one observation: a packet's media time, and its arrival less that.
type point struct {
	media, delay time.Duration
}

// Mapper maps one leg's media time to offsets of its interaction. It is a state
// machine without a clock, holds no pointers (about 700 bytes) and is not safe
// for concurrent use. Make it with [New].
type Mapper struct {
	began   time.Duration
	started bool
	ref     point   // the line: delay at media = ref.delay + drift*(media-ref.media)
	drift   float64 // seconds of delay gained per second of media
	minima  [windows]point
	n       int           // minima in use, oldest first
	least   point         // the open window's packet that was delayed least
	opened  time.Duration // arrival that opened it
	open    bool
	above   int // closed windows in a row that lie a step above the line
	reports senderReports
	floor   point // newest media time that was mapped; delay holds its offset
	mapped  bool
}

// New makes a mapper. began is the moment of offset 0 on the monotonic clock
// that arrivals are given in.
func New(began time.Duration) Mapper { return Mapper{began: began} }

// Observe takes a packet: the media time of its first sample, counted from the
// leg's first packet, and its arrival.
func (m *Mapper) Observe(media, arrival time.Duration) {
	p := point{media, arrival - media}
	if !m.started {
		m.started, m.ref = true, p
	}
	if m.open && arrival-m.opened >= window {
		m.closeWindow()
	}
	switch {
	case !m.open:
		m.open, m.opened, m.least = true, arrival, p
	case m.residual(p) < m.residual(m.least):
		m.least = p
	}
	if r := m.residual(p); r < 0 {
		if r < -step {
			m.n, m.above = 0, 0 // jitter is not that large: the sender's count went ahead
		}
		m.ref = p
	}
}

// residual is how much later p came than the line says.
func (m *Mapper) residual(p point) time.Duration { return p.delay - m.delay(p.media) }

func (m *Mapper) delay(media time.Duration) time.Duration {
	return m.ref.delay + time.Duration(m.drift*float64(media-m.ref.media))
}

// closeWindow keeps the minimum of the window and draws the line anew.
func (m *Mapper) closeWindow() {
	m.open = false
	if m.residual(m.least) > step {
		m.above++
	} else {
		m.above = 0
	}
	if m.above >= 2 { // the sender paused without counting: what was before is of another line
		m.minima[0], m.n, m.above = m.minima[m.n-1], 1, 0
	}
	if m.n == windows {
		m.n = copy(m.minima[:], m.minima[1:])
	}
	m.minima[m.n] = m.least
	m.n++
	m.fit()
}

// fit sets drift and the line under all minima.
func (m *Mapper) fit() {
	m.drift = m.estimate()
	m.ref = m.minima[0]
	for _, p := range m.minima[1:m.n] {
		if m.residual(p) < 0 {
			m.ref = p
		}
	}
}

// estimate chooses the drift: that of the envelope, or of sender reports while
// the envelope is short, else what was known.
func (m *Mapper) estimate() float64 {
	span := m.minima[m.n-1].media - m.minima[0].media
	if span < sureSpan {
		if d, ok := m.reports.drift(); ok {
			return clampDrift(d)
		}
	}
	if span < minSpan {
		return m.drift
	}
	return clampDrift(envelopeSlope(m.minima[:m.n]))
}

func clampDrift(d float64) float64 { return max(-maxDrift, min(maxDrift, d)) }

// Offset is the offset of a media time since the interaction began. For media
// times that do not go back it does not go back either, however the estimate
// moves; before the first packet it is 0.
func (m *Mapper) Offset(media time.Duration) time.Duration {
	if !m.started {
		return 0
	}
	offset := media + m.delay(media) - m.began
	if m.mapped && media >= m.floor.media {
		offset = max(offset, m.floor.delay)
	}
	if !m.mapped || media >= m.floor.media {
		m.floor, m.mapped = point{media, offset}, true
	}
	return offset
}

// DriftPPM is how many parts per million the sender's clock is slow (positive)
// or fast against ours, 0 until it is known.
func (m *Mapper) DriftPPM() float64 { return m.drift * 1e6 }

// Restart forgets the sender's clock, as when another source takes over the leg.
// Offsets still do not go back.
func (m *Mapper) Restart() {
	*m = Mapper{began: m.began, floor: m.floor, mapped: m.mapped}
}
