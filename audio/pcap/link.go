package pcap

import (
	"encoding/binary"
	"net/netip"

	"github.com/gopacket/gopacket/layers"
)

// Numbers of protocols in the layers below UDP.
const (
	etherIPv4, etherIPv6             = 0x0800, 0x86DD
	etherVLAN, etherQinQ, etherOldQQ = 0x8100, 0x88A8, 0x9100

	protocolUDP   = 17
	maxVLAN       = 4 // nested tags
	maxExtensions = 8 // IPv6 extension headers
)

// readable reports whether frames of a link type are understood.
func readable(link layers.LinkType) bool {
	switch link {
	case layers.LinkTypeEthernet, layers.LinkTypeLinuxSLL, layers.LinkTypeLinuxSLL2,
		layers.LinkTypeRaw, layers.LinkTypeIPv4, layers.LinkTypeIPv6, rawBSD, rawOpenBSD,
		layers.LinkTypeNull, layers.LinkTypeLoop:
		return true
	}
	return false
}

// Raw IP as some systems number it in files.
const rawBSD, rawOpenBSD = layers.LinkType(12), layers.LinkType(14)

// udp finds the UDP datagram in a frame.
func udp(link layers.LinkType, frame []byte) (Datagram, bool) {
	switch link {
	case layers.LinkTypeEthernet: // addresses, then the protocol in bytes 12 and 13
		return tagged(frame, 12, 14)
	case layers.LinkTypeLinuxSLL: // protocol in bytes 14 and 15
		return tagged(frame, 14, 16)
	case layers.LinkTypeLinuxSLL2: // protocol in bytes 0 and 1 of 20
		return tagged(frame, 0, 20)
	case layers.LinkTypeNull, layers.LinkTypeLoop: // 4 bytes of address family
		return ip(frame[min(4, len(frame)):])
	}
	return ip(frame)
}

// tagged skips the VLAN tags behind a link header whose protocol stands at a
// place and whose contents begin at body, and reads the IP packet within.
func tagged(b []byte, place, body int) (Datagram, bool) {
	if len(b) < body {
		return Datagram{}, false
	}
	protocol := binary.BigEndian.Uint16(b[place:])
	b = b[body:]
	for range maxVLAN {
		if protocol != etherVLAN && protocol != etherQinQ && protocol != etherOldQQ || len(b) < 4 {
			break
		}
		protocol = binary.BigEndian.Uint16(b[2:])
		b = b[4:]
	}
	if protocol != etherIPv4 && protocol != etherIPv6 {
		return Datagram{}, false
	}
	return ip(b)
}

// ip reads an IP packet of either version that carries UDP.
func ip(b []byte) (Datagram, bool) {
	switch {
	case len(b) >= 20 && b[0]>>4 == 4:
		return ipv4(b)
	case len(b) >= 40 && b[0]>>4 == 6:
		return ipv6(b)
	}
	return Datagram{}, false
}

// ipv4 reads an IPv4 packet. Fragments are skipped: call audio fits a packet.
func ipv4(b []byte) (Datagram, bool) {
	size := 4 * int(b[0]&15)
	fragment := binary.BigEndian.Uint16(b[6:]) & 0x3FFF // offset and "more follow"
	if size < 20 || size > len(b) || b[9] != protocolUDP || fragment != 0 {
		return Datagram{}, false
	}
	src, dst := netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20]))
	return ports(src, dst, b[size:])
}

// ipv6 reads an IPv6 packet behind its extension headers.
func ipv6(b []byte) (Datagram, bool) {
	src, dst := netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40]))
	protocol := b[6]
	b = b[40:]
	for range maxExtensions {
		switch protocol {
		case protocolUDP:
			return ports(src, dst, b)
		case 0, 43, 60: // hop-by-hop, routing, destination options
			size := 8
			if len(b) >= 2 {
				size += 8 * int(b[1])
			}
			if len(b) < size {
				return Datagram{}, false
			}
			protocol, b = b[0], b[size:]
		default: // fragments and everything else
			return Datagram{}, false
		}
	}
	return Datagram{}, false
}

// ports reads the UDP header.
func ports(src, dst netip.Addr, b []byte) (Datagram, bool) {
	if len(b) < 8 {
		return Datagram{}, false
	}
	length := int(binary.BigEndian.Uint16(b[4:]))
	if length < 8 {
		return Datagram{}, false
	}
	return Datagram{
		Src:     netip.AddrPortFrom(src, binary.BigEndian.Uint16(b[0:])),
		Dst:     netip.AddrPortFrom(dst, binary.BigEndian.Uint16(b[2:])),
		Payload: b[8:min(length, len(b))], // without the padding of short Ethernet frames
		Cut:     length > len(b),
	}, true
}
