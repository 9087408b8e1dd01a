package leg

import (
	"fmt"
	"math"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/audio/jitter"
)

// Stats is the quality of a leg's line.
type Stats struct {
	Codec         string          // encoding of the newest sound: "PCMU"; "" before any
	LossRecent    float32         // share of the last 10 s of sound that was lost, 0..1; NaN before any
	LossTotal     float32         // share since the leg began; NaN before any
	ArrivalJitter time.Duration   // RFC 3550 section 6.4.1
	DriftPPM      float64         // sender's clock against ours; positive is slow
	Keys          int             // DTMF keys pressed
	Unknown       int             // packets of payload types that were not announced
	Malformed     int             // packets that could not be decoded
	TwoChannels   int             // packets whose two channels differ
	NoiseDBov     float32         // level of the newest comfort noise; NaN if none came
	Packets       jitter.Counters // received, reordered, duplicate, late, lost, resets
}

// tally is what Stats is made of.
type tally struct {
	second  int64 // of media time, that the newest bucket counts
	buckets [10]bucket
	total   struct{ samples, lost int64 }

	arrival time.Duration // of the last packet with sound
	stamp   uint32
	clock   uint32
	jitter  float64 // ns

	keys, unknown, malformed, twoChannels int
	noise                                 int8
	hasNoise                              bool
}

// bucket counts the samples of one second.
type bucket struct{ samples, lost int32 }

// arrived updates the arrival jitter, RFC 3550 appendix A.8.
func (t *tally) arrived(p *jitter.Packet) {
	if t.clock == p.ClockRate && t.clock > 0 {
		ticks := time.Duration(int32(p.Timestamp-t.stamp)) * time.Second / time.Duration(p.ClockRate)
		d := math.Abs(float64(p.Arrival - t.arrival - ticks))
		if d < float64(time.Second) { // beyond, the timestamps began anew
			t.jitter += (d - t.jitter) / 16
		}
	}
	t.clock, t.stamp, t.arrival = p.ClockRate, p.Timestamp, p.Arrival
}

// count adds samples from media time at on, of which lost were lost. Media
// times do not go back.
func (t *tally) count(at time.Duration, samples, lost int64) {
	t.total.samples += samples
	t.total.lost += lost
	second := int64(at / time.Second)
	for ; t.second < second; t.second++ {
		if second-t.second > int64(len(t.buckets)) {
			t.second = second - int64(len(t.buckets))
		}
		t.buckets[(t.second+1)%int64(len(t.buckets))] = bucket{}
	}
	b := &t.buckets[t.second%int64(len(t.buckets))]
	b.samples = int32(min(math.MaxInt32/16, int64(b.samples)+samples))
	b.lost = int32(min(math.MaxInt32/16, int64(b.lost)+lost))
}

// recent is the share lost in the last 10 s of media time.
func (t *tally) recent() float32 {
	var sum bucket
	for _, b := range t.buckets {
		sum.samples += b.samples
		sum.lost += b.lost
	}
	return share(int64(sum.lost), int64(sum.samples))
}

func share(part, whole int64) float32 {
	if whole == 0 {
		return float32(math.NaN())
	}
	return float32(float64(part) / float64(whole))
}

// Stats is the quality of the line so far. It allocates nothing.
func (l *Leg) Stats() Stats {
	t := &l.stats
	s := Stats{
		Codec:         l.format.Codec.String(),
		LossRecent:    t.recent(),
		LossTotal:     share(t.total.lost, t.total.samples),
		ArrivalJitter: time.Duration(t.jitter),
		DriftPPM:      l.clock.DriftPPM(),
		Keys:          t.keys, Unknown: t.unknown, Malformed: t.malformed, TwoChannels: t.twoChannels,
		NoiseDBov: float32(math.NaN()),
		Packets:   l.buffer.Counters(),
	}
	if t.hasNoise {
		s.NoiseDBov = float32(t.noise)
	}
	return s
}

// String is the leg in one line, the steps in order:
// "leg agent: rtp L16/44100 -> jitter 60ms -> L16 -> resample 44100 -> 16000 -> blocks 10ms/16000".
func (l *Leg) String() string {
	name := "leg"
	if l.cfg.Name != "" {
		name += " " + l.cfg.Name
	}
	wait := l.cfg.Jitter.MaxWait
	if wait == 0 {
		wait = jitter.DefaultMaxWait
	}
	source := "nothing heard yet"
	switch {
	case l.format.Codec != 0:
		source = fmt.Sprintf("rtp %v -> jitter %v -> %v", l.format, wait, l.format.Codec)
	case l.line.clockRate != 0:
		source = fmt.Sprintf("pcm %d", l.line.clockRate)
	}
	if l.resampler != nil {
		source += fmt.Sprintf(" -> %v", l.resampler)
	}
	return fmt.Sprintf("%s: %s -> blocks %v/%d", name, source, audio.Step, l.cfg.Rate)
}
