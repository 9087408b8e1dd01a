package pcap

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/attune-cx/attune/audio/demux"
)

// maxCandidates bounds the memory that a file can make Scan use.
const maxCandidates = 1 << 15

// Table is what a capture holds.
type Table struct {
	Streams   []*Stream     // in the order of their first packets
	Began     time.Time     // wall clock of the first packet of the file
	Duration  time.Duration // from the first packet of the file to the last
	Packets   int           // of all kinds
	Datagrams int           // of UDP
	Warning   error         // nil, or why the file could not be read to its end
	byKey     map[key]*Stream
}

// key tells streams apart: one SSRC may be captured twice on its way.
type key struct {
	ssrc     uint32
	src, dst netip.AddrPort
}

// Scan reads a whole file and lists its RTP streams. The error is that of
// opening or reading, or wraps ErrNoRTP.
func Scan(path string) (*Table, error) {
	r, err := Open(path)
	if err != nil {
		return nil, err
	}
	t, err := ScanReader(r)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return t, errors.Join(err, r.Close())
}

// ScanReader is Scan of what r has left. The table is there even with ErrNoRTP.
func ScanReader(r *Reader) (*Table, error) {
	t := &Table{byKey: make(map[key]*Stream)}
	var order []*Stream
	maps := announcements{}
	for {
		d, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return t, err
		}
		t.Datagrams++
		if s := t.candidate(&d); s != nil {
			if !s.begun {
				order = append(order, s)
			}
			s.add(&d)
		} else {
			maps.read(d.Payload)
		}
	}
	t.Began, t.Duration, t.Warning = r.Began(), r.at, r.Warning()
	t.Packets, _ = r.Packets()
	t.keep(order, maps)
	if len(t.Streams) == 0 {
		return t, fmt.Errorf("%w: %d packets, %d UDP datagrams, none of them %d RTP packets in a row: capture the media (not only SIP), and without a tunnel around it", ErrNoRTP, t.Packets, t.Datagrams, minPackets)
	}
	return t, nil
}

// candidate is the stream that d would belong to if it is RTP; nil if it is not.
func (t *Table) candidate(d *Datagram) *Stream {
	if demux.Classify(d.Payload) != demux.RTP || !sane(demux.PayloadType(d.Payload)) {
		return nil
	}
	k := key{demux.SSRC(d.Payload), d.Src, d.Dst}
	s := t.byKey[k]
	if s == nil && len(t.byKey) < maxCandidates {
		s = &Stream{SSRC: k.ssrc, Src: k.src, Dst: k.dst}
		t.byKey[k] = s
	}
	return s
}

// sane reports whether a payload type is assigned or dynamic (RFC 3551 section 6).
func sane(number uint8) bool { return number <= 34 || number >= 96 }

// keep drops the candidates that are no RTP and names the payload types of the
// others.
func (t *Table) keep(order []*Stream, maps announcements) {
	for _, s := range order {
		if !s.real() {
			delete(t.byKey, key{s.SSRC, s.Src, s.Dst})
			continue
		}
		for i := range s.Types {
			s.Types[i].name(s, maps)
		}
		t.Streams = append(t.Streams, s)
	}
}

func (t *Type) name(s *Stream, maps announcements) {
	if t.Map, t.Source = static(t.Number), Static; t.Map != "" {
		return
	}
	if t.Map, t.Source = maps.find(s, t.Number), SDP; t.Map != "" {
		return
	}
	if t.Map, t.Source = t.guess(), Guess; t.Map != "" {
		return
	}
	t.Source = Unknown
}

// Of returns whose datagram d is and what it is: an RTP packet of a stream of
// the table, or an RTCP packet that such a stream's sender sent; else nil.
func (t *Table) Of(d *Datagram) (*Stream, demux.Kind) {
	switch kind := demux.Classify(d.Payload); kind {
	case demux.RTP:
		if s := t.byKey[key{demux.SSRC(d.Payload), d.Src, d.Dst}]; s != nil {
			return s, kind
		}
	case demux.RTCP:
		for _, s := range t.Streams {
			if s.SSRC == demux.Sender(d.Payload) && s.Src.Addr() == d.Src.Addr() && s.Dst.Addr() == d.Dst.Addr() {
				return s, kind
			}
		}
	}
	return nil, demux.Other
}

// Find returns the streams of an SSRC: several when it was captured at several
// places.
func (t *Table) Find(ssrc uint32) []*Stream {
	var found []*Stream
	for _, s := range t.Streams {
		if s.SSRC == ssrc {
			found = append(found, s)
		}
	}
	return found
}
