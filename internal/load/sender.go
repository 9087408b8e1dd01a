package load

import (
	"container/heap"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"time"
)

// Stream is one leg to send: payload that is already coded, cut into packets.
type Stream struct {
	Socket *net.UDPConn // to send from, made by [Listen]; nil = a new one

	To          netip.AddrPort
	Payload     []byte        // one byte a sample for G.711
	Start       int           // byte of Payload to begin at
	Loop        bool          // begin anew at the end of Payload
	BytesPerMS  int           // 8 for G.711 at 8 kHz
	TicksPerMS  int           // RTP clock: 8 for G.711
	PayloadType uint8         // 0 = PCMU
	Ptime       time.Duration // 0 = 20 ms
	SSRC        uint32
	Sequence    uint16        // of the first packet
	Timestamp   uint32        // of the first packet
	Delay       time.Duration // before the first packet
	Network     Impairment
}

// Report counts what was sent.
type Report struct {
	Streams    int           `json:"streams"`
	Packets    int           `json:"packets_sent"`
	Lost       int           `json:"lost_on_purpose"`
	Duplicated int           `json:"sent_twice"`
	Late       time.Duration `json:"sender_late_ns"` // the most that the sender itself was behind
}

// sending is a stream under way; each has a socket, since the address it sends
// from names the leg.
type sending struct {
	Stream
	net  *network
	next time.Duration
	pos  int
	pkt  []byte
	done bool
}

// Send plays the streams in real time until they end or ctx does.
func Send(ctx context.Context, streams []Stream) (Report, error) {
	r := Report{Streams: len(streams)}
	all := make([]*sending, 0, len(streams))
	defer func() {
		for _, s := range all {
			s.Socket.Close()
		}
	}()
	for i := range streams {
		s, err := open(streams[i], i)
		if err != nil {
			return r, err
		}
		all = append(all, s)
	}
	start := time.Now()
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	late := new(delayed)
	for {
		select {
		case <-ctx.Done():
			return r, nil
		case <-ticker.C:
		}
		now := time.Since(start)
		open := false
		for _, s := range all {
			open = s.due(now, late, &r) || open
		}
		late.flush(now)
		if !open && late.Len() == 0 {
			return r, nil
		}
	}
}

// Listen opens a socket to send from, on loopback. Its address may be told to the
// receiver beforehand, which then knows the leg by it at once.
func Listen() (*net.UDPConn, error) {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	return conn, nil
}

func open(s Stream, leg int) (*sending, error) {
	if s.Ptime == 0 {
		s.Ptime = 20 * time.Millisecond
	}
	if s.BytesPerMS == 0 {
		s.BytesPerMS, s.TicksPerMS = 8, 8
	}
	if s.Socket == nil {
		conn, err := Listen()
		if err != nil {
			return nil, err
		}
		s.Socket = conn
	}
	size := int(s.Ptime/time.Millisecond) * s.BytesPerMS
	return &sending{Stream: s, net: newNetwork(s.Network, leg), next: s.Delay, pos: s.Start, pkt: make([]byte, 12+size)}, nil
}

// due sends the packets whose time has come; false once the stream has ended.
func (s *sending) due(now time.Duration, late *delayed, r *Report) bool {
	for !s.done && s.next <= now {
		if !s.fill() {
			s.done = true
			break
		}
		r.Late = max(r.Late, now-s.next)
		s.send(s.net.next(s.Ptime), late, r)
		s.next += s.Ptime
	}
	return !s.done
}

func (s *sending) send(f fate, late *delayed, r *Report) {
	if f.lost {
		r.Lost++
		return
	}
	r.Packets++
	if f.delay > 0 {
		heap.Push(late, held{s.next + f.delay, s, append([]byte(nil), s.pkt...)})
	} else {
		s.write(s.pkt) // a refused packet is a lost one, as on any network
	}
	if f.twice {
		r.Duplicated++
		s.write(s.pkt)
	}
}

func (s *sending) write(packet []byte) { s.Socket.WriteToUDPAddrPort(packet, s.To) }

// fill writes the next packet; false at the end of the payload.
func (s *sending) fill() bool {
	n := len(s.pkt) - 12
	if s.pos+n > len(s.Payload) {
		if !s.Loop || n > len(s.Payload) {
			return false
		}
		s.pos = 0
	}
	s.pkt[0], s.pkt[1] = 0x80, s.PayloadType
	binary.BigEndian.PutUint16(s.pkt[2:], s.Sequence)
	binary.BigEndian.PutUint32(s.pkt[4:], s.Timestamp)
	binary.BigEndian.PutUint32(s.pkt[8:], s.SSRC)
	copy(s.pkt[12:], s.Payload[s.pos:s.pos+n])
	s.pos += n
	s.Sequence++
	s.Timestamp += uint32(int(s.Ptime/time.Millisecond) * s.TicksPerMS)
	return true
}

// held is a packet that the network delays.
type held struct {
	at   time.Duration
	from *sending
	pkt  []byte
}

// delayed is a heap of held packets, soonest first.
type delayed []held

func (d delayed) Len() int           { return len(d) }
func (d delayed) Less(i, j int) bool { return d[i].at < d[j].at }
func (d delayed) Swap(i, j int)      { d[i], d[j] = d[j], d[i] }

// Push is for container/heap.
func (d *delayed) Push(x any) { *d = append(*d, x.(held)) }

// Pop is for container/heap.
func (d *delayed) Pop() any {
	old := *d
	x := old[len(old)-1]
	*d = old[:len(old)-1]
	return x
}

func (d *delayed) flush(now time.Duration) {
	for d.Len() > 0 && (*d)[0].at <= now {
		h := heap.Pop(d).(held)
		h.from.write(h.pkt)
	}
}
