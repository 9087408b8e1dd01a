package pcap

import (
	"bytes"
	"strconv"
	"strings"
)

// Bounds on what is taken from the messages of a capture.
const (
	maxAnnounced = 1 << 12 // ports
	maxMapLen    = 64      // bytes of one rtpmap
)

// announcements are the rtpmap attributes of the session descriptions (RFC 8866)
// seen on the way, by the port that they announce. Addresses are left out: those
// in the messages are often not those on the wire.
type announcements map[uint16]map[uint8]string

// read takes the descriptions out of a datagram, if it holds any.
func (a announcements) read(message []byte) {
	at := bytes.Index(message, []byte("m=audio "))
	if at < 0 {
		return
	}
	var maps map[uint8]string // of the audio port in hand; nil: another medium's lines
	for line := range strings.Lines(string(message[at:])) {
		line = strings.TrimRight(line, "\r\n")
		if medium, ok := strings.CutPrefix(line, "m="); ok {
			maps = a.port(medium)
		} else if rtpmap, ok := strings.CutPrefix(line, "a=rtpmap:"); ok && maps != nil && len(rtpmap) <= maxMapLen {
			number, encoding, _ := strings.Cut(rtpmap, " ")
			if n, err := strconv.ParseUint(number, 10, 7); err == nil {
				maps[uint8(n)] = strings.TrimSpace(encoding)
			}
		}
	}
}

// port is where the attributes of "audio 4000 RTP/AVP ..." go.
func (a announcements) port(medium string) map[uint8]string {
	fields := strings.Fields(medium)
	if len(fields) < 2 || fields[0] != "audio" {
		return nil
	}
	n, err := strconv.ParseUint(fields[1], 10, 16)
	if err != nil || a[uint16(n)] == nil && len(a) >= maxAnnounced {
		return nil
	}
	if a[uint16(n)] == nil {
		a[uint16(n)] = make(map[uint8]string)
	}
	return a[uint16(n)]
}

// find is what a payload type of a stream was announced as: by its receiver
// first, who says what it wants to get, else by its sender.
func (a announcements) find(s *Stream, number uint8) string {
	if name := a[s.Dst.Port()][number]; name != "" {
		return name
	}
	return a[s.Src.Port()][number]
}
