package receiver

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio/demux"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// each runs a test on every kind of socket that this system has.
func each(t *testing.T, test func(t *testing.T, rig *rig)) {
	kinds := map[string]func() func(netip.AddrPort, int) (conn, error){"native": listener, "portable": portableListener}
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			rig := newRig(t, Config{Ports: 3}, kind())
			test(t, rig)
		})
	}
}

// rig is a receiver with a clock of its own and a record of what it handed on.
type rig struct {
	*testing.T
	*Receiver
	now  time.Duration
	rtp  map[LegID][]uint16 // sequence numbers, in order
	rtcp map[LegID]int
}

func newRig(t *testing.T, cfg Config, listen func(netip.AddrPort, int) (conn, error)) *rig {
	t.Helper()
	cfg.AllowPlain = true
	if cfg.AllowFrom == nil {
		cfg.AllowFrom = loopback
	}
	cfg.ReceiveBytes = 64 << 10
	r, err := open(cfg, listen)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(r.Close(), r.Close()); err != nil {
			t.Error(err)
		}
	})
	g := &rig{T: t, Receiver: r, now: time.Hour, rtp: map[LegID][]uint16{}, rtcp: map[LegID]int{}}
	r.HandleRTCP(func(leg LegID, _ []byte, _ time.Duration) { g.rtcp[leg]++ })
	return g
}

func (g *rig) open(e Expect) (LegID, netip.AddrPort) {
	g.Helper()
	id, at, err := g.Open(e, g.now)
	if err != nil {
		g.Fatal(err)
	}
	return id, at
}

// poll polls until everything that was sent has been counted.
func (g *rig) poll(sent int) {
	g.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		g.Poll(g.now, func(leg LegID, packet []byte, arrival time.Duration) {
			if arrival > g.now || arrival < g.now-10*time.Second {
				g.Errorf("arrival %v at %v", arrival, g.now)
			}
			g.rtp[leg] = append(g.rtp[leg], demux.Sequence(packet))
		})
		if g.total() >= sent {
			return
		}
		if time.Now().After(deadline) {
			g.Fatalf("%d of %d datagrams came: %+v", g.total(), sent, g.Counters())
		}
		time.Sleep(time.Millisecond)
	}
}

// total is how many datagrams were accounted for, those on probation included.
func (g *rig) total() int {
	c := g.Counters()
	n := c.RTP + c.RTCP + c.Denied + c.Malformed + c.Foreign + c.Unproven + c.Stale + c.Oversize
	for _, p := range g.ports {
		for _, place := range p.trial.places {
			n += uint64(place.n)
		}
	}
	return int(n)
}

// sender is a remote party.
type sender struct {
	t    *testing.T
	conn *net.UDPConn
}

func newSender(t *testing.T, ip string) *sender {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(ip)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &sender{t, conn}
}

