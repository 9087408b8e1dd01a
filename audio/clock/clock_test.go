package clock_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio/clock"
	"pgregory.net/rapid"
)

const ms = time.Millisecond

// sender simulates a leg: packets of 20 ms by a clock that is slow by ppm (its
// 20 ms last longer), through a network of base delay and jitter.
type sender struct {
	ppm     float64
	base    time.Duration
	jitter  func(*rand.Rand) time.Duration
	talking func(i int) bool
	reports bool
}

// play runs the sender for a time and returns the worst error of the mapping,
// against true send time plus base delay, over all hops after settle.
func (s sender) play(m *clock.Mapper, length, settle time.Duration) (worst time.Duration) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range int(length / (20 * ms)) {
		media := time.Duration(i) * 20 * ms
		sent := media + time.Duration(float64(media)*s.ppm*1e-6)
		if s.reports && i%250 == 0 {
			m.ObserveReport(ntp(sent+77*time.Hour), media)
		}
		if s.talking != nil && !s.talking(i) {
			continue
		}
		m.Observe(media, began+sent+s.base+s.jitter(rng))
		if got := m.Offset(media); media >= settle {
			worst = max(worst, (got - sent - s.base).Abs())
		}
	}
	return worst
}

const began = 12345 * time.Second

func ntp(t time.Duration) uint64 {
	return uint64(t/time.Second)<<32 | uint64(t%time.Second)<<32/uint64(time.Second)
}

func upTo(d time.Duration) func(*rand.Rand) time.Duration {
	return func(r *rand.Rand) time.Duration { return time.Duration(r.Int64N(int64(d))) }
}

// bursty is a line that is usually good and at times late by up to 400 ms.
func bursty(r *rand.Rand) time.Duration {
	d := time.Duration(r.ExpFloat64() * float64(15*ms))
	if r.IntN(50) == 0 {
		d += time.Duration(r.Int64N(int64(400 * ms)))
	}
	return d
}

// One hour, clocks 300 ppm off (1.08 s in all): turn gaps are 200 ms, so the
// mapping has to stay far below 50 ms.
func TestOneHour(t *testing.T) {
	turns := func(i int) bool { return i/250%3 == 0 } // speaks 5 s of every 15
	cases := []struct {
		name string
		s    sender
		want time.Duration
	}{
		{"exact clock, jitter 100 ms", sender{0, 30 * ms, upTo(100 * ms), nil, false}, 10 * ms},
		{"300 ppm slow, jitter 100 ms", sender{300, 30 * ms, upTo(100 * ms), nil, false}, 10 * ms},
		{"300 ppm fast, jitter 100 ms", sender{-300, 30 * ms, upTo(100 * ms), nil, false}, 10 * ms},
		{"300 ppm slow, DTX", sender{300, 30 * ms, upTo(100 * ms), turns, false}, 15 * ms},
		{"300 ppm fast, bursts to 400 ms", sender{-300, 30 * ms, bursty, nil, false}, 10 * ms},
		{"300 ppm slow, sender reports", sender{300, 30 * ms, upTo(100 * ms), nil, true}, 10 * ms},
	}
	for _, c := range cases {
		m := clock.New(began)
		worst := c.s.play(&m, time.Hour, 5*time.Second)
		t.Logf("%s: worst error %v, drift %.1f ppm", c.name, worst.Round(100*time.Microsecond), m.DriftPPM())
		if worst > c.want {
			t.Errorf("%s: worst error %v > %v", c.name, worst, c.want)
		}
		if math.Abs(m.DriftPPM()-c.s.ppm) > 40 {
			t.Errorf("%s: drift %.1f ppm, want %.0f", c.name, m.DriftPPM(), c.s.ppm)
		}
	}
}

// Reports tell the drift before the envelope can.
func TestReportsHelpEarly(t *testing.T) {
	m := clock.New(began)
	// Hardly a packet gets through quickly: the envelope knows little.
	s := sender{300, 30 * ms, func(r *rand.Rand) time.Duration { return 80*ms + upTo(200*ms)(r) }, nil, true}
	s.play(&m, 45*time.Second, 0)
	if math.Abs(m.DriftPPM()-300) > 5 {
		t.Errorf("drift %.1f ppm after 45 s, want 300", m.DriftPPM())
	}
}

// A sender that stops for 3 s without counting is followed within 10 s.
func TestStepOfTheSender(t *testing.T) {
	m := clock.New(0)
	for i := range 6000 {
		media := time.Duration(i) * 20 * ms
		pause := time.Duration(0)
		if i >= 3000 {
			pause = 3 * time.Second
		}
		m.Observe(media, media+pause)
		if i == 3600 {
			if got := m.Offset(media); (got - media - pause).Abs() > 20*ms {
				t.Errorf("12 s after the step: offset %v, want %v", got, media+pause)
			}
		}
	}
}

func TestRestartDoesNotGoBack(t *testing.T) {
	m := clock.New(0)
	m.Observe(0, 500*ms)
	before := m.Offset(10 * ms)
	m.Restart()
	m.Observe(20*ms, 100*ms)
	if got := m.Offset(20 * ms); got < before {
		t.Errorf("offset went back from %v to %v", before, got)
	}
}

func TestBeforeTheFirstPacket(t *testing.T) {
	m := clock.New(time.Second)
	if got := m.Offset(time.Minute); got != 0 {
		t.Errorf("%v, want 0", got)
	}
}

// Whatever arrives, offsets are ordered like media times.
func TestOffsetsDoNotGoBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := clock.New(0)
		var media, arrival, last time.Duration
		for i := range rapid.IntRange(1, 300).Draw(t, "packets") {
			media += time.Duration(rapid.IntRange(0, 4000).Draw(t, "media")) * ms
			arrival += time.Duration(rapid.IntRange(0, 4000).Draw(t, "arrival")) * ms
			m.Observe(media, arrival)
			if rapid.Bool().Draw(t, "report") {
				m.ObserveReport(rapid.Uint64().Draw(t, "ntp"), media)
			}
			got := m.Offset(media)
			if i > 0 && got < last {
				t.Fatalf("offset %v after %v", got, last)
			}
			if d := m.DriftPPM(); math.Abs(d) > 1000 {
				t.Fatalf("drift %v ppm", d)
			}
			last = got
		}
	})
}

func TestNoAllocation(t *testing.T) {
	m := clock.New(0)
	i := time.Duration(0)
	if n := testing.AllocsPerRun(2000, func() { i++; m.Observe(i*20*ms, i*20*ms); m.Offset(i * 20 * ms) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func ExampleMapper() {
	m := clock.New(10 * time.Second) // the interaction began when our clock showed 10 s
	m.Observe(0, 12*time.Second)     // the leg's first packet, 2 s into it
	m.Observe(20*ms, 12*time.Second+15*ms)
	fmt.Println(m.Offset(time.Second))
	// Output: 2.995s
}
