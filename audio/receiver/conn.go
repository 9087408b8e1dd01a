package receiver

import (
	"net/netip"
	"time"
)

const (
	batchSize = 64   // datagrams taken at a time
	maxPacket = 2048 // bytes; longer ones are no call audio
	// maxBatches bounds what one socket may deliver in one Poll, so that a flood
	// on one port cannot starve the others.
	maxBatches = 16
)

// datagram is one received packet. data is borrowed until the next receive.
type datagram struct {
	from netip.AddrPort // IPv4 as IPv4, whatever the socket
	data []byte         // empty with oversize set: it did not fit
	age  time.Duration  // how long before the receive call it came
	big  bool
}

// conn is a bound UDP socket that is read without waiting.
type conn interface {
	local() netip.AddrPort
	// receive fills dst and returns how many datagrams were there.
	receive(dst []datagram) (int, error)
	// lost is how many datagrams the kernel has dropped on this socket.
	lost() uint64
	// buffer is the size of the receive buffer that was granted, in bytes.
	buffer() int
	close() error
}
