package leg_test

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/audio/leg"
	"github.com/pion/rtp"
)

// FuzzLeg plays a stream of packets as they come off a socket, each behind its
// length and the milliseconds since the one before, and holds the leg to its
// promises: no panic, blocks on the grid and in order, samples finite and
// bounded, output bounded by input.
func FuzzLeg(f *testing.F) {
	for _, pt := range []uint8{0, 8, 13, 96, 101, 111, 97} {
		f.Add(wire(f, pt, 160))
	}
	f.Add([]byte{0, 4, 1, 2, 3, 4})
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := leg.New(leg.Config{Rate: 16000, Formats: budgetFormats})
		if err != nil {
			t.Fatal(err)
		}
		var now, last time.Duration = 0, -1
		var buf [2048]byte
		var b audio.Block
		blocks, packets := 0, 0
		take := func() {
			for l.Next(&b) {
				if b.At <= last || b.At%audio.Step != 0 || b.Lost < 0 || b.Lost > len(b.Samples) || len(b.Samples) != 160 {
					t.Fatalf("block at %v after %v, lost %d of %d", b.At, last, b.Lost, len(b.Samples))
				}
				last = b.At
				for _, x := range b.Samples {
					if !(x >= -1 && x <= 1) {
						t.Fatalf("sample %v", x)
					}
				}
				blocks++
			}
		}
		for len(raw) > 3 {
			n := min(int(binary.BigEndian.Uint16(raw)), len(raw)-3)
			now += time.Duration(raw[2]) * ms
			var p rtp.Packet
			n = copy(buf[:], raw[3:3+n])
			if err := p.Unmarshal(buf[:n]); err == nil { // exactly what was read, never the whole buffer
				l.Push(&p.Header, p.Payload, now)
				packets++
			}
			raw = raw[3+n:]
			take()
			switch now / ms % 7 {
			case 0:
				l.SetPaused(now/ms%2 == 0)
			case 1:
				l.SenderReport(p.SSRC, uint64(p.Timestamp)<<16, p.Timestamp)
			}
		}
		l.Finish()
		take()
		if blocks > 60*packets+1 { // 200 ms of sound, 200 ms of loss, and edges
			t.Fatalf("%d blocks from %d packets", blocks, packets)
		}
		l.Offset(last)
		if s := l.Stats(); s.LossTotal < 0 || s.LossTotal > 1 || s.LossRecent < 0 || s.LossRecent > 1 || s.ArrivalJitter < 0 {
			t.Fatalf("%+v", s)
		}
	})
}

// wire is five packets of a payload type, one of them lost, in the form that
// FuzzLeg reads.
func wire(tb testing.TB, pt uint8, ticks uint32) (out []byte) {
	for _, i := range []int{0, 1, 3, 2, 5} {
		p := rtp.Packet{
			Header:  rtp.Header{Version: 2, PayloadType: pt, SequenceNumber: uint16(65533 + i), Timestamp: uint32(i) * ticks, SSRC: 7},
			Payload: []byte{0xF8, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		}
		b, err := p.Marshal()
		if err != nil {
			tb.Fatal(err)
		}
		out = binary.BigEndian.AppendUint16(out, uint16(len(b)))
		out = append(append(out, 20), b...)
	}
	return out
}

// A short packet in a long buffer is as long as what was read.
func TestShortPacketInLongBuffer(t *testing.T) {
	l := newLeg(t, leg.Config{})
	p := rtp.Packet{Header: rtp.Header{Version: 2}, Payload: make([]byte, 160)}
	b, err := p.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 1500)
	n := copy(buf, b)
	var got rtp.Packet
	if err := got.Unmarshal(buf[:n]); err != nil {
		t.Fatal(err)
	}
	if err := l.Push(&got.Header, got.Payload, 0); err != nil {
		t.Fatal(err)
	}
	if blocks := drain(l); len(blocks) != 2 {
		t.Errorf("%d blocks, want 2", len(blocks))
	}
}

// A datagram that claims seconds of sound is refused, told once.
func TestHugePayload(t *testing.T) {
	l := newLeg(t, leg.Config{})
	s := talker{}
	if err := l.Push(s.header(), make([]byte, 60000), 0); err == nil {
		t.Error("7.5 s of sound in one packet were taken")
	}
	if got := drain(l); len(got) != 0 || l.Stats().Malformed != 1 {
		t.Errorf("%d blocks, %d malformed", len(got), l.Stats().Malformed)
	}
}
