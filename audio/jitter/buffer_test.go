package jitter_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio/jitter"
)

const ms = time.Millisecond

// sound makes the packet i of a run: 20 ms of G.711.
func sound(i int) jitter.Packet {
	return jitter.Packet{
		SSRC: 7, Sequence: uint16(65530 + i), Timestamp: uint32(0xFFFFFF00 + 160*i),
		Ticks: 160, ClockRate: 8000, Payload: []byte{byte(i), byte(i >> 8)}, Arrival: time.Duration(i) * 20 * ms,
	}
}

func at(p jitter.Packet, arrival time.Duration) jitter.Packet { p.Arrival = arrival; return p }

func newBuffer(t testing.TB) *jitter.Buffer {
	t.Helper()
	b, err := jitter.New(jitter.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// popped is what the tests compare: which packet, and what lay before it.
type popped struct {
	id                 int
	lost, gap, overlap uint32
	missing            int
	restart            bool
}

func drain(b *jitter.Buffer, now time.Duration) (out []popped) {
	var p jitter.Popped
	for b.Pop(&p, now) {
		id := -1
		if len(p.Payload) == 2 {
			id = int(p.Payload[0]) | int(p.Payload[1])<<8
		}
		out = append(out, popped{id, p.Lost, p.Gap, p.Overlap, p.Missing, p.Restart})
	}
	return out
}

func run(b *jitter.Buffer, in ...jitter.Packet) (out []popped) {
	for _, p := range in {
		b.Push(&p)
		out = append(out, drain(b, p.Arrival)...)
	}
	return out
}

func TestInOrderIsNeverHeld(t *testing.T) {
	b := newBuffer(t)
	for i := range 200 { // across both wraps
		p := sound(i)
		if v := b.Push(&p); v != jitter.Accepted {
			t.Fatalf("packet %d: %v", i, v)
		}
		if got := drain(b, p.Arrival); !slices.Equal(got, []popped{{id: i}}) {
			t.Fatalf("packet %d: popped %+v", i, got)
		}
	}
	if c := b.Counters(); c != (jitter.Counters{Received: 200}) {
		t.Errorf("%+v", c)
	}
}

func TestHoleWaitsThenIsLost(t *testing.T) {
	b := newBuffer(t)
	run(b, sound(0))
	if got := run(b, sound(3)); got != nil {
		t.Fatalf("popped %+v over a hole at once", got)
	}
	seen := 60 * ms // packet 3 came then
	if due, ok := b.Due(); !ok || due != seen+60*ms {
		t.Errorf("due at %v, %v; want %v", due, ok, seen+60*ms)
	}
	if got := drain(b, seen+59*ms); got != nil {
		t.Fatalf("popped %+v after 59 ms", got)
	}
	want := []popped{{id: 3, lost: 320, missing: 2}}
	if got := drain(b, seen+60*ms); !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	p := at(sound(1), seen+61*ms)
	if v := b.Push(&p); v != jitter.Late {
		t.Errorf("packet 1 came too late but was %v", v)
	}
	if c := b.Counters(); c.Lost != 2 || c.Late != 1 {
		t.Errorf("%+v", c)
	}
}

func TestReorderAndDuplicates(t *testing.T) {
	b := newBuffer(t)
	got := run(b, sound(0), at(sound(2), 20*ms), at(sound(2), 21*ms), at(sound(1), 22*ms), at(sound(1), 23*ms), at(sound(0), 24*ms))
	if want := []popped{{id: 0}, {id: 1}, {id: 2}}; !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	want := jitter.Counters{Received: 3, Reordered: 1, Duplicate: 3}
	if c := b.Counters(); c != want {
		t.Errorf("%+v, want %+v", c, want)
	}
}

func TestTimestamps(t *testing.T) {
	shift := func(i int, ticks int32) jitter.Packet {
		p := sound(i)
		p.Timestamp += uint32(ticks)
		p.Arrival += time.Duration(max(0, ticks)) * time.Second / 8000
		return p
	}
	silent := func(i int) jitter.Packet {
		p := sound(i)
		p.Ticks, p.Timestamp = 0, 12345
		return p
	}
	cases := []struct {
		name string
		in   []jitter.Packet
		want []popped
	}{
		{"DTX: silence not sent", []jitter.Packet{sound(0), shift(1, 8000)}, []popped{{id: 0}, {id: 1, gap: 8000}}},
		{"loss within DTX", []jitter.Packet{sound(0), shift(2, 8000), at(shift(3, 8000), 1200*ms)},
			[]popped{{id: 0}, {id: 2, lost: 160, gap: 8000, missing: 1}, {id: 3}}},
		{"padding and events keep the line", []jitter.Packet{sound(0), silent(1), silent(2), shift(3, -320)},
			[]popped{{id: 0}, {id: 1}, {id: 2}, {id: 3}}},
		{"few ticks back", []jitter.Packet{sound(0), shift(1, -10), sound(2)},
			[]popped{{id: 0}, {id: 1, overlap: 10}, {id: 2, gap: 10}}},
		{"same sound again", []jitter.Packet{sound(0), shift(1, -160), shift(2, -160)},
			[]popped{{id: 0}, {id: 1, overlap: 160}, {id: 2}}},
		{"restart backward", []jitter.Packet{sound(0), shift(1, -80000), shift(2, -80000)},
			[]popped{{id: 0}, {id: 1, restart: true}, {id: 2}}},
		{"restart forward", []jitter.Packet{sound(0), at(shift(1, 8000000), 20*ms), at(shift(2, 8000000), 40*ms)},
			[]popped{{id: 0}, {id: 1, restart: true}, {id: 2}}},
	}
	for _, c := range cases {
		b := newBuffer(t)
		got := run(b, c.in...)
		got = append(got, drain(b, time.Hour)...)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, got, c.want)
		}
	}
}

