package leg_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/audio/g711"
	"github.com/attune-cx/attune/audio/l16"
	"github.com/attune-cx/attune/audio/leg"
	"github.com/attune-cx/attune/audio/opus"
	"github.com/pion/rtp"
)

const ms = time.Millisecond

// piece is a block as the tests keep it.
type piece struct {
	at, arrival time.Duration
	lost        int
	samples     []float32
}

func newLeg(t testing.TB, cfg leg.Config) *leg.Leg {
	t.Helper()
	l, err := leg.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func drain(l *leg.Leg) (out []piece) {
	var b audio.Block
	for l.Next(&b) {
		out = append(out, piece{b.At, b.Arrival, b.Lost, slices.Clone(b.Samples)})
	}
	return out
}

// tone is n samples of a 400 Hz sine of amplitude 0.5 from sample first on.
func tone(first, n, rate int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(0.5 * math.Sin(2*math.Pi*400*float64(first+i)/float64(rate)))
	}
	return out
}

// talker makes the packets of one source.
type talker struct {
	ssrc  uint32
	pt    uint8
	seq   uint16
	stamp uint32
}

func (s *talker) header() *rtp.Header {
	return &rtp.Header{Version: 2, SSRC: s.ssrc, PayloadType: s.pt, SequenceNumber: s.seq, Timestamp: s.stamp}
}

// mu pushes 20 ms of the tone as PCMU, sample i of the call first.
func (s *talker) mu(t testing.TB, l *leg.Leg, first int, arrival time.Duration) {
	t.Helper()
	payload := g711.New(g711.MuLaw).Encode(nil, tone(first, 160, 8000))
	if err := l.Push(s.header(), payload, arrival); err != nil {
		t.Fatal(err)
	}
	s.seq, s.stamp = s.seq+1, s.stamp+160
}

// atTone says how far a block is from the tone at its media time.
func (p piece) atTone(rate int) float64 {
	first := int(p.at * time.Duration(rate) / time.Second)
	worst := 0.0
	for i, want := range tone(first, len(p.samples), rate) {
		worst = math.Max(worst, math.Abs(float64(p.samples[i]-want)))
	}
	return worst
}

