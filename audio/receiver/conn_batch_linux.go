//go:build linux && (amd64 || arm64)

package receiver

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// control holds the two control messages asked for: a time (16 bytes) and a
// count of drops (4 bytes), each behind a header of 16.
const control = 64

// batchConn reads with recvmmsg. Its socket is unknown to Go's network poller,
// which would wake at every packet for nothing.
type batchConn struct {
	fd      int
	at      netip.AddrPort
	granted int
	dropped uint64
	shared  *batch
}

// batch is what recvmmsg writes to; all sockets of a receiver share one, since
// they are read one after another.
type batch struct {
	headers [batchSize]unix.Mmsghdr
	vectors [batchSize]unix.Iovec
	names   [batchSize]unix.RawSockaddrInet6 // the longer of the two families
	control [batchSize][control]byte
	data    [batchSize][maxPacket]byte
}

func newBatch() *batch {
	b := new(batch)
	for i := range b.headers {
		b.vectors[i].Base = &b.data[i][0]
		b.vectors[i].SetLen(maxPacket)
		h := &b.headers[i].Hdr
		h.Name = (*byte)(unsafe.Pointer(&b.names[i]))
		h.Iov = &b.vectors[i]
		h.SetIovlen(1)
		h.Control = &b.control[i][0]
	}
	return b
}

// listener returns how sockets are opened on this system.
func listener() func(at netip.AddrPort, bytes int) (conn, error) {
	shared := newBatch()
	return func(at netip.AddrPort, bytes int) (conn, error) {
		c, err := listenBatch(at, bytes, shared)
		if err != nil {
			return nil, err
		}
		return c, nil
	}
}

func listenBatch(at netip.AddrPort, bytes int, shared *batch) (*batchConn, error) {
	family := unix.AF_INET
	if at.Addr().Is6() {
		family = unix.AF_INET6
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	c := &batchConn{fd: fd, shared: shared}
	if err := c.prepare(at, bytes); err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	return c, nil
}

// prepare binds the socket and sets its options.
func (c *batchConn) prepare(at netip.AddrPort, bytes int) error {
	var name unix.Sockaddr = &unix.SockaddrInet4{Port: int(at.Port()), Addr: v4(at.Addr())}
	if at.Addr().Is6() {
		name = &unix.SockaddrInet6{Port: int(at.Port()), Addr: at.Addr().As16()}
	}
	if err := unix.Bind(c.fd, name); err != nil {
		return os.NewSyscallError("bind", err)
	}
	for _, option := range []int{unix.SO_TIMESTAMPNS, unix.SO_RXQ_OVFL} {
		if err := unix.SetsockoptInt(c.fd, unix.SOL_SOCKET, option, 1); err != nil {
			return os.NewSyscallError("setsockopt", err)
		}
	}
	return errors.Join(c.grow(bytes), c.name(at.Addr()))
}

// grow asks for a receive buffer: with the privilege to pass the system's limit
// where we have it, else within the limit.
func (c *batchConn) grow(bytes int) error {
	if unix.SetsockoptInt(c.fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, bytes) != nil {
		if err := unix.SetsockoptInt(c.fd, unix.SOL_SOCKET, unix.SO_RCVBUF, bytes); err != nil {
			return os.NewSyscallError("setsockopt SO_RCVBUF", err)
		}
	}
	got, err := unix.GetsockoptInt(c.fd, unix.SOL_SOCKET, unix.SO_RCVBUF)
	c.granted = got / 2 // the kernel doubles the figure for its own needs: socket(7)
	return os.NewSyscallError("getsockopt SO_RCVBUF", err)
}

// name reads the port that the kernel chose.
func (c *batchConn) name(addr netip.Addr) error {
	sa, err := unix.Getsockname(c.fd)
	if err != nil {
		return os.NewSyscallError("getsockname", err)
	}
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		c.at = netip.AddrPortFrom(addr, uint16(sa.Port))
	case *unix.SockaddrInet6:
		c.at = netip.AddrPortFrom(addr, uint16(sa.Port))
	default:
		return fmt.Errorf("socket of unexpected family %T", sa)
	}
	return nil
}

