package jitter_test

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio/jitter"
	"pgregory.net/rapid"
)

// output is everything that a consumer can see, as bytes.
func output(b *jitter.Buffer, in []jitter.Packet) []byte {
	var out bytes.Buffer
	var p jitter.Popped
	take := func(now time.Duration) {
		for b.Pop(&p, now) {
			for _, v := range []uint32{uint32(p.Sequence), p.Timestamp, p.Ticks, p.Lost, p.Gap, p.Overlap, uint32(p.Missing)} {
				binary.Write(&out, binary.BigEndian, v)
			}
			out.Write(p.Payload)
		}
	}
	last := time.Duration(0)
	for i := range in {
		b.Push(&in[i])
		take(in[i].Arrival)
		last = in[i].Arrival
	}
	take(last + time.Hour)
	return out.Bytes()
}

// call draws a call of 20 ms packets with DTX gaps, beginning anywhere.
func call(t *rapid.T) []jitter.Packet {
	n := rapid.IntRange(2, 60).Draw(t, "packets")
	seq, ts := rapid.Uint16().Draw(t, "sequence"), rapid.Uint32().Draw(t, "timestamp")
	in := make([]jitter.Packet, n)
	for i := range in {
		if rapid.IntRange(0, 9).Draw(t, "dtx") == 0 {
			ts += uint32(rapid.IntRange(1, 4000).Draw(t, "gap"))
		}
		in[i] = jitter.Packet{SSRC: 1, Sequence: seq, Timestamp: ts, Ticks: 160, ClockRate: 8000, Payload: []byte{byte(i)}}
		seq, ts = seq+1, ts+160
	}
	return in
}

// Any order within the window gives what the right order gives, byte for byte,
// duplicates or not.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := call(t)
		ordered := append([]jitter.Packet(nil), in...)
		// Packet i comes at 20i ms plus a delay below 60 ms; the first is first.
		delays := make([]time.Duration, len(in))
		for i := 1; i < len(in); i++ {
			delays[i] = time.Duration(rapid.IntRange(0, 59).Draw(t, "delay")) * ms
		}
		var shuffled []jitter.Packet
		for now := time.Duration(0); now < time.Duration(len(in))*20*ms+60*ms; now += ms {
			for i := range in {
				ordered[i].Arrival = time.Duration(i) * 20 * ms
				if ordered[i].Arrival+delays[i] == now {
					shuffled = append(shuffled, at(in[i], now))
					if rapid.IntRange(0, 4).Draw(t, "twice") == 0 {
						shuffled = append(shuffled, at(in[rapid.IntRange(0, i).Draw(t, "again")], now))
					}
				}
			}
		}
		a, b := fresh(t), fresh(t)
		if want, got := output(a, ordered), output(b, shuffled); !bytes.Equal(want, got) {
			t.Fatalf("in order % x\nshuffled % x", want, got)
		}
		if c := b.Counters(); c.Lost+c.Late != 0 || c.Received != uint64(len(in)) {
			t.Fatalf("%+v for %d packets", c, len(in))
		}
	})
}

func fresh(t *rapid.T) *jitter.Buffer {
	b, err := jitter.New(jitter.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What was heard, lost and never sent adds up to the span of the timestamps.
func TestTimeAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := call(t)
		b := fresh(t)
		var p jitter.Popped
		var sum, popped int64
		var first, last jitter.Packet
		take := func(now time.Duration) {
			for b.Pop(&p, now) {
				if popped == 0 {
					first = p.Packet
				}
				last, popped = p.Packet, popped+1
				sum += int64(p.Ticks) - int64(p.Overlap) + int64(p.Lost) + int64(p.Gap)
			}
		}
		for i := range in {
			if i > 0 && rapid.IntRange(0, 3).Draw(t, "lost") == 0 {
				continue
			}
			in[i].Arrival = time.Duration(i) * 100 * ms
			b.Push(&in[i])
			take(in[i].Arrival)
		}
		take(time.Hour)
		if span := int64(int32(last.Timestamp + last.Ticks - first.Timestamp)); sum != span {
			t.Fatalf("%d ticks accounted for, the span is %d", sum, span)
		}
		if c := b.Counters(); c.Received != uint64(popped) || c.Received+c.Lost != uint64(last.Sequence-first.Sequence)+1 {
			t.Fatalf("%+v with %d popped", c, popped)
		}
	})
}

// FuzzBuffer plays bytes as packets, 8 bytes each, and holds the buffer to its
// promises: bounded, ordered within a run, nothing popped that was not pushed.
func FuzzBuffer(f *testing.F) {
	f.Add([]byte{0, 1, 0, 0, 0, 160, 1, 20, 0, 3, 0, 0, 1, 224, 1, 20})
	f.Add(bytes.Repeat([]byte{0xFF, 0xFF, 0x80, 0, 0, 0, 2, 90}, 6))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := jitter.New(jitter.Config{Depth: 16})
		if err != nil {
			t.Fatal(err)
		}
		var now time.Duration
		var p jitter.Popped
		var last jitter.Popped
		pushed, got := 0, 0
		for ; len(raw) >= 8; raw = raw[8:] {
			now += time.Duration(raw[7]) * ms
			in := jitter.Packet{
				SSRC: uint32(raw[6] & 3), Sequence: binary.BigEndian.Uint16(raw), Timestamp: binary.BigEndian.Uint32(raw[2:]),
				Ticks: uint32(raw[6]>>4) * 80, ClockRate: 8000 << (raw[6] >> 2 & 3), Arrival: now, Payload: raw[:raw[7]%8],
			}
			pushed++
			b.Push(&in)
			for b.Pop(&p, now) {
				if got++; got > pushed {
					t.Fatal("popped more than was pushed")
				}
				if p.Overlap > p.Ticks {
					t.Fatalf("overlap %d > %d ticks", p.Overlap, p.Ticks)
				}
				if got > 1 && p.SSRC == last.SSRC && !p.Restart && p.Ticks > 0 && b.Counters().Resets == 0 && int16(p.Sequence-last.Sequence) <= 0 {
					t.Fatalf("sequence %d after %d", p.Sequence, last.Sequence)
				}
				last = p
			}
			if b.Len() > 16 {
				t.Fatalf("%d held", b.Len())
			}
		}
	})
}