func TestOneCall(t *testing.T) {
	l := newLeg(t, leg.Config{Name: "customer"})
	s := talker{ssrc: 1, seq: 65500, stamp: math.MaxUint32 - 1000}
	for i := range 100 {
		s.mu(t, l, i*160, time.Duration(i)*20*ms)
		got := drain(l)
		if len(got) != 2 {
			t.Fatalf("packet %d gave %d blocks, want 2 at once", i, len(got))
		}
		for k, b := range got {
			if want := time.Duration(2*i+k) * 10 * ms; b.at != want || b.lost != 0 || b.arrival != time.Duration(i)*20*ms {
				t.Fatalf("block at %v, lost %d, arrival %v; want at %v", b.at, b.lost, b.arrival, want)
			}
			if d := b.atTone(8000); d > 0.02 {
				t.Fatalf("block at %v is %.3f from the tone", b.at, d)
			}
		}
	}
	s2 := l.Stats()
	if s2.Codec != "PCMU" || s2.LossTotal != 0 || s2.LossRecent != 0 || s2.ArrivalJitter > ms {
		t.Errorf("%+v", s2)
	}
	if got, want := l.String(), "leg customer: rtp PCMU/8000 -> jitter 60ms -> PCMU -> blocks 10ms/8000"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Each lost sample is zero and counted, and what follows stands at its time.
func TestLossIsExact(t *testing.T) {
	l := newLeg(t, leg.Config{})
	s := talker{}
	var got []piece
	lose := map[int]bool{3: true, 7: true, 8: true, 20: true}
	for i := range 50 {
		if lose[i] {
			s.seq, s.stamp = s.seq+1, s.stamp+160
			continue
		}
		s.mu(t, l, i*160, time.Duration(i)*20*ms)
		got = append(got, drain(l)...)
	}
	if len(got) != 100 {
		t.Fatalf("%d blocks, want 100", len(got))
	}
	for i, b := range got {
		switch {
		case b.at != time.Duration(i)*10*ms:
			t.Fatalf("block %d at %v", i, b.at)
		case lose[i/2] && (b.lost != 80 || slices.ContainsFunc(b.samples, func(x float32) bool { return x != 0 })):
			t.Errorf("block %d was lost but says %d", i, b.lost)
		case !lose[i/2] && (b.lost != 0 || b.atTone(8000) > 0.02):
			t.Errorf("block %d: lost %d, %.3f from the tone", i, b.lost, b.atTone(8000))
		}
	}
	if st := l.Stats(); math.Abs(float64(st.LossTotal)-0.08) > 1e-6 || math.Abs(float64(st.LossRecent)-0.08) > 1e-6 {
		t.Errorf("loss %v, recent %v; want 0.08", st.LossTotal, st.LossRecent)
	}
}

func TestHoleIsGivenUpByAdvance(t *testing.T) {
	l := newLeg(t, leg.Config{})
	s := talker{}
	s.mu(t, l, 0, 0)
	s.seq, s.stamp = s.seq+1, s.stamp+160
	s.mu(t, l, 320, 40*ms)
	drain(l)
	l.Advance(99 * ms)
	if got := drain(l); len(got) != 0 {
		t.Fatalf("%d blocks after 59 ms", len(got))
	}
	l.Advance(100 * ms)
	if got := drain(l); len(got) != 4 || got[0].lost != 80 || got[2].lost != 0 {
		t.Errorf("%d blocks after 60 ms", len(got))
	}
}

// A hole over 200 ms is a jump and a gap, and counts as loss.
func TestLongHole(t *testing.T) {
	l := newLeg(t, leg.Config{})
	s := talker{}
	s.mu(t, l, 0, 0)
	s.seq, s.stamp = s.seq+50, s.stamp+50*160
	s.mu(t, l, 51*160, 1020*ms)
	l.Advance(2 * time.Second)
	got := drain(l)
	if len(got) != 4 || got[2].at != 1020*ms || got[2].lost != 0 || got[2].atTone(8000) > 0.02 {
		t.Errorf("%d blocks, third at %v", len(got), got[2].at)
	}
	var g leg.Gap
	if !l.NextGap(&g) || g != (leg.Gap{At: 20 * ms, Length: time.Second}) || l.NextGap(&g) {
		t.Errorf("gap %+v", g)
	}
	if st := l.Stats(); math.Abs(float64(st.LossTotal)-1000.0/1040) > 1e-6 {
		t.Errorf("loss %v", st.LossTotal)
	}
}

// DTX jumps on the grid; what does not fill a block there is marked.
func TestSilenceNotSent(t *testing.T) {
	for _, c := range []struct {
		gap  uint32
		at   time.Duration
		lost int
	}{{8000, 1020 * ms, 0}, {8040, 1020 * ms, 40}, {8079, 1020 * ms, 79}, {40, 20 * ms, 40}} {
		l := newLeg(t, leg.Config{})
		s := talker{}
		s.mu(t, l, 0, 0)
		s.stamp += c.gap
		s.mu(t, l, 160+int(c.gap), 20*ms+time.Duration(c.gap)*ms/8)
		l.Finish()
		got := drain(l)
		if got[2].at != c.at || got[2].lost != c.lost {
			t.Errorf("gap %d: block at %v lost %d, want %v, %d", c.gap, got[2].at, got[2].lost, c.at, c.lost)
		}
		if st := l.Stats(); st.Packets.Lost != 0 {
			t.Errorf("gap %d: %d packets counted lost", c.gap, st.Packets.Lost)
		}
	}
}

func TestCodecs(t *testing.T) {
	formats := []leg.Format{{Type: 96, Codec: leg.L16, ClockRate: 16000}, {Type: 97, Codec: leg.L16, ClockRate: 44100}, {Type: 98, Codec: leg.L16, ClockRate: 8000}}
	cases := []struct {
		pt          uint8
		clock, rate int
		tolerance   float64
		encode      func([]float32) []byte
		perPacket   int
	}{
		{0, 8000, 8000, 0.02, func(x []float32) []byte { return g711.New(g711.MuLaw).Encode(nil, x) }, 160},
		{8, 8000, 8000, 0.02, func(x []float32) []byte { return g711.New(g711.ALaw).Encode(nil, x) }, 240},
		{0, 8000, 16000, 0.02, func(x []float32) []byte { return g711.New(g711.MuLaw).Encode(nil, x) }, 80},
		{96, 16000, 16000, 1e-4, func(x []float32) []byte { return l16.Encode(nil, x) }, 320},
		{96, 16000, 8000, 1e-3, func(x []float32) []byte { return l16.Encode(nil, x) }, 960},
		{97, 44100, 16000, 1e-3, func(x []float32) []byte { return l16.Encode(nil, x) }, 882},
		{98, 8000, 8000, 1e-4, func(x []float32) []byte { return l16.Encode(nil, x) }, 480},
	}
	for _, c := range cases {
		l := newLeg(t, leg.Config{Rate: c.rate, Formats: formats})
		s := talker{pt: c.pt, seq: 9, stamp: 77}
		var got []piece
		for first := 0; first < c.clock; first += c.perPacket {
			payload := c.encode(tone(first, c.perPacket, c.clock))
			if err := l.Push(s.header(), payload, time.Duration(first)*time.Second/time.Duration(c.clock)); err != nil {
				t.Fatal(err)
			}
			s.seq, s.stamp = s.seq+1, s.stamp+uint32(c.perPacket)
			got = append(got, drain(l)...)
		}
		l.Finish()
		got = append(got, drain(l)...)
		want := (c.clock + c.perPacket - 1) / c.perPacket * c.perPacket * 100 / c.clock
		if d := len(got) - want; d < 0 || d > 1 {
			t.Errorf("pt %d to %d: %d blocks, want %d", c.pt, c.rate, len(got), want)
		}
		for i, b := range got[3 : len(got)-4] {
			if b.at != time.Duration(i+3)*10*ms || b.lost != 0 || b.atTone(c.rate) > c.tolerance {
				t.Fatalf("pt %d to %d: block %d at %v lost %d, %.4f from the tone", c.pt, c.rate, i+3, b.at, b.lost, b.atTone(c.rate))
			}
		}
	}
}

// Loss in resampled sound keeps the time: ten seconds later nothing has moved.
func TestResampledLossKeepsTime(t *testing.T) {
	l := newLeg(t, leg.Config{Rate: 16000, Formats: []leg.Format{{Type: 97, Codec: leg.L16, ClockRate: 44100}}})
	s := talker{pt: 97}
	var got []piece
	for i := range 500 {
		if i%7 != 3 {
			if err := l.Push(s.header(), l16.Encode(nil, tone(i*882, 882, 44100)), time.Duration(i)*20*ms); err != nil {
				t.Fatal(err)
			}
		}
		s.seq, s.stamp = s.seq+1, s.stamp+882
		got = append(got, drain(l)...)
	}
	checked := 0
	for i, b := range got {
		if b.at != time.Duration(i)*10*ms {
			t.Fatalf("block %d at %v", i, b.at)
		}
		if i/2%7 == 3 != (b.lost == 160) || b.lost != 0 && b.lost != 160 {
			t.Fatalf("block %d: lost %d", i, b.lost)
		}
		if i > 1 && i/2%7 == 0 { // two packets away from any hole, and from the begin
			checked++
			if d := b.atTone(16000); d > 1e-3 {
				t.Fatalf("block at %v is %.4f from the tone", b.at, d)
			}
		}
	}
	if checked < 100 {
		t.Fatalf("%d blocks checked", checked)
	}
}

// From PCMU to L16 of another clock and back, in one source.
func TestCodecSwitch(t *testing.T) {
	l := newLeg(t, leg.Config{Rate: 8000, Formats: []leg.Format{{Type: 96, Codec: leg.L16, ClockRate: 16000}}})
	s := talker{}
	var got []piece
	for i := range 30 {
		now := time.Duration(i) * 20 * ms
		if i/10 == 1 {
			s.pt = 96
			if err := l.Push(s.header(), l16.Encode(nil, tone(i*320, 320, 16000)), now); err != nil {
				t.Fatal(err)
			}
			s.seq, s.stamp = s.seq+1, s.stamp+320
		} else {
			s.pt = 0
			s.mu(t, l, i*160, now)
		}
		got = append(got, drain(l)...)
	}
	if len(got) != 60 {
		t.Fatalf("%d blocks, want 60", len(got))
	}
	for i, b := range got {
		edge := i == 19 || i == 20 || i == 39 || i == 40
		if b.at != time.Duration(i)*10*ms || b.lost != 0 || !edge && b.atTone(8000) > 0.02 {
			t.Errorf("block %d at %v lost %d, %.3f from the tone", i, b.at, b.lost, b.atTone(8000))
		}
	}
}

func opusPackets(t testing.TB, name string) (out [][]byte) {
	t.Helper()
	b, err := os.ReadFile("../opus/testdata/" + name + ".packets")
	if err != nil {
		t.Fatal(err)
	}
	for len(b) >= 2 {
		n := int(binary.BigEndian.Uint16(b))
		out, b = append(out, b[2:2+n]), b[2+n:]
	}
	return out
}

var opusFormat = []leg.Format{{Type: 111, Codec: leg.Opus, ClockRate: 48000}}

func TestOpus(t *testing.T) {
	l := newLeg(t, leg.Config{Rate: 16000, Formats: opusFormat})
	s := talker{pt: 111}
	var got []piece
	in := opusPackets(t, "tone")
	for i, payload := range in {
		now := time.Duration(i) * 20 * ms
		// Browsers pad with empty packets, and the sender may go silent (DTX).
		for _, p := range [][]byte{nil, payload} {
			if i == 5 && p != nil {
				p = []byte{payload[0]}
			}
			if err := l.Push(s.header(), p, now); err != nil {
				t.Fatal(err)
			}
			s.seq++
		}
		s.stamp += 960
		got = append(got, drain(l)...)
	}
	if want := 2*len(in) - 2; len(got) != want {
		t.Fatalf("%d blocks, want %d", len(got), want)
	}
	if got[9].at != 90*ms || got[10].at != 120*ms {
		t.Errorf("blocks at %v and %v around 20 ms not sent", got[9].at, got[10].at)
	}
	var energy float64
	for _, x := range got[20].samples {
		energy += float64(x) * float64(x) / 160
	}
	if math.Abs(energy-0.125) > 0.02 {
		t.Errorf("power %.3f, want 0.125", energy)
	}
}

func TestOpusFaultsAreToldOnce(t *testing.T) {
	for name, want := range map[string]error{"two": opus.ErrTwoChannels, "garbage": opus.ErrCorrupt} {
		in := [][]byte{{0x7A, 252, 1}, {0x7A, 252, 1}}
		if name == "two" {
			in = opusPackets(t, "two")
		}
		l := newLeg(t, leg.Config{Rate: 16000, Formats: opusFormat})
		s := talker{pt: 111}
		told, lost := 0, 0
		for i, payload := range in {
			if err := l.Push(s.header(), payload, time.Duration(i)*20*ms); err != nil {
				t.Fatal(err)
			}
			s.seq, s.stamp = s.seq+1, s.stamp+960
			for _, b := range drain(l) {
				lost += b.lost
			}
			if err := l.Fault(); err != nil {
				told++
				if !errors.Is(err, want) {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		if told != 1 || lost < (len(in)-2)*320 {
			t.Errorf("%s: told %d times, %d samples lost of %d packets", name, told, lost, len(in))
		}
	}
}

func TestUnknownPayloadType(t *testing.T) {
	l := newLeg(t, leg.Config{})
	s := talker{pt: 97}
	err := l.Push(s.header(), make([]byte, 160), 0)
	if !errors.Is(err, leg.ErrPayloadType) {
		t.Fatal(err)
	}
	t.Log(err)
	s.seq++
	if err := l.Push(s.header(), make([]byte, 160), 0); err != nil {
		t.Errorf("told twice: %v", err)
	}
	s.seq, s.pt = s.seq+1, 0
	s.mu(t, l, 0, 20*ms)
	if got := drain(l); len(got) != 2 || l.Stats().Unknown != 2 {
		t.Errorf("%d blocks, %d unknown", len(got), l.Stats().Unknown)
	}
}

func ExampleLeg() {
	l, err := leg.New(leg.Config{Name: "agent"})
	if err != nil {
		fmt.Println(err)
		return
	}
	var block audio.Block
	for i := range 5 {
		arrival := time.Duration(i) * 20 * time.Millisecond
		if i != 2 { // lost on the way
			header := rtp.Header{SequenceNumber: uint16(i), Timestamp: uint32(i) * 160}
			if err := l.Push(&header, make([]byte, 160), arrival); err != nil {
				fmt.Println(err)
			}
		}
	}
	l.Advance(150 * time.Millisecond) // the tick of the shard
	for l.Next(&block) {
		if block.Lost > 0 {
			fmt.Println(block.At, "lost", block.Lost, "of", len(block.Samples))
		}
	}
	fmt.Println(l)
	// Output:
	// 40ms lost 80 of 80
	// 50ms lost 80 of 80
	// leg agent: rtp PCMU/8000 -> jitter 60ms -> PCMU -> blocks 10ms/8000
}

// Behind tells, without taking anything, what Next would then give.
func TestBehindTellsWhatNextWouldGive(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	asked := newLeg(t, leg.Config{})
	s := talker{ssrc: 1}
	now := time.Duration(0)
	var b audio.Block
	left := 0
	for i := range 400 {
		for range rng.IntN(4) {
			s.mu(t, asked, 160*i, now)
			left += 2
		}
		now += 10 * ms
		asked.Advance(now)
		for range rng.IntN(5) {
			for n := range 4 {
				if got, want := asked.Behind(n), left > n; got != want {
					t.Fatalf("step %d, %d blocks left: behind %d is %v", i, left, n, got)
				}
			}
			if asked.Next(&b) != (left > 0) {
				t.Fatalf("step %d: %d blocks left, and Next does not agree", i, left)
			}
			left = max(0, left-1)
		}
		for left > 20 && asked.Next(&b) {
			left--
		}
	}
	asked.Finish()
	if !asked.Behind(100) {
		t.Error("a finished leg must give all it has")
	}
}
