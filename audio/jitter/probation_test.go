package jitter_test

import (
	"slices"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio/jitter"
)

func from(ssrc uint32, p jitter.Packet) jitter.Packet { p.SSRC = ssrc; return p }

func TestChangeOfSource(t *testing.T) {
	b := newBuffer(t)
	got := run(b, sound(0), sound(1))
	for i := 2; i < 8; i++ {
		p := from(9, sound(i+1000))
		p.Arrival = time.Duration(i) * 20 * ms
		got = append(got, run(b, p)...)
	}
	// Taken 60 ms after the last packet of the old source, with all that came on probation.
	want := []popped{{id: 0}, {id: 1}, {id: 1002, restart: true}, {id: 1003}, {id: 1004}, {id: 1005}, {id: 1006}, {id: 1007}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if ssrc, _ := b.SSRC(); ssrc != 9 {
		t.Errorf("source %d, want 9", ssrc)
	}
	if c := b.Counters(); c.Resets != 1 || c.Foreign != 0 || c.Lost != 0 {
		t.Errorf("%+v", c)
	}
}

func TestOnePacketIsNoSource(t *testing.T) {
	b := newBuffer(t)
	run(b, sound(0), from(9, sound(500)))
	if got := drain(b, time.Hour); got != nil {
		t.Errorf("one foreign packet was taken: %+v", got)
	}
	// Two that do not follow each other are none either.
	run(b, from(9, sound(502)))
	if got := drain(b, time.Hour); got != nil {
		t.Errorf("two packets out of order were taken: %+v", got)
	}
}

// A spray of foreign packets, random or as one steady source, while the leg's
// own source talks: the output is bit for bit that of the call without it.
func TestSprayDisturbsNothing(t *testing.T) {
	clean, sprayed := newBuffer(t), newBuffer(t)
	var want, got []popped
	for i := range 300 {
		want = append(want, run(clean, sound(i))...)
		got = append(got, run(sprayed, sound(i))...)
		for k := range 20 {
			stray := from(uint32(1000+k), at(sound(i*31+k), sound(i).Arrival+time.Duration(k)*ms/2))
			if k%2 == 0 {
				stray = from(5, at(sound(i*10+k/2), stray.Arrival)) // in order, 500 packets/s
			}
			got = append(got, run(sprayed, stray)...)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("spray changed the output: %d packets for %d", len(got), len(want))
	}
	if c := sprayed.Counters(); c.Foreign < 5000 || c.Resets != 0 || c.Overflow != 0 {
		t.Errorf("%+v", c)
	}
}

// The same source begins anew with sequence numbers far away.
func TestSequenceRestart(t *testing.T) {
	b := newBuffer(t)
	got := run(b, sound(0), sound(1))
	for i := 2; i < 9; i++ {
		p := sound(i)
		p.Sequence += 20000
		got = append(got, run(b, p)...)
	}
	if len(got) != 9 || !got[2].restart || got[3].restart {
		t.Errorf("%+v", got)
	}
}

// A burst of 70 s lost: too far for loss, so the run begins anew.
func TestLongOutage(t *testing.T) {
	b := newBuffer(t)
	got := run(b, sound(0), sound(1), sound(3502), sound(3503), sound(3504))
	if len(got) != 5 || !got[2].restart || got[2].missing != 0 {
		t.Errorf("%+v", got)
	}
}

// 40 s lost is loss, told with its length.
func TestLongLoss(t *testing.T) {
	b := newBuffer(t)
	run(b, sound(0), sound(2001))
	got := drain(b, time.Hour)
	if want := []popped{{id: 2001, lost: 2000 * 160, missing: 2000}}; !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
