// Package pcap reads UDP datagrams from capture files and finds the RTP among
// them: files of pcap and pcapng, plain or gzipped, of Ethernet (with VLAN tags),
// Linux cooked captures (SLL, SLL2), BSD loopback and raw IP, IPv4 and IPv6.
//
// Reading takes two passes. [Scan] makes a [Table] of the RTP streams found:
// who sent, what codec, how many packets, how many lost. A [Reader] then gives
// the datagrams in the order of the file with the time of their capture, and
// [Table.Of] tells whose each one is, so that a caller plays them to its legs on
// a clock of its own.
//
// A capture that was cut, in the middle of a record or by its snap length, gives
// what it holds; [Reader.Warning] and [Datagram.Cut] say what is missing.
//
// Specifications: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng, the link
// types of tcpdump.org, RFC 791, RFC 8200, RFC 768.
package pcap
