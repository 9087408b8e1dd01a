package leg_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/audio/leg"
	"github.com/pion/rtp"
)

var budgetFormats = []leg.Format{
	{Type: 96, Codec: leg.L16, ClockRate: 44100},
	{Type: 101, Codec: leg.TelephoneEvent, ClockRate: 8000},
	{Type: 111, Codec: leg.Opus, ClockRate: 48000},
}

// feed returns a step that pushes 20 ms and takes the blocks, with a loss, a
// reorder and a duplicate in every ten packets.
func feed(l *leg.Leg, pt uint8, payloads [][]byte, ticks uint32) func() {
	var b audio.Block
	header := rtp.Header{PayloadType: pt}
	order := [10]int{0, 1, 1, 3, 2, 4, 6, 7, 8, 9} // 5 is lost
	i := 0
	return func() {
		n := i/10*10 + order[i%10]
		header.SequenceNumber, header.Timestamp = uint16(n), uint32(n)*ticks
		now := time.Duration(i) * 20 * ms
		l.Push(&header, payloads[n%len(payloads)], now)
		l.Advance(now)
		for l.Next(&b) {
		}
		l.Stats()
		l.Offset(b.At)
		i++
	}
}

func TestNoAllocation(t *testing.T) {
	g711Payload := [][]byte{make([]byte, 160)}
	wide := [][]byte{make([]byte, 2*882)}
	cases := []struct {
		name     string
		rate     int
		pt       uint8
		payloads [][]byte
		ticks    uint32
	}{
		{"PCMU", 8000, 0, g711Payload, 160},
		{"PCMA resampled", 16000, 8, g711Payload, 160},
		{"L16 resampled", 16000, 96, wide, 882},
		{"opus", 16000, 111, opusPackets(t, "tone"), 960},
		{"events", 8000, 101, [][]byte{{5, 10, 0, 160}}, 160},
	}
	for _, c := range cases {
		l := newLeg(t, leg.Config{Rate: c.rate, Formats: budgetFormats})
		step := feed(l, c.pt, c.payloads, c.ticks)
		for range 200 {
			step()
		}
		if n := testing.AllocsPerRun(300, step); n != 0 {
			t.Errorf("%s: %v allocations a packet", c.name, n)
		}
		if st := l.Stats(); st.Packets.Lost == 0 || st.Packets.Reordered == 0 || st.Packets.Duplicate == 0 {
			t.Errorf("%s: the run was too clean: %+v", c.name, st.Packets)
		}
	}
}

// TestMemory holds a leg to what doc.go says.
func TestMemory(t *testing.T) {
	cases := []struct {
		name     string
		pt       uint8
		payloads [][]byte
		ticks    uint32
		limit    int
	}{
		{"PCMU", 0, [][]byte{make([]byte, 160)}, 160, 10 << 10},
		{"opus", 111, opusPackets(t, "tone"), 960, 200 << 10},
	}
	tables := leg.NewTables()
	for _, c := range cases {
		const n = 200
		legs := make([]*leg.Leg, n)
		before := heap()
		for i := range legs {
			legs[i] = newLeg(t, leg.Config{Formats: budgetFormats, Tables: tables})
			step := feed(legs[i], c.pt, c.payloads, c.ticks)
			for range 30 {
				step()
			}
		}
		each := int(heap()-before) / n
		t.Logf("%s: %d bytes a leg", c.name, each)
		if each > c.limit {
			t.Errorf("%s: %d bytes a leg > %d", c.name, each, c.limit)
		}
		runtime.KeepAlive(legs)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkPacket(b *testing.B) {
	for name, rate := range map[string]int{"PCMU": 8000, "PCMU to 16000": 16000} {
		b.Run(name, func(b *testing.B) {
			l := newLeg(b, leg.Config{Rate: rate})
			step := feed(l, 0, [][]byte{make([]byte, 160)}, 160)
			b.ReportAllocs()
			for b.Loop() {
				step()
			}
		})
	}
}