func (s *sender) addr() netip.AddrPort { return s.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

func (s *sender) send(to netip.AddrPort, packet []byte) {
	s.t.Helper()
	if _, err := s.conn.WriteToUDPAddrPort(packet, to); err != nil {
		s.t.Fatal(err)
	}
}

// packet is 20 ms of PCMU: 172 bytes.
func packet(ssrc uint32, sequence uint16) []byte {
	b := make([]byte, 172)
	b[0] = 0x80
	binary.BigEndian.PutUint16(b[2:], sequence)
	binary.BigEndian.PutUint32(b[4:], uint32(sequence)*160)
	binary.BigEndian.PutUint32(b[8:], ssrc)
	return b
}

// report is an RTCP sender report.
func report(ssrc uint32) []byte {
	b := make([]byte, 28)
	b[0], b[1], b[3] = 0x80, 200, 6
	binary.BigEndian.PutUint32(b[4:], ssrc)
	return b
}

func (g *rig) want(leg LegID, sequences ...uint16) {
	g.Helper()
	if !slices.Equal(g.rtp[leg], sequences) {
		g.Errorf("leg %d got %v, want %v", leg, g.rtp[leg], sequences)
	}
}

func TestFirstAllowedSenderBindsAfterProbation(t *testing.T) {
	each(t, func(t *testing.T, g *rig) {
		leg, at := g.open(Expect{})
		a, b := newSender(t, "127.0.0.1"), newSender(t, "127.0.0.1")
		a.send(at, packet(1, 65535))
		g.poll(1)
		g.want(leg)
		if g.State(leg) != Waiting {
			t.Fatalf("state %d after one packet", g.State(leg))
		}
		b.send(at, packet(2, 7)) // a stray of another source in between
		a.send(at, packet(1, 0)) // in order, over the wrap
		a.send(at, packet(1, 1))
		b.send(at, packet(2, 8))
		g.poll(5)
		g.want(leg, 65535, 0, 1)
		if g.State(leg) != Bound || g.Remote(leg) != a.addr() {
			t.Errorf("state %d, remote %v, want %v", g.State(leg), g.Remote(leg), a.addr())
		}
		a.send(at, packet(9, 500)) // the same address with another SSRC is the same leg
		a.send(at, report(1))
		b.send(at, report(2))
		g.poll(8)
		g.want(leg, 65535, 0, 1, 500)
		if c := g.Counters(); g.rtcp[leg] != 1 || c.RTCP != 1 || c.Foreign != 2 || c.Unproven != 1 || c.Bound != 1 {
			t.Errorf("rtcp %d, %+v", g.rtcp[leg], c)
		}
	})
}

func TestManyLegsShareAPort(t *testing.T) {
	each(t, func(t *testing.T, g *rig) {
		var legs []LegID
		var senders []*sender
		ports := map[netip.AddrPort]int{}
		sent := 0
		for i := range 12 {
			leg, at := g.open(Expect{})
			s := newSender(t, "127.0.0.1")
			for n := range 3 {
				s.send(at, packet(7, uint16(100*i+n))) // one SSRC for all: the address decides
				sent++
			}
			g.poll(sent)
			legs, senders = append(legs, leg), append(senders, s)
			ports[at]++
		}
		for i, leg := range legs {
			g.want(leg, uint16(100*i), uint16(100*i+1), uint16(100*i+2))
			if g.Remote(leg) != senders[i].addr() {
				t.Errorf("leg %d has remote %v", leg, g.Remote(leg))
			}
		}
		for at, n := range ports {
			if n != 4 {
				t.Errorf("port %v has %d legs, want them spread evenly", at, n)
			}
		}
	})
}

func TestOneUnheardLegPerPort(t *testing.T) {
	each(t, func(t *testing.T, g *rig) {
		seen := map[netip.AddrPort]bool{}
		var last LegID
		for range 3 {
			id, at := g.open(Expect{})
			last, seen[at] = id, true
		}
		if len(seen) != 3 {
			t.Fatalf("ports %v, want 3 different ones", seen)
		}
		_, _, err := g.Open(Expect{}, g.now)
		if !errors.Is(err, ErrNoPort) || !strings.Contains(err.Error(), "3 ports, 3 legs") {
			t.Fatalf("fourth leg: %v", err)
		}
		// A leg whose sender is named in full needs no port of its own.
		if _, _, err := g.Open(Expect{Remote: netip.MustParseAddr("127.0.0.9"), Port: 4000}, g.now); err != nil {
			t.Errorf("named sender: %v", err)
		}
		g.Release(last, g.now)
		g.Release(last, g.now)
		if _, _, err := g.Open(Expect{}, g.now+g.cfg.Quarantine-1); !errors.Is(err, ErrNoPort) {
			t.Errorf("within the quarantine: %v", err)
		}
		if _, _, err := g.Open(Expect{}, g.now+g.cfg.Quarantine); err != nil {
			t.Errorf("after the quarantine: %v", err)
		}
	})
}

func TestExpectations(t *testing.T) {
	each(t, func(t *testing.T, g *rig) {
		a, b := newSender(t, "127.0.0.1"), newSender(t, "127.0.0.2")
		bySSRC, at := g.open(Expect{SSRC: 42, HasSSRC: true})
		for n := range uint16(3) {
			a.send(at, packet(41, n))
		}
		b.send(at, packet(42, 10))
		b.send(at, packet(42, 11))
		g.poll(5)
		g.want(bySSRC, 10, 11)

		byAddr, at := g.open(Expect{Remote: netip.MustParseAddr("::ffff:127.0.0.2")})
		for n := range uint16(3) {
			a.send(at, packet(41, n))
		}
		b.send(at, packet(5, 1))
		b.send(at, packet(5, 2))
		g.poll(10)
		g.want(byAddr, 1, 2)

		c := newSender(t, "127.0.0.1")
		full, at := g.open(Expect{Remote: c.addr().Addr(), Port: c.addr().Port()})
		c.send(at, packet(5, 77)) // no probation: the signalling has told who it is
		g.poll(11)
		g.want(full, 77)

		_, at2, err := g.Open(Expect{LocalPort: at.Port()}, g.now)
		if err != nil || at2 != at {
			t.Errorf("asked for port %v, got %v, %v", at, at2, err)
		}
		if _, _, err := g.Open(Expect{Remote: netip.MustParseAddr("10.0.0.1")}, g.now); !errors.Is(err, ErrSource) {
			t.Errorf("a remote address outside the allowlist: %v", err)
		}
	})
}

func TestSourceNotAllowed(t *testing.T) {
	for name, kind := range map[string]func(netip.AddrPort, int) (conn, error){"native": listener(), "portable": portableListener()} {
		t.Run(name, func(t *testing.T) {
			g := newRig(t, Config{Ports: 1, AllowFrom: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}}, kind)
			leg, at := g.open(Expect{})
			out, in := newSender(t, "127.0.0.1"), newSender(t, "127.0.0.2")
			for n := range uint16(5) {
				out.send(at, packet(1, n))
			}
			in.send(at, packet(1, 0))
			in.send(at, packet(1, 1))
			g.poll(7)
			g.want(leg, 0, 1)
			if c := g.Counters(); c.Denied != 5 || g.Remote(leg) != in.addr() {
				t.Errorf("remote %v, %+v", g.Remote(leg), c)
			}
		})
	}
}

