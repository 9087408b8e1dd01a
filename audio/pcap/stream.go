package pcap

import (
	"fmt"
	"math"
	"net/netip"
	"strings"
	"time"

	"github.com/attune-cx/attune/audio/demux"
)

const (
	minPackets = 5   // fewer are no stream
	minInOrder = 0.6 // share of packets that follow the one before, else it is no RTP
	nearby     = 100 // a step of the sequence numbers up to this still follows
	maxTypes   = 8   // payload types of one stream
	remembered = 64  // sequence numbers behind the newest in which duplicates are seen
)

// Stream is one RTP source that sends from one address to another.
type Stream struct {
	SSRC     uint32
	Src, Dst netip.AddrPort
	Types    []Type        // payload types, in the order in which they appear
	Packets  int           // duplicates not counted
	Lost     int           // missing sequence numbers
	Cut      int           // packets whose end the capture does not hold
	First    time.Duration // capture time of the first packet, as Datagram.At
	Last     time.Duration // of the last

	begun    bool
	base     uint16
	highest  int64  // newest sequence number, extended past the wrap; base at the start
	seen     uint64 // bit n: highest-n has come
	inOrder  int
	previous uint16
}

// Type is a payload type of a stream and what it probably is.
type Type struct {
	Number  uint8
	Map     string // as an SDP rtpmap has it, "PCMU/8000", "opus/48000/2"; "" = not known
	Source  Origin // where Map comes from
	Packets int

	begin, end     uint32 // timestamps of the first and the newest packet
	since, until   time.Duration
	shortest, most int // payload bytes
	still          int // packets with the timestamp of the one before
}

// Origin says how a payload type was identified.
type Origin string

// The origins.
const (
	Unknown Origin = ""
	Static  Origin = "RFC 3551" // a number with a fixed meaning
	SDP     Origin = "SDP"      // announced by a message in the same capture
	Guess   Origin = "guess"    // from the timestamps and sizes
)

// Duration is the time from the first to the last packet.
func (s *Stream) Duration() time.Duration { return s.Last - s.First }

// LossRatio is the share of packets that are missing, 0..1.
func (s *Stream) LossRatio() float64 { return float64(s.Lost) / float64(max(1, s.Packets+s.Lost)) }

// Codecs lists the payload types in one line, "PCMU/8000 (0), telephone-event/8000 (101)".
func (s *Stream) Codecs() string {
	var names []string
	for _, t := range s.Types {
		name := t.Map
		if name == "" {
			name = "unknown"
		}
		names = append(names, fmt.Sprintf("%s (%d)", name, t.Number))
	}
	return strings.Join(names, ", ")
}

// String is one line about the stream.
func (s *Stream) String() string {
	return fmt.Sprintf("SSRC 0x%08X %v -> %v, %s, %d packets, %d lost, %v",
		s.SSRC, s.Src, s.Dst, s.Codecs(), s.Packets, s.Lost, s.Duration().Round(time.Millisecond))
}

// add counts one RTP packet.
func (s *Stream) add(d *Datagram) {
	sequence := demux.Sequence(d.Payload)
	if !s.begun {
		s.begun, s.base, s.highest, s.seen, s.First = true, sequence, int64(sequence), 1, d.At
	} else {
		if step := sequence - s.previous; step > 0 && step <= nearby {
			s.inOrder++
		}
		if !s.fresh(sequence) {
			return
		}
	}
	s.previous = sequence
	s.Packets++
	s.Last = d.At
	if d.Cut {
		s.Cut++
	}
	s.Lost = max(0, int(s.highest-int64(s.base))+1-s.Packets)
	if t := s.payloadType(demux.PayloadType(d.Payload)); t != nil {
		t.add(d)
	}
}

// fresh moves highest on and reports whether sequence was not seen before. The
// difference is taken as int16, so it is right across the wrap.
func (s *Stream) fresh(sequence uint16) bool {
	step := int16(sequence - uint16(s.highest))
	switch {
	case step > 0:
		s.highest += int64(step)
		s.seen = s.seen<<uint(min(step, remembered)) | 1
	case step <= -remembered:
		// Too old to tell.
	case s.seen&(1<<uint(-step)) != 0:
		return false
	default:
		s.seen |= 1 << uint(-step)
	}
	return true
}

// real reports whether the packets behave as RTP: enough of them, numbered in a
// row.
func (s *Stream) real() bool {
	return s.Packets >= minPackets && float64(s.inOrder) >= minInOrder*float64(s.Packets-1)
}

func (s *Stream) payloadType(number uint8) *Type {
	for i := range s.Types {
		if s.Types[i].Number == number {
			return &s.Types[i]
		}
	}
	if len(s.Types) == maxTypes {
		return nil
	}
	s.Types = append(s.Types, Type{Number: number, shortest: math.MaxInt})
	return &s.Types[len(s.Types)-1]
}

func (t *Type) add(d *Datagram) {
	stamp, size := demux.Timestamp(d.Payload), demux.PayloadLen(d.Payload)
	if t.Packets == 0 {
		t.begin, t.since = stamp, d.At
	} else if stamp == t.end {
		t.still++
	}
	t.Packets++
	t.end, t.until = stamp, d.At
	t.shortest, t.most = min(t.shortest, size), max(t.most, size)
}

// static names the audio payload types of RFC 3551 table 4.
func static(number uint8) string {
	return map[uint8]string{
		0: "PCMU/8000", 3: "GSM/8000", 4: "G723/8000", 5: "DVI4/8000", 6: "DVI4/16000", 7: "LPC/8000",
		8: "PCMA/8000", 9: "G722/8000", 10: "L16/44100/2", 11: "L16/44100", 12: "QCELP/8000",
		13: "CN/8000", 14: "MPA/90000", 15: "G728/8000", 16: "DVI4/11025", 17: "DVI4/22050", 18: "G729/8000",
	}[number]
}

// guess names a dynamic payload type by its clock and sizes, if they leave no
// other choice among what Attune takes.
func (t *Type) guess() string {
	if t.Number < 96 || t.Packets < 2 {
		return ""
	}
	// An event repeats its timestamp and has 4 bytes: RFC 4733 section 2.3.
	if t.shortest == 4 && t.most == 4 && t.still > 0 {
		return "telephone-event/8000"
	}
	clock := t.clock()
	switch {
	case clock == 48000 && t.most > t.shortest && t.most <= 1275*3: // RFC 6716 section 3.4
		return "opus/48000/2"
	case clock != 0 && t.bytesPerTick() == 2:
		return fmt.Sprintf("L16/%d", clock)
	}
	return ""
}

// clock is the usual clock rate nearest to what the timestamps show, 0 if none
// is within 8 %.
func (t *Type) clock() int {
	seconds := (t.until - t.since).Seconds()
	if seconds < 0.05 {
		return 0
	}
	measured := float64(t.end-t.begin) / seconds
	for _, rate := range []int{8000, 16000, 24000, 32000, 44100, 48000} {
		if math.Abs(measured/float64(rate)-1) < 0.08 {
			return rate
		}
	}
	return 0
}

// bytesPerTick is the payload of a packet of constant size for each tick of its
// clock, 0 when it varies.
func (t *Type) bytesPerTick() int {
	ticks := int(t.end-t.begin) / max(1, t.Packets-1)
	if t.shortest != t.most || ticks == 0 || t.most%ticks != 0 {
		return 0
	}
	return t.most / ticks
}
