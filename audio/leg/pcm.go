package leg

import (
	"fmt"
	"time"
)

// Follows, as the media time of [Leg.PushPCM], says that the samples follow
// those of the call before.
const Follows time.Duration = -1

const (
	maxPCM     = time.Second          // undelivered sound that is kept
	pcmWobble  = 5 * time.Millisecond // media times of chunks are often rounded
	pcmRestart = time.Second          // media times that go back by more began anew
)

// PushPCM takes sound that is decoded already, of WAV files and media
// WebSockets: one channel at Config.PCMRate, full scale ±1 (clipped; NaN is
// silence). at is the media time of its first sample in the source's own count,
// or [Follows]; a jump forward is silence that was not sent, and samples that
// were given before are dropped. It returns [ErrFull], and has taken nothing,
// when more than a second would be undelivered: push less at a time and call
// Next until false between. A leg takes either PCM or RTP, not both.
func (l *Leg) PushPCM(samples []float32, at, arrival time.Duration) error {
	l.now = max(l.now, arrival)
	pending := samplesToTime(int64(l.out.waiting()), l.line.rate) + samplesToTime(int64(len(samples)), int64(l.cfg.PCMRate))
	if pending > maxPCM {
		return fmt.Errorf("audio/leg: %v of undelivered sound > %v: %w", pending.Round(time.Millisecond), maxPCM, ErrFull)
	}
	if l.line.clockRate == 0 {
		l.line.use(l.cfg.PCMRate)
		l.resampleFrom(l.cfg.PCMRate)
		l.line.pcmBase = max(0, at)
	}
	samples = samples[l.joinPCM(len(samples), at):]
	l.line.newest = max(l.line.newest, arrival)
	l.clock.Observe(samplesToTime(l.line.pos, l.line.rate), arrival)
	want := l.line.take(uint32(len(samples)))
	if l.paused {
		l.jump(want)
		return nil
	}
	l.givePCM(samples, want)
	return nil
}

// joinPCM places the next n samples by their media time, and returns how many
// of them were given before.
func (l *Leg) joinPCM(n int, at time.Duration) int {
	if at < 0 {
		return 0
	}
	delta := at - l.line.pcmBase - samplesToTime(l.line.pos, l.line.rate)
	switch {
	case delta > pcmWobble:
		silence := timeToSamples(delta, l.line.rate)
		l.line.pos += silence
		l.jump(silence)
	case delta < -pcmRestart:
		l.line.pcmBase += delta
	case delta < -pcmWobble:
		return min(n, int(timeToSamples(-delta, int64(l.cfg.PCMRate))))
	}
	return 0
}

// givePCM puts samples on the line, want of them at the leg's rate.
func (l *Leg) givePCM(samples []float32, want int64) {
	before := len(l.out.pcm)
	if l.resampler == nil {
		l.out.pcm = appendBounded(l.out.pcm, samples)
	} else {
		l.wide = appendBounded(l.wide[:0], samples)
		l.out.pcm = l.resampler.Process(l.out.pcm, l.wide)
		bound(l.out.pcm[before:])
	}
	n := int64(len(l.out.pcm) - before)
	l.out.add(heard, n)
	l.line.ahead += n - want
}

// appendBounded appends src within ±1, NaN as 0.
func appendBounded(dst, src []float32) []float32 {
	for _, x := range src {
		if x != x {
			x = 0
		}
		dst = append(dst, max(-1, min(1, x)))
	}
	return dst
}
