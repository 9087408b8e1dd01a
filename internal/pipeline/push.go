package pipeline

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/pion/rtp"
)

// maxPushed is the longest payload that is taken from elsewhere: a datagram.
const maxPushed = 1500

// pushedPacket is one RTP packet that another goroutine received (WHIP).
type pushedPacket struct {
	inlet   *Inlet
	header  rtp.Header
	payload [maxPushed]byte
	n       int
	arrival time.Duration
	report  bool // an RTCP sender report: ssrc, ntp and rtp time below
	ntp     uint64
}

var pushedPool = sync.Pool{New: func() any { return new(pushedPacket) }}

// Inlet hands media that arrives outside the shards to a leg. Its methods never
// block and are safe for one goroutine at a time.
type Inlet struct {
	shard *shard
	leg   *leg
}

// Inlet returns the way into a leg that was added without RTP.
func (e *Engine) Inlet(ref, legID string) (*Inlet, error) {
	c, err := e.find(ref)
	if err != nil {
		return nil, err
	}
	in := &Inlet{shard: c.shard}
	err = e.on(context.Background(), c, func(x *interaction, _ time.Duration) error {
		for _, l := range x.legs {
			if l.id == legID && l.recv == 0 {
				in.leg = l
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if in.leg == nil {
		return nil, fmt.Errorf("leg %q of interaction %q: %w: create it with media whip first", legID, c.it.ID, ErrNotFound)
	}
	return in, nil
}

// Push hands over one packet; its payload is copied. When the shard is behind,
// the packet is dropped and counted: the leg hears a loss.
func (in *Inlet) Push(h *rtp.Header, payload []byte) {
	if len(payload) > maxPushed {
		in.shard.counts.pushDropped.Add(1)
		return
	}
	p := pushedPool.Get().(*pushedPacket)
	p.inlet, p.report, p.arrival = in, false, in.shard.cfg.Now()
	p.header.SSRC, p.header.SequenceNumber, p.header.Timestamp = h.SSRC, h.SequenceNumber, h.Timestamp
	p.header.PayloadType, p.header.Marker = h.PayloadType, h.Marker
	p.n = copy(p.payload[:], payload)
	in.send(p)
}

// SenderReport hands over an RTCP sender report.
func (in *Inlet) SenderReport(ssrc uint32, ntp uint64, rtpTime uint32) {
	p := pushedPool.Get().(*pushedPacket)
	p.inlet, p.report, p.ntp = in, true, ntp
	p.header.SSRC, p.header.Timestamp = ssrc, rtpTime
	in.send(p)
}

func (in *Inlet) send(p *pushedPacket) {
	select {
	case in.shard.pushed <- p:
	default:
		in.shard.counts.pushDropped.Add(1)
		pushedPool.Put(p)
	}
}

// drainPushed takes what inlets have handed over.
func (s *shard) drainPushed() {
	for {
		select {
		case p := <-s.pushed:
			s.takePushed(p)
			pushedPool.Put(p)
		default:
			return
		}
	}
}

func (s *shard) takePushed(p *pushedPacket) {
	l := p.inlet.leg
	if l.group == nil { // the leg has ended
		return
	}
	if p.report {
		l.chain.SenderReport(p.header.SSRC, p.ntp, p.header.Timestamp)
		return
	}
	s.counts.packets.Add(1)
	if err := l.push(&p.header, p.payload[:p.n], p.arrival); err != nil {
		s.counts.unparsed.Add(1)
	}
}
