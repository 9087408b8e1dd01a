package receiver

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/attune-cx/attune/audio/demux"
)

// script is a socket whose datagrams a test writes.
type script struct {
	at      netip.AddrPort
	pending []datagram
}

func (s *script) local() netip.AddrPort { return s.at }
func (s *script) lost() uint64          { return 0 }
func (s *script) buffer() int           { return 1 << 30 }
func (s *script) close() error          { return nil }
func (s *script) receive(dst []datagram) (int, error) {
	n := copy(dst, s.pending)
	s.pending = s.pending[n:]
	return n, nil
}

// Whatever comes from wherever, opened and released in any order: a leg hears
// one remote address only, nothing before it passed probation nor after its
// release, and every datagram is accounted for once.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sockets []*script
		r, err := open(Config{AllowPlain: true, AllowFrom: loopback, Ports: 2}, func(netip.AddrPort, int) (conn, error) {
			sockets = append(sockets, &script{at: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(5000+len(sockets)))})
			return sockets[len(sockets)-1], nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var (
			live   []LegID
			now    time.Duration
			sent   uint64
			source = map[LegID]netip.AddrPort{}
			came   netip.AddrPort // where the packet in hand came from; set by its payload
		)
		remotes := []netip.AddrPort{ // the last one is not allowed
			netip.MustParseAddrPort("127.0.0.1:1"), netip.MustParseAddrPort("127.0.0.1:2"),
			netip.MustParseAddrPort("127.0.0.2:1"), netip.MustParseAddrPort("10.0.0.1:1"),
		}
		next := map[int]uint16{}
		handle := func(leg LegID, b []byte, _ time.Duration) {
			came = remotes[b[12]]
			if !slices.Contains(live, leg) {
				t.Fatalf("leg %d was handed a packet after its release", leg)
			}
			if known, ok := source[leg]; ok && known != came {
				t.Fatalf("leg %d hears %v and %v", leg, known, came)
			}
			if source[leg] = came; came == remotes[3] {
				t.Fatal("a source that is not allowed was heard")
			}
		}
		r.HandleRTCP(func(leg LegID, _ []byte, _ time.Duration) {
			if _, ok := source[leg]; !ok {
				t.Fatalf("RTCP of leg %d before its sender is known", leg)
			}
		})
		t.Repeat(map[string]func(*rapid.T){
			"open": func(t *rapid.T) {
				if id, _, err := r.Open(Expect{}, now); err == nil {
					live = append(live, id)
				}
			},
			"release": func(t *rapid.T) {
				if len(live) > 0 {
					i := rapid.IntRange(0, len(live)-1).Draw(t, "leg")
					r.Release(live[i], now)
					live = slices.Delete(live, i, i+1)
				}
			},
			"send": func(t *rapid.T) {
				who := rapid.IntRange(0, len(remotes)-1).Draw(t, "remote")
				socket := rapid.SampledFrom(sockets).Draw(t, "socket")
				for range rapid.IntRange(1, 4).Draw(t, "packets") {
					next[who] += rapid.SampledFrom([]uint16{1, 1, 1, 5}).Draw(t, "step")
					b := packet(rapid.SampledFrom([]uint32{7, 8}).Draw(t, "ssrc"), next[who])
					b[12] = byte(who)
					if rapid.IntRange(0, 9).Draw(t, "rtcp") == 0 {
						b = report(7)
					}
					socket.pending = append(socket.pending, datagram{from: remotes[who], data: b})
					sent++
				}
			},
			"poll": func(t *rapid.T) {
				now += time.Duration(rapid.IntRange(1, 3000).Draw(t, "ms")) * time.Millisecond
				r.Poll(now, handle)
			},
			"": func(t *rapid.T) {
				c := r.tally
				n := c.RTP + c.RTCP + c.Denied + c.Malformed + c.Foreign + c.Unproven + c.Stale + c.Oversize
				for _, p := range r.ports {
					n += uint64(len(p.conn.(*script).pending))
					for _, place := range p.trial.places {
						n += uint64(place.n)
					}
				}
				if n != sent {
					t.Fatalf("%d of %d datagrams are accounted for: %+v", n, sent, c)
				}
			},
		})
	})
}

// A source on probation may be any; what is kept of it never exceeds its place.
func TestTrialKeepsNewest(t *testing.T) {
	var tr trial
	tr.prepare()
	from := netip.MustParseAddrPort("127.0.0.1:9")
	dropped := 0
	for n := range uint16(10) { // never in order
		d := datagram{from: from, data: packet(1, 2*n)}
		c, gone := tr.add(&d, time.Duration(n))
		if c != nil {
			t.Fatal("passed out of order")
		}
		dropped += gone
	}
	d := datagram{from: from, data: packet(1, 19)}
	c, gone := tr.add(&d, 10)
	if c == nil || dropped+gone != 11-keptPackets {
		t.Fatalf("passed %v, %d dropped", c != nil, dropped+gone)
	}
	for i, want := range []uint16{14, 16, 18, 19} {
		if got := demux.Sequence(c.packet(i)); got != want {
			t.Errorf("kept packet %d is %d, want %d", i, got, want)
		}
	}
	if n := tr.reset(); n != keptPackets || tr.reset() != 0 {
		t.Errorf("reset dropped %d", n)
	}
}