// The spray of CVE-2025-53399: 172-byte RTP packets over the whole port range,
// before and after the legs are bound, from sources that are allowed and not.
func TestSpray(t *testing.T) {
	each(t, func(t *testing.T, g *rig) {
		bound, boundAt := g.open(Expect{})
		peer := newSender(t, "127.0.0.1")
		peer.send(boundAt, packet(1, 1))
		peer.send(boundAt, packet(1, 2))
		g.poll(2)
		unheard, _ := g.open(Expect{})

		rng := rand.New(rand.NewPCG(1, 1))
		sent := 2
		for range 40 {
			attacker := newSender(t, "127.0.0.1")
			for _, at := range g.Ports() {
				attacker.send(at, packet(rng.Uint32(), uint16(rng.Uint32())))
				sent++
			}
			g.poll(sent)
		}
		g.want(bound, 1, 2)
		g.want(unheard)
		if g.State(unheard) != Waiting {
			t.Errorf("a spray bound a leg: %v", g.Remote(unheard))
		}
	})
}

func TestReleasedSenderIsKeptOut(t *testing.T) {
	each(t, func(t *testing.T, g *rig) {
		a := newSender(t, "127.0.0.1")
		old, at := g.open(Expect{})
		a.send(at, packet(1, 1))
		a.send(at, packet(1, 2))
		g.poll(2)
		g.Release(old, g.now)
		next, _ := g.open(Expect{LocalPort: at.Port()})
		for n := range uint16(4) { // the old call goes on for a while
			g.now += 4 * time.Second
			a.send(at, packet(1, 3+n))
			g.poll(3 + int(n))
		}
		g.want(next)
		if c := g.Counters(); c.Stale != 4 {
			t.Errorf("%+v", c)
		}
		g.now += g.cfg.Quarantine // long quiet: the address may be a new call's
		a.send(at, packet(2, 50))
		a.send(at, packet(2, 51))
		g.poll(8)
		g.want(next, 50, 51)
		if len(g.past) != 0 {
			t.Errorf("%d quarantines are left", len(g.past))
		}
	})
}

func TestStartWindow(t *testing.T) {
	each(t, func(t *testing.T, g *rig) {
		leg, at := g.open(Expect{})
		g.now += g.cfg.StartWindow
		a := newSender(t, "127.0.0.1")
		a.send(at, packet(1, 1))
		a.send(at, packet(1, 2))
		g.poll(2)
		g.want(leg)
		if c := g.Counters(); g.State(leg) != Expired || c.Expired != 1 || c.Foreign != 2 {
			t.Errorf("state %d, %+v", g.State(leg), c)
		}
		g.Release(leg, g.now)
		if g.State(leg) != Unknown {
			t.Errorf("state %d after Release", g.State(leg))
		}
	})
}

func TestGarbageIsCounted(t *testing.T) {
	each(t, func(t *testing.T, g *rig) {
		leg, at := g.open(Expect{})
		a := newSender(t, "127.0.0.1")
		a.send(at, packet(1, 1))
		a.send(at, packet(1, 2))
		a.send(at, []byte("hello"))
		a.send(at, nil)
		a.send(at, make([]byte, 4000))
		g.poll(5)
		g.want(leg, 1, 2)
		if c := g.Counters(); c.Malformed != 2 || c.Oversize != 1 {
			t.Errorf("%+v", c)
		}
	})
}

