package leg

import (
	"errors"
	"time"

	"github.com/attune-cx/attune/audio/jitter"
	"github.com/attune-cx/attune/audio/l16"
	"github.com/attune-cx/attune/audio/opus"
	"github.com/attune-cx/attune/audio/resample"
)

// uncounted is how late a packet must be before its sender is taken to have
// stopped: no network holds back all of a leg's packets for so long and then
// delivers them.
const uncounted = 2 * time.Second

// popPacket takes the next packet that is due; false when none is.
func (l *Leg) popPacket() bool {
	now := l.now
	if l.ending {
		now += time.Hour
	}
	var p jitter.Popped
	if !l.buffer.Pop(&p, now) {
		return false
	}
	l.line.newest = max(l.line.newest, p.Arrival)
	f, known := l.formatOf(p.Tag &^ paused)
	switch {
	case !known:
	case p.Ticks == 0:
		l.beside(f, &p)
	default:
		l.take(f, &p)
	}
	return true
}

// take puts a packet with sound, and what lies before it, on the line.
func (l *Leg) take(f Format, p *jitter.Popped) {
	l.change(f)
	if p.Restart {
		l.restart(p.Arrival)
	}
	l.between(p)
	if !p.Restart {
		l.stopped(p.Arrival)
	}
	start := l.line.pos
	l.line.stamp, l.line.start, l.line.arrival = p.Timestamp+p.Overlap, start, p.Arrival
	l.clock.Observe(samplesToTime(start, l.line.rate), p.Arrival)
	want := l.line.take(p.Ticks - p.Overlap)
	switch {
	case p.Tag&paused != 0 || len(p.Payload) == 0:
		l.jump(want)
	case f.Codec == Opus && opus.Silent(p.Payload):
		l.jump(want)
	default:
		l.decode(f, p, want)
	}
}

// change prepares for another codec, mid-call or at the first packet.
func (l *Leg) change(f Format) {
	if f == l.format {
		return
	}
	l.edge()
	l.format = f
	l.line.use(f.ClockRate)
	if f.Codec != Opus {
		l.resampleFrom(f.ClockRate)
	}
}

// resampleFrom readies the resampler for sound of another rate.
func (l *Leg) resampleFrom(rate int) {
	if rate == l.cfg.Rate {
		l.resampler, l.from = nil, rate
		return
	}
	if l.resampler != nil && l.from == rate {
		return
	}
	r, err := resample.New(rate, l.cfg.Rate)
	if err != nil { // rates were checked by New; if this fails the sound is lost, not the leg
		l.faults.note(err)
		return
	}
	l.resampler, l.from = r, rate
}

// edge ends a stretch of sound: what the resampler holds comes out.
func (l *Leg) edge() {
	l.flushResampler()
	l.line.settle(&l.out)
}

// flushResampler gives out what the resampler holds; false when it holds nothing.
func (l *Leg) flushResampler() bool {
	if l.resampler == nil || l.line.ahead >= 0 {
		return false
	}
	before := len(l.out.pcm)
	l.out.pcm = l.resampler.Flush(l.out.pcm)
	bound(l.out.pcm[before:])
	n := int64(len(l.out.pcm) - before)
	l.out.add(heard, n)
	l.line.ahead += n
	return n > 0
}

// restart joins another source to the line by the time of its arrival, on the
// grid, so that no block is torn.
func (l *Leg) restart(arrival time.Duration) {
	l.edge()
	if l.opus != nil {
		l.opus.Reset()
	}
	l.clock.Restart()
	silence := l.line.start + timeToSamples(arrival-l.line.arrival, l.line.rate) - l.line.pos
	grid := l.line.rate / 100
	if silence >= 4*grid { // less is jitter
		silence -= silence % grid
		l.line.pos += silence
		l.jump(silence)
	}
}

// stopped finds a sender that stopped without counting on, as on hold: its
// timestamps claim no time, but it passed. The time becomes a jump.
func (l *Leg) stopped(arrival time.Duration) {
	if l.line.stamped {
		due := l.line.arrival + samplesToTime(l.line.pos-l.line.start, l.line.rate)
		if late := arrival - due; late > uncounted {
			silence := timeToSamples(late, l.line.rate)
			silence -= silence % (l.line.rate / 100)
			l.line.pos += silence
			l.jump(silence)
		}
	}
	l.line.stamped = true
}

// between puts what was lost and what was not sent on the line.
func (l *Leg) between(p *jitter.Popped) {
	if p.Lost == 0 && p.Gap == 0 {
		return
	}
	l.edge()
	at := l.line.pos
	n := l.line.owed(l.line.take(p.Lost))
	switch {
	case p.Tag&paused != 0:
		l.out.add(jumped, n)
	case n > timeToSamples(MaxLost, l.line.rate):
		l.gapped = true
		l.gaps.push(Gap{At: samplesToTime(at, l.line.rate), Length: samplesToTime(n, l.line.rate)})
		l.stats.count(samplesToTime(at, l.line.rate), n, n)
		l.out.add(jumped, n)
	default:
		l.out.add(lost, n)
	}
	l.out.add(jumped, l.line.owed(l.line.take(p.Gap)))
}

// jump passes over n samples of the line that hold no sound.
func (l *Leg) jump(n int64) {
	l.edge()
	l.out.add(jumped, l.line.owed(n))
}

// decode gives out the sound of a packet, want samples of it.
func (l *Leg) decode(f Format, p *jitter.Popped, want int64) {
	before := len(l.out.pcm)
	if f.Codec != Opus && l.resampler != nil {
		wide, err := l.payload(l.wide[:0], f, p.Payload)
		l.wide = wide
		if err != nil || int(p.Overlap) > len(wide) {
			l.undecodable(err, want)
			return
		}
		l.out.pcm = l.resampler.Process(l.out.pcm, wide[p.Overlap:])
		bound(l.out.pcm[before:])
		n := int64(len(l.out.pcm) - before)
		l.out.add(heard, n)
		l.line.ahead += n - want
		return
	}
	pcm, err := l.payload(l.out.pcm, f, p.Payload)
	if err != nil {
		l.out.pcm = pcm[:before]
		l.undecodable(err, want)
		return
	}
	// An overlap is cut off the head.
	n := min(want, int64(len(pcm)-before))
	l.out.pcm = pcm[:before+copy(pcm[before:], pcm[len(pcm)-int(n):])]
	l.out.add(heard, n)
	l.out.add(lost, want-n)
}

// bound clips to full scale: a filter may overshoot it.
func bound(pcm []float32) {
	for i, x := range pcm {
		pcm[i] = max(-1, min(1, x))
	}
}

// payload appends the samples of a payload to dst.
func (l *Leg) payload(dst []float32, f Format, payload []byte) ([]float32, error) {
	switch f.Codec {
	case PCMU:
		return l.cfg.Tables.mu.Decode(dst, payload), nil
	case PCMA:
		return l.cfg.Tables.a.Decode(dst, payload), nil
	case L16:
		dst, _ = l16.Decode(dst, payload[:len(payload)&^1]) // whole samples only: no error is left
		return dst, nil
	}
	if l.opus == nil {
		d, err := opus.New(l.cfg.Rate)
		if err != nil {
			return dst, err
		}
		l.opus = d
	}
	return l.opus.Decode(dst, payload)
}

// undecodable counts a packet whose sound could not be had as lost.
func (l *Leg) undecodable(err error, want int64) {
	if errors.Is(err, opus.ErrTwoChannels) {
		l.stats.twoChannels++
	} else {
		l.stats.malformed++
	}
	l.faults.note(err)
	l.edge()
	l.out.add(lost, l.line.owed(want))
}
