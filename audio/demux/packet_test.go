package demux

import (
	"encoding/binary"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

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

func TestFields(t *testing.T) {
	b := packet(0xDEADBEEF, 65535)
	b[1] = 0x80 | 111
	if SSRC(b) != 0xDEADBEEF || Sequence(b) != 65535 || Timestamp(b) != 65535*160 || PayloadType(b) != 111 || PayloadLen(b) != 160 {
		t.Errorf("SSRC %x, sequence %d, timestamp %d, type %d, payload %d", SSRC(b), Sequence(b), Timestamp(b), PayloadType(b), PayloadLen(b))
	}
	b[0] |= 0x20
	b[171] = 4
	if n := PayloadLen(b); n != 156 {
		t.Errorf("payload %d with 4 bytes of padding, want 156", n)
	}
	if Sender(report(7)) != 7 {
		t.Errorf("sender %d, want 7", Sender(report(7)))
	}
}

func TestClassify(t *testing.T) {
	with := func(first, second byte, rest ...byte) []byte {
		b := packet(1, 1)[:12]
		b[0], b[1] = first, second
		return append(b, rest...)
	}
	cases := []struct {
		name string
		b    []byte
		want Kind
	}{
		{"PCMU", packet(1, 1), RTP},
		{"header only", with(0x80, 0), RTP},
		{"marker and dynamic type", with(0x80, 0x80|111, 1), RTP},
		{"sender report", report(1), RTCP},
		{"RTCP longer than the datagram", append([]byte{0x80, 200, 0, 9}, make([]byte, 24)...), Other},
		{"empty", nil, Other},
		{"short", packet(1, 1)[:11], Other},
		{"version 1", with(0x40, 0, 1), Other},
		{"STUN", append([]byte{0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42}, make([]byte, 12)...), Other},
		{"DTLS", append([]byte{22, 254, 253}, make([]byte, 20)...), Other},
		{"three sources missing", with(0x83, 0, 1, 2, 3), Other},
		{"extension cut", with(0x90, 0, 1, 2), Other},
		{"extension longer than the datagram", with(0x90, 0, 0xBE, 0xDE, 0, 9), Other},
		{"extension", with(0x90, 0, 0xBE, 0xDE, 0, 0, 5), RTP},
		{"padding longer than the payload", with(0xA0, 0, 9), Other},
		{"padding of 0", with(0xA0, 0), Other},
		{"padding only", with(0xA0, 0, 0, 2), RTP},
	}
	for _, c := range cases {
		if got := Classify(c.b); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// What Classify lets through, pion can parse: nobody after it meets a header
// that does not fit.
func FuzzClassify(f *testing.F) {
	f.Add(packet(1, 1))
	f.Add(report(1))
	f.Add([]byte{0x90, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0xBE, 0xDE, 0, 1, 0x10, 1, 2, 0})
	f.Add([]byte{0xA0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2})
	f.Add([]byte{0x82, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 3, 4, 5, 6, 7, 8})
	f.Fuzz(func(t *testing.T, b []byte) {
		switch Classify(b) {
		case RTP:
			var h rtp.Header
			if n, err := h.Unmarshal(b); err == nil && n > len(b) {
				t.Fatalf("header of %d bytes in %d", n, len(b))
			}
			if len(b) < 12 || PayloadLen(b) < 0 || PayloadLen(b) > len(b)-12 || h.SSRC != 0 && h.SSRC != SSRC(b) {
				t.Fatalf("SSRC %d, want %d", SSRC(b), h.SSRC)
			}
		case RTCP:
			_, _ = rtcp.Unmarshal(b) // may refuse the contents; must not panic
		}
	})
}
