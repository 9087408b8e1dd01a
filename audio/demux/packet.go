// Package demux tells RTP, RTCP and all else apart by the first bytes of a
// datagram (RFC 3550, RFC 5761 section 4).
package demux

import "encoding/binary"

// Kind is what a datagram is.
type Kind uint8

// The kinds.
const (
	Other Kind = iota
	RTP
	RTCP
)

// Classify tells what b is. It is RTP only if its header, its list of sources,
// its extension and its padding fit into b, so that SSRC and the rest can be
// called; RTCP only if its first packet fits. Other protocols that share a port
// with RTP (STUN, DTLS) are Other. Safe for concurrent use; does not allocate.
func Classify(b []byte) Kind {
	if len(b) < 8 || b[0]>>6 != 2 {
		return Other
	}
	if b[1] >= 192 && b[1] <= 223 {
		if 4*(int(binary.BigEndian.Uint16(b[2:]))+1) > len(b) {
			return Other
		}
		return RTCP
	}
	if size := headerSize(b); size < 0 || size > len(b) {
		return Other
	}
	return RTP
}

// headerSize is how many bytes header, sources, extension and padding of an RTP
// packet take; -1 if b is too short to tell.
func headerSize(b []byte) int {
	if len(b) < 12 {
		return -1
	}
	size := 12 + 4*int(b[0]&15)
	if b[0]&0x10 != 0 { // header extension
		if len(b) < size+4 {
			return -1
		}
		size += 4 + 4*int(binary.BigEndian.Uint16(b[size+2:]))
	}
	if b[0]&0x20 != 0 { // padding, its length in the last byte
		size += max(1, int(b[len(b)-1]))
	}
	return size
}

// SSRC is the source of an RTP packet.
func SSRC(b []byte) uint32 { return binary.BigEndian.Uint32(b[8:]) }

// Sequence is the sequence number of an RTP packet.
func Sequence(b []byte) uint16 { return binary.BigEndian.Uint16(b[2:]) }

// Timestamp is the timestamp of an RTP packet, in ticks of its clock.
func Timestamp(b []byte) uint32 { return binary.BigEndian.Uint32(b[4:]) }

// PayloadType is the payload type of an RTP packet, 0..127.
func PayloadType(b []byte) uint8 { return b[1] & 0x7F }

// PayloadLen is how many bytes of an RTP packet are payload.
func PayloadLen(b []byte) int { return len(b) - headerSize(b) }

// Sender is the SSRC of who sent an RTCP packet.
func Sender(b []byte) uint32 { return binary.BigEndian.Uint32(b[4:]) }