// A codec with another clock, mid-call: timestamps do not compare, order does.
func TestClockRateChange(t *testing.T) {
	b := newBuffer(t)
	wide := func(i int) jitter.Packet {
		p := sound(i)
		p.ClockRate, p.Ticks, p.Timestamp = 48000, 960, uint32(77+960*i)
		return p
	}
	got := run(b, sound(0), sound(1), wide(3), at(wide(4), 200*ms))
	want := []popped{{id: 0}, {id: 1}, {id: 3, lost: 960, missing: 1}, {id: 4}}
	if !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestFullBufferGivesUpWaiting(t *testing.T) {
	b, _ := jitter.New(jitter.Config{Depth: 16})
	run(b, sound(0))
	for i := range 16 {
		p := at(sound(2+i), 20*ms)
		if v := b.Push(&p); v != jitter.Accepted {
			t.Fatalf("packet %d: %v", i, v)
		}
	}
	p := at(sound(18), 20*ms)
	if v := b.Push(&p); v != jitter.Overflow {
		t.Errorf("packet beyond the depth: %v", v)
	}
	if got := drain(b, 20*ms); len(got) != 16 || got[0].lost != 160 {
		t.Errorf("%d popped, first %+v", len(got), got[0])
	}
}

func TestBadConfig(t *testing.T) {
	for _, c := range []jitter.Config{{MaxWait: -1}, {MaxWait: time.Hour}, {Takeover: -1}, {Depth: 3}, {Depth: 256}} {
		if _, err := jitter.New(c); !errors.Is(err, jitter.ErrConfig) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestErase(t *testing.T) {
	b := newBuffer(t)
	run(b, sound(0), sound(2))
	b.Erase()
	var p jitter.Popped
	if !b.Pop(&p, time.Second) || len(p.Payload) != 0 || p.Ticks != 160 {
		t.Errorf("after Erase: %+v", p)
	}
}

func TestNoAllocation(t *testing.T) {
	b := newBuffer(t)
	in := sound(0)
	in.Payload = make([]byte, 160)
	var p jitter.Popped
	i := 0
	step := func() {
		for _, n := range []int{i, i + 2, i + 1, i + 3, i + 5} { // reorders, and loses one of six
			in.Sequence, in.Timestamp, in.Arrival = uint16(n), uint32(160*n), time.Duration(n)*20*ms
			b.Push(&in)
			for b.Pop(&p, in.Arrival) {
			}
		}
		i += 6
	}
	for range 100 {
		step()
	}
	if n := testing.AllocsPerRun(200, step); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if c := b.Counters(); c.Lost == 0 || c.Reordered == 0 {
		t.Errorf("the run did not exercise holes: %+v", c)
	}
}

func ExampleBuffer() {
	b, err := jitter.New(jitter.Config{MaxWait: 60 * time.Millisecond})
	if err != nil {
		fmt.Println(err)
		return
	}
	var out jitter.Popped
	for _, seq := range []uint16{1, 2, 4} { // 3 is lost
		arrival := time.Duration(seq) * 20 * time.Millisecond
		b.Push(&jitter.Packet{Sequence: seq, Timestamp: uint32(seq) * 160, Ticks: 160, ClockRate: 8000, Arrival: arrival})
		for b.Pop(&out, arrival) {
			fmt.Println("packet", out.Sequence)
		}
	}
	for b.Pop(&out, 200*time.Millisecond) {
		fmt.Println("packet", out.Sequence, "after", out.Lost, "lost samples")
	}
	// Output:
	// packet 1
	// packet 2
	// packet 4 after 160 lost samples
}

// Ready counts what could be popped in a row, and a hole once it has waited.
func TestReady(t *testing.T) {
	b := newBuffer(t)
	for _, i := range []int{0, 1, 3} {
		p := sound(i)
		b.Push(&p)
	}
	for _, tc := range []struct {
		now, d time.Duration
		want   bool
	}{
		{60 * ms, 10 * ms, true}, {60 * ms, 40 * ms, true}, {60 * ms, 41 * ms, false}, {200 * ms, 41 * ms, false},
	} {
		if got := b.Ready(tc.now, tc.d); got != tc.want {
			t.Errorf("at %v: %v of sound is ready: %v, want %v", tc.now, tc.d, got, tc.want)
		}
	}
	drain(b, 60*ms)
	if b.Ready(60*ms, ms) {
		t.Error("what waits behind a hole is not ready")
	}
	if !b.Ready(120*ms, time.Second) {
		t.Error("a hole that has waited long enough keeps what follows it")
	}
}
