package load

import (
	"context"
	"encoding/binary"
	"math"
	"net"
	"testing"
	"time"
)

func TestNetworkLosesWhatItSays(t *testing.T) {
	for _, tc := range []Impairment{{Loss: .05, Seed: 1}, {Loss: .1, Burst: 4, Seed: 2}, {Loss: .3, Burst: 10, Seed: 3}} {
		n := newNetwork(tc, 0)
		const packets = 200_000
		lost, runs, last := 0, 0, false
		for range packets {
			f := n.next(20 * time.Millisecond)
			if f.lost {
				lost++
				if !last {
					runs++
				}
			}
			last = f.lost
		}
		if got := float64(lost) / packets; math.Abs(got-tc.Loss) > .1*tc.Loss {
			t.Errorf("%+v: lost %.3f", tc, got)
		}
		if got, want := float64(lost)/float64(runs), max(1, tc.Burst); math.Abs(got-want) > .15*want {
			t.Errorf("%+v: mean burst %.2f, want %.2f", tc, got, want)
		}
	}
}

func TestNetworkIsItsSeed(t *testing.T) {
	imp := Impairment{Loss: .1, Jitter: 30 * time.Millisecond, Reorder: .1, Duplicate: .1, Seed: 7}
	a, b, other := newNetwork(imp, 3), newNetwork(imp, 3), newNetwork(imp, 4)
	same := true
	for range 1000 {
		fa, fb := a.next(time.Millisecond), b.next(time.Millisecond)
		if fa != fb {
			t.Fatal("the same seed and leg drew different fates")
		}
		same = same && fa == other.next(time.Millisecond)
	}
	if same {
		t.Fatal("two legs share one fate")
	}
}

func TestSendPacesInOrder(t *testing.T) {
	in, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	payload := make([]byte, 8*100)
	for i := range payload {
		payload[i] = byte(i)
	}
	r, err := Send(context.Background(), []Stream{{To: in.LocalAddr().(*net.UDPAddr).AddrPort(), Payload: payload, SSRC: 9, Sequence: math.MaxUint16, Timestamp: math.MaxUint32 - 10}})
	if err != nil || r.Packets != 5 || r.Lost != 0 {
		t.Fatalf("report %+v, %v; want 5 packets of 20 ms", r, err)
	}
	seq, ts := uint16(math.MaxUint16), uint32(math.MaxUint32-10)
	buf := make([]byte, 2000)
	for i := range 5 {
		in.SetReadDeadline(time.Now().Add(5 * time.Second))
		n, err := in.Read(buf)
		if err != nil || n != 172 {
			t.Fatalf("packet %d: %d bytes, %v", i, n, err)
		}
		if binary.BigEndian.Uint16(buf[2:]) != seq || binary.BigEndian.Uint32(buf[4:]) != ts || buf[12] != byte(i*160) {
			t.Fatalf("packet %d: seq, timestamp or payload is off: % x", i, buf[:13])
		}
		seq, ts = seq+1, ts+160
	}
}
