package leg_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/audio/leg"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	"github.com/pion/rtp"
)

// captureFile finds a capture beside the repository, and skips without it.
func captureFile(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			path := filepath.Join(dir, "..", "shared", "data", "rtp", name)
			if _, err := os.Stat(path); err != nil {
				t.Skipf("%s is absent: it is not part of the repository", filepath.Join("..", "shared", "data", "rtp", name))
			}
			return path
		}
	}
	t.Fatal("no go.mod above the test")
	return ""
}

// player plays one source of a capture to a leg and keeps what comes out.
type player struct {
	leg           *leg.Leg
	blocks        int
	last          time.Duration
	power         float64
	first, newest time.Duration
}

func (p *player) take(t *testing.T) {
	var b audio.Block
	for p.leg.Next(&b) {
		if p.blocks > 0 && b.At <= p.last {
			t.Fatalf("block at %v after %v", b.At, p.last)
		}
		p.last = b.At
		p.blocks++
		for _, x := range b.Samples {
			p.power += float64(x) * float64(x)
		}
	}
}

// play feeds all RTP of a capture to a leg for each SSRC.
func play(t *testing.T, path string) map[uint32]*player {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := pcapgo.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	out := map[uint32]*player{}
	var began time.Time
	for {
		data, info, err := r.ReadPacketData()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if began.IsZero() {
			began = info.Timestamp
		}
		udp, ok := gopacket.NewPacket(data, r.LinkType(), gopacket.NoCopy).Layer(layers.LayerTypeUDP).(*layers.UDP)
		var p rtp.Packet
		if !ok || len(udp.Payload) < 12 || udp.Payload[0]>>6 != 2 || udp.Payload[1]&0x7F >= 72 && udp.Payload[1]&0x7F <= 76 || p.Unmarshal(udp.Payload) != nil {
			continue
		}
		now := info.Timestamp.Sub(began)
		one := out[p.SSRC]
		if one == nil {
			one = &player{leg: newLeg(t, leg.Config{Formats: telephoneEvent}), first: now}
			out[p.SSRC] = one
		}
		one.newest = now
		one.leg.Push(&p.Header, p.Payload, now)
		one.take(t)
	}
	for _, one := range out {
		one.leg.Finish()
		one.take(t)
	}
	return out
}

// Real calls: what comes out lasts as long as the capture, and is sound.
func TestCaptures(t *testing.T) {
	for _, c := range []struct {
		file string
		keys bool
	}{{"g711a.pcap", false}, {"dtmf3presses.pcap", true}, {"dtmfcapture1.pcap", false}, {"sinora.pcap", false}, {"ivr_dtmf_issue_9_1_9_9_3.pcap", true}} {
		t.Run(c.file, func(t *testing.T) {
			heard, keys, power := 0, 0, 0.0
			for ssrc, p := range play(t, captureFile(t, c.file)) {
				st := p.leg.Stats()
				keys += st.Keys
				t.Logf("%08x: %v, %d blocks to %v, captured %v; loss %.3f, jitter %v, keys %d, drift %.0f ppm, unknown %d, %+v",
					ssrc, p.leg, p.blocks, p.last, p.newest-p.first, st.LossTotal, st.ArrivalJitter.Round(time.Microsecond), st.Keys, st.DriftPPM, st.Unknown, st.Packets)
				if st.Codec == "" || st.Packets.Received < 50 {
					continue
				}
				heard++
				if span := p.newest - p.first; (p.last - span).Abs() > time.Second { // stops below 2 s are left to the clock
					t.Errorf("%08x: media time %v, captured %v", ssrc, p.last, span)
				}
				if st.LossTotal > 0.05 {
					t.Errorf("%08x: loss %.3f", ssrc, st.LossTotal)
				}
				power += p.power
			}
			if heard == 0 || power == 0 || c.keys && keys == 0 {
				t.Errorf("%d sources heard with power %.3g, %d keys", heard, power, keys)
			}
		})
	}
}
