package receiver

import (
	"net"
	"net/netip"
	"sync"
)

// portableConn reads with the standard library, one goroutine for each socket,
// where there is no recvmmsg.
type portableConn struct {
	udp     *net.UDPConn
	asked   int
	arrived chan *slot
	free    chan *slot
	lent    []*slot // handed out by the last receive
	ended   sync.WaitGroup
}

// slot is a buffer for one datagram.
type slot struct {
	from netip.AddrPort
	n    int
	data [maxPacket + 1]byte // one more byte shows that a datagram was longer
}

// slots is how many datagrams wait at most between two receives; what comes
// while all are full waits in the kernel's buffer.
const slots = 4 * batchSize

// portableListener returns how sockets are opened without recvmmsg.
func portableListener() func(at netip.AddrPort, bytes int) (conn, error) {
	return func(at netip.AddrPort, bytes int) (conn, error) {
		udp, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
		if err != nil {
			return nil, err
		}
		c := &portableConn{udp: udp, arrived: make(chan *slot, slots), free: make(chan *slot, slots)}
		if udp.SetReadBuffer(bytes) == nil {
			c.asked = bytes // what was granted cannot be asked portably
		}
		for range slots {
			c.free <- new(slot)
		}
		c.ended.Go(c.read)
		return c, nil
	}
}

// read passes on datagrams until the socket is closed.
func (c *portableConn) read() {
	defer close(c.arrived)
	for s := range c.free {
		n, from, err := c.udp.ReadFromUDPAddrPort(s.data[:])
		if err != nil {
			return
		}
		s.n, s.from = n, netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		c.arrived <- s
	}
}

func (c *portableConn) local() netip.AddrPort {
	at := c.udp.LocalAddr().(*net.UDPAddr).AddrPort()
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}

func (c *portableConn) lost() uint64 { return 0 }
func (c *portableConn) buffer() int  { return c.asked }

func (c *portableConn) receive(dst []datagram) (int, error) {
	for _, s := range c.lent {
		c.free <- s
	}
	c.lent = c.lent[:0]
	for n := range dst {
		select {
		case s, ok := <-c.arrived:
			if !ok {
				return n, net.ErrClosed
			}
			c.lent = append(c.lent, s)
			dst[n] = datagram{from: s.from, data: s.data[:min(s.n, maxPacket)], big: s.n > maxPacket}
		default:
			return n, nil
		}
	}
	return len(dst), nil
}

// close closes the socket and waits for its goroutine.
func (c *portableConn) close() error {
	err := c.udp.Close()
	close(c.free)
	c.ended.Wait()
	return err
}