func (c *batchConn) local() netip.AddrPort { return c.at }
func (c *batchConn) lost() uint64          { return c.dropped }
func (c *batchConn) buffer() int           { return c.granted }
func (c *batchConn) close() error          { return os.NewSyscallError("close", unix.Close(c.fd)) }

// receive takes what is there with one system call.
func (c *batchConn) receive(dst []datagram) (int, error) {
	b := c.shared
	n := min(len(dst), batchSize)
	for i := range n {
		h := &b.headers[i].Hdr
		h.Namelen = uint32(unsafe.Sizeof(b.names[i]))
		h.SetControllen(control)
		h.Flags = 0
	}
	got, _, errno := unix.Syscall6(unix.SYS_RECVMMSG, uintptr(c.fd),
		uintptr(unsafe.Pointer(&b.headers[0])), uintptr(n), unix.MSG_DONTWAIT, 0, 0)
	runtime.KeepAlive(b)
	switch errno {
	case 0:
	case unix.EAGAIN, unix.EINTR:
		return 0, nil
	default:
		return 0, errno
	}
	wall := time.Now()
	for i := range int(got) {
		c.take(&dst[i], i, wall)
	}
	return int(got), nil
}

// take makes a datagram of message i.
func (c *batchConn) take(d *datagram, i int, wall time.Time) {
	b := c.shared
	h := &b.headers[i]
	d.from = remote(&b.names[i])
	d.big = h.Hdr.Flags&unix.MSG_TRUNC != 0
	d.data = b.data[i][:min(h.Len, maxPacket)]
	d.age = 0
	c.notes(d, b.control[i][:min(uint64(h.Hdr.Controllen), control)], wall)
}

// notes reads the control messages: when the packet came, and how many the
// socket has dropped. The layout is that of cmsg(3): length, level, type, data,
// each message aligned to 8 bytes.
func (c *batchConn) notes(d *datagram, oob []byte, wall time.Time) {
	for len(oob) >= unix.SizeofCmsghdr {
		le := binary.NativeEndian
		size := int(le.Uint64(oob))
		if size < unix.SizeofCmsghdr || size > len(oob) {
			return
		}
		data := oob[unix.SizeofCmsghdr:size]
		switch {
		case int32(le.Uint32(oob[8:])) != unix.SOL_SOCKET:
		case le.Uint32(oob[12:]) == unix.SO_TIMESTAMPNS && len(data) >= 16:
			age := wall.Sub(time.Unix(int64(le.Uint64(data)), int64(le.Uint64(data[8:]))))
			if age > 0 && age < time.Second { // else the system's clock was set meanwhile
				d.age = age
			}
		case le.Uint32(oob[12:]) == unix.SO_RXQ_OVFL && len(data) >= 4:
			c.dropped += uint64(le.Uint32(data) - uint32(c.dropped)) // a 32-bit count that may wrap
		}
		oob = oob[min(len(oob), (size+7)&^7):]
	}
}

// remote reads a socket address of either family.
func remote(name *unix.RawSockaddrInet6) netip.AddrPort {
	port := binary.BigEndian.Uint16((*[2]byte)(unsafe.Pointer(&name.Port))[:])
	if name.Family == unix.AF_INET {
		v4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(name))
		return netip.AddrPortFrom(netip.AddrFrom4(v4.Addr), port)
	}
	return netip.AddrPortFrom(netip.AddrFrom16(name.Addr).Unmap(), port)
}

// v4 is the address as IPv4, 0.0.0.0 for one that is none.
func v4(a netip.Addr) (b [4]byte) {
	if a.Is4() {
		b = a.As4()
	}
	return b
}