func TestPollDoesNotAllocate(t *testing.T) {
	g := newRig(t, Config{Ports: 4}, listener())
	leg, at := g.open(Expect{})
	a := newSender(t, "127.0.0.1")
	a.send(at, packet(1, 0))
	a.send(at, packet(1, 1))
	g.poll(2)
	g.open(Expect{LocalPort: at.Port()})
	got, sequence, p := 0, uint16(2), packet(1, 0)
	fn := func(LegID, []byte, time.Duration) { got++ }
	to := at
	n := testing.AllocsPerRun(200, func() {
		for range 5 {
			binary.BigEndian.PutUint16(p[2:], sequence)
			sequence++
			if _, err := a.conn.WriteToUDPAddrPort(p, to); err != nil {
				t.Fatal(err)
			}
		}
		g.now += 10 * time.Millisecond
		g.Poll(g.now, fn)
	})
	if n != 0 {
		t.Errorf("%v allocations per poll of leg %d", n, leg)
	}
	if got < 500 {
		t.Errorf("only %d packets came", got)
	}
}

func TestNewRefuses(t *testing.T) {
	if _, err := New(Config{}); !errors.Is(err, ErrPlain) {
		t.Errorf("plain RTP without the flag: %v", err)
	}
	for _, cfg := range []Config{{Ports: -1}, {Ports: 5000}, {FirstPort: 65530, Ports: 10}, {FirstPort: -4}, {Quarantine: -1}} {
		cfg.AllowPlain = true
		if _, err := New(cfg); !errors.Is(err, ErrConfig) {
			t.Errorf("%+v: %v, want ErrConfig", cfg, err)
		}
	}
	taken := newSender(t, "127.0.0.1")
	number := int(taken.addr().Port())
	_, err := New(Config{AllowPlain: true, FirstPort: number, Ports: 1})
	if !errors.Is(err, ErrListen) || !strings.Contains(err.Error(), fmt.Sprint(number)) {
		t.Errorf("port taken: %v", err)
	}
}

func TestSmallReceiveBufferIsTold(t *testing.T) {
	r, err := New(Config{AllowPlain: true, Ports: 2, ReceiveBytes: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	granted := r.ports[0].conn.buffer()
	if granted >= 1<<30 {
		t.Skip("this system grants a receive buffer of 1 GiB")
	}
	if w := r.Warnings(); len(w) != 1 || !errors.Is(w[0], ErrReceiveBuffer) || !strings.Contains(w[0].Error(), fmt.Sprint(granted)) {
		t.Errorf("warnings %v, granted %d", w, granted)
	}
}

func BenchmarkPoll(b *testing.B) {
	r, err := New(Config{AllowPlain: true, AllowFrom: loopback, Ports: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	from := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	_, at, _ := r.Open(Expect{Remote: from.Addr(), Port: from.Port()}, 0)
	p, got := packet(1, 1), 0
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		for range 100 {
			_, _ = conn.WriteToUDPAddrPort(p, at)
		}
		b.StartTimer()
		r.Poll(0, func(LegID, []byte, time.Duration) { got++ })
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(max(got, 1)), "ns/packet")
}

func TestIPv6(t *testing.T) {
	probe, err := net.ListenUDP("udp6", &net.UDPAddr{IP: net.IPv6loopback})
	if err != nil {
		t.Skip("this system has no IPv6")
	}
	probe.Close()
	for name, kind := range map[string]func(netip.AddrPort, int) (conn, error){"native": listener(), "portable": portableListener()} {
		t.Run(name, func(t *testing.T) {
			allow := []netip.Prefix{netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("127.0.0.0/8")}
			g := newRig(t, Config{Ports: 1, Listen: netip.IPv6Unspecified(), AllowFrom: allow}, kind)
			for _, ip := range []string{"::1", "127.0.0.1"} { // one socket hears both families
				leg, at := g.open(Expect{})
				s := newSender(t, ip)
				to := netip.AddrPortFrom(netip.MustParseAddr(ip), at.Port())
				before := g.total()
				s.send(to, packet(1, 1))
				s.send(to, packet(1, 2))
				g.poll(before + 2)
				g.want(leg, 1, 2)
				if g.Remote(leg) != s.addr() {
					t.Errorf("remote %v, want %v", g.Remote(leg), s.addr())
				}
			}
		})
	}
}
