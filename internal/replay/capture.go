package replay

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/pion/rtp"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio/demux"
	chain "github.com/attune-cx/attune/audio/leg"
	"github.com/attune-cx/attune/audio/pcap"
	"github.com/attune-cx/attune/internal/pipeline"
)

// longest is the longest capture that is played: no interaction lasts longer, and
// turns are followed every 10 ms even where nothing is said.
const longest = 7 * 24 * time.Hour

// Capture plays RTP streams of a capture file as legs, each packet at the time
// when it was captured.
type Capture struct {
	Table *pcap.Table
	path  string
	legs  map[*pcap.Stream]*captureLeg
	begin time.Duration // capture time of offset 0: the first packet of a chosen stream

	reader *pcap.Reader
	next   pcap.Datagram
	ended  bool
	Faults map[string]int // packets that could not be used, by what was wrong
}

type captureLeg struct {
	role attune.Role
	leg  *pipeline.OfflineLeg
}

// OpenCapture finds the RTP streams of a capture.
func OpenCapture(path string) (*Capture, error) {
	t, err := pcap.Scan(path)
	if err != nil {
		return nil, err
	}
	return &Capture{Table: t, path: path, legs: make(map[*pcap.Stream]*captureLeg), Faults: make(map[string]int)}, nil
}

// Assign says whose voice an SSRC is, written as "0x1A2B3C4D" or in decimal.
func (c *Capture) Assign(ssrc string, role attune.Role) error {
	n, err := strconv.ParseUint(ssrc, 0, 32)
	if err != nil {
		return fmt.Errorf("SSRC %q is not a number of 32 bits: take one from the table", ssrc)
	}
	found := c.Table.Find(uint32(n))
	if len(found) == 0 {
		return fmt.Errorf("no RTP stream with SSRC %s in %s", ssrc, c.path)
	}
	s := found[0]
	if len(payloads(s)) == 0 {
		return fmt.Errorf("SSRC %s carries %s, which is not decoded: capture PCMU, PCMA, L16 or opus", ssrc, s.Codecs())
	}
	c.legs[s] = &captureLeg{role: role}
	return nil
}

// payloads are the payload types of a stream that a leg can take.
func payloads(s *pcap.Stream) map[uint8]string {
	out := make(map[uint8]string)
	for _, t := range s.Types {
		if t.Map == "" {
			continue
		}
		if _, err := chain.ParseFormat(t.Number, t.Map); err == nil {
			out[t.Number] = t.Map
		}
	}
	return out
}

// join opens the legs.
func (c *Capture) join(o *pipeline.Offline) error {
	if d := c.Table.Duration; d > longest {
		return fmt.Errorf("%s spans %s, at most %s: its clock jumps; cut it with editcap -A and -B", c.path, d.Truncate(time.Hour), longest)
	}
	c.begin = -1
	for _, s := range c.Table.Streams {
		l := c.legs[s]
		if l == nil {
			continue
		}
		if c.begin < 0 {
			c.begin = s.First
		}
		formats := payloads(s)
		var err error
		l.leg, err = o.AddLeg(pipeline.LegSpec{Participant: attune.Participant{Role: l.role}, Channel: attune.ChannelVoice,
			Consent: everything, Rate: rateOf(formats), Payloads: formats})
		if err != nil {
			return err
		}
	}
	var err error
	if c.reader, err = pcap.Open(c.path); err != nil {
		return err
	}
	return c.advance()
}

// rateOf is the rate that suits a stream's codecs.
func rateOf(formats map[uint8]string) int {
	for _, f := range formats {
		if strings.HasPrefix(f, "opus") || strings.HasPrefix(f, "L16/16") || strings.HasPrefix(f, "L16/4") {
			return 16000
		}
	}
	return 8000
}

func (c *Capture) advance() error {
	d, err := c.reader.Next()
	if errors.Is(err, io.EOF) {
		c.ended = true
		return c.reader.Close()
	}
	c.next = d
	return err
}

// step plays the packets captured up to now and reports whether a leg took one.
func (c *Capture) step(now time.Duration) (played bool, err error) {
	for !c.ended && c.next.At-c.begin <= now {
		took, err := c.play(&c.next)
		if err != nil {
			c.Faults[err.Error()]++
		}
		played = played || took
		if err := c.advance(); err != nil {
			return played, err
		}
	}
	return played, nil
}

// play hands d to its leg; false if it is no leg's.
func (c *Capture) play(d *pcap.Datagram) (bool, error) {
	s, kind := c.Table.Of(d)
	l := c.legs[s]
	if s == nil || l == nil || kind != demux.RTP || d.Cut {
		return false, nil
	}
	var p rtp.Packet
	if err := p.Unmarshal(d.Payload); err != nil {
		return true, err
	}
	return true, l.leg.RTP(&p.Header, p.Payload)
}
