package receiver

import (
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

func TestClassify(t *testing.T) {
	with := func(first, second byte, rest ...byte) []byte {
		b := packet(1, 1)[:12]
		b[0], b[1] = first, second
		return append(b, rest...)
	}
	cases := []struct {
		name string
		b    []byte
		want kind
	}{
		{"PCMU", packet(1, 1), isRTP},
		{"header only", with(0x80, 0), isRTP},
		{"marker and dynamic type", with(0x80, 0x80|111, 1), isRTP},
		{"sender report", report(1), isRTCP},
		{"RTCP longer than the datagram", append([]byte{0x80, 200, 0, 9}, make([]byte, 24)...), isOther},
		{"empty", nil, isOther},
		{"short", packet(1, 1)[:11], isOther},
		{"version 1", with(0x40, 0, 1), isOther},
		{"STUN", append([]byte{0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42}, make([]byte, 12)...), isOther},
		{"DTLS", append([]byte{22, 254, 253}, make([]byte, 20)...), isOther},
		{"three sources missing", with(0x83, 0, 1, 2, 3), isOther},
		{"extension cut", with(0x90, 0, 1, 2), isOther},
		{"extension longer than the datagram", with(0x90, 0, 0xBE, 0xDE, 0, 9), isOther},
		{"extension", with(0x90, 0, 0xBE, 0xDE, 0, 0, 5), isRTP},
		{"padding longer than the payload", with(0xA0, 0, 9), isOther},
		{"padding of 0", with(0xA0, 0), isOther},
		{"padding only", with(0xA0, 0, 0, 2), isRTP},
	}
	for _, c := range cases {
		if got := classify(c.b); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// What classify lets through, pion can parse: nobody after it meets a header
// that does not fit.
func FuzzClassify(f *testing.F) {
	f.Add(packet(1, 1))
	f.Add(report(1))
	f.Add([]byte{0x90, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0xBE, 0xDE, 0, 1, 0x10, 1, 2, 0})
	f.Add([]byte{0xA0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2})
	f.Add([]byte{0x82, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 3, 4, 5, 6, 7, 8})
	f.Fuzz(func(t *testing.T, b []byte) {
		switch classify(b) {
		case isRTP:
			var h rtp.Header
			if n, err := h.Unmarshal(b); err == nil && n > len(b) {
				t.Fatalf("header of %d bytes in %d", n, len(b))
			}
			if len(b) < 12 || h.SSRC != 0 && h.SSRC != ssrcOf(b) {
				t.Fatalf("SSRC %d, want %d", ssrcOf(b), h.SSRC)
			}
		case isRTCP:
			_, _ = rtcp.Unmarshal(b) // may refuse the contents; must not panic
		}
	})
}
