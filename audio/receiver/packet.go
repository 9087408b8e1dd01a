package receiver

import "encoding/binary"

// kind is what a datagram is, by its first bytes.
type kind uint8

const (
	isOther kind = iota
	isRTP
	isRTCP
)

// classify tells RTP from RTCP on one port (RFC 5761 section 4) and from all
// else. It checks that the RTP header, its list of sources, its extension and
// its padding fit the datagram.
func classify(b []byte) kind {
	if len(b) < 8 || b[0]>>6 != 2 {
		return isOther
	}
	if b[1] >= 192 && b[1] <= 223 {
		if 4*(int(binary.BigEndian.Uint16(b[2:]))+1) > len(b) {
			return isOther
		}
		return isRTCP
	}
	if len(b) < 12 {
		return isOther
	}
	size := 12 + 4*int(b[0]&15)
	if b[0]&0x10 != 0 { // header extension
		if len(b) < size+4 {
			return isOther
		}
		size += 4 + 4*int(binary.BigEndian.Uint16(b[size+2:]))
	}
	if b[0]&0x20 != 0 { // padding, its length in the last byte
		size += max(1, int(b[len(b)-1]))
	}
	if size > len(b) {
		return isOther
	}
	return isRTP
}

func ssrcOf(b []byte) uint32     { return binary.BigEndian.Uint32(b[8:]) }
func sequenceOf(b []byte) uint16 { return binary.BigEndian.Uint16(b[2:]) }
