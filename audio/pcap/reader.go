package pcap

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// Sentinel errors; the text around them has the numbers and the way out.
var (
	ErrNotCapture = errors.New("pcap: not a capture file")
	ErrLinkType   = errors.New("pcap: link type is not read")
	ErrDamaged    = errors.New("pcap: file is cut or damaged") // a warning: what came before was read
	ErrNoRTP      = errors.New("pcap: no RTP in file")
)

// Datagram is one UDP datagram of a capture.
type Datagram struct {
	At       time.Duration // capture time since the first packet of the file; never goes back
	Src, Dst netip.AddrPort
	Payload  []byte // borrowed: valid until the next call of Next
	Cut      bool   // the capture holds only the beginning of Payload
}

// Reader gives the datagrams of one file. It is not safe for concurrent use.
type Reader struct {
	next    func() ([]byte, gopacket.CaptureInfo, error)
	link    layers.LinkType // of every packet, unless the packet has its own (pcapng)
	name    string
	closer  io.Closer
	began   time.Time
	at      time.Duration
	packets int
	skipped int
	ended   bool
	warning error
}

// Open opens a capture file.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("pcap: %w", err)
	}
	r, err := NewReader(f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	r.name, r.closer = path+": ", f
	return r, nil
}

// NewReader reads the capture from r, gzipped or not. The error wraps
// ErrNotCapture or ErrLinkType.
func NewReader(r io.Reader) (*Reader, error) {
	b := bufio.NewReader(r)
	if magic, _ := b.Peek(2); string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, fmt.Errorf("%w: gzip header: %w", ErrNotCapture, err)
		}
		b = bufio.NewReader(z)
	}
	magic, err := b.Peek(4)
	if err != nil {
		return nil, fmt.Errorf("%w: it has %d bytes: %w", ErrNotCapture, len(magic), err)
	}
	if string(magic) == "\x0a\x0d\x0d\x0a" {
		return newNg(b)
	}
	file, err := pcapgo.NewReader(b)
	if err != nil {
		return nil, fmt.Errorf("%w: it begins with % x: save it as pcap or pcapng: %w", ErrNotCapture, magic, err)
	}
	if !readable(file.LinkType()) {
		return nil, fmt.Errorf("%w: %v: capture on Ethernet or 'any', or convert it with editcap -T ether", ErrLinkType, file.LinkType())
	}
	return &Reader{next: file.ZeroCopyReadPacketData, link: file.LinkType()}, nil
}

// newNg reads a pcapng file, whose packets each tell their own link type.
func newNg(b io.Reader) (*Reader, error) {
	file, err := pcapgo.NewNgReader(b, pcapgo.NgReaderOptions{WantMixedLinkType: true, SkipUnknownVersion: true})
	if err != nil {
		return nil, fmt.Errorf("%w: pcapng header: %w", ErrNotCapture, err)
	}
	return &Reader{next: file.ZeroCopyReadPacketData, link: layers.LinkTypeMax}, nil
}

// Next returns the next UDP datagram, skipping all other packets, or io.EOF at
// the end of what can be read.
func (r *Reader) Next() (Datagram, error) {
	for !r.ended {
		frame, info, err := r.next()
		if err != nil {
			r.end(err)
			break
		}
		r.tick(info.Timestamp)
		d, ok := udp(r.linkOf(info), frame)
		if !ok {
			r.skipped++
			continue
		}
		d.At = r.at
		return d, nil
	}
	return Datagram{}, io.EOF
}

// end notes why the file ends here.
func (r *Reader) end(err error) {
	r.ended = true
	if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		r.warning = fmt.Errorf("%s%w after packet %d: what came before was read: %w", r.name, ErrDamaged, r.packets, err)
	}
}

// tick moves the time on. Packets of several queues may be out of order by
// microseconds; time stands still for them.
func (r *Reader) tick(stamp time.Time) {
	if r.packets == 0 {
		r.began = stamp
	}
	r.packets++
	r.at = max(r.at, stamp.Sub(r.began))
}

func (r *Reader) linkOf(info gopacket.CaptureInfo) layers.LinkType {
	if len(info.AncillaryData) > 0 {
		if link, ok := info.AncillaryData[0].(layers.LinkType); ok {
			return link
		}
	}
	return r.link
}

// Warning is nil, or after io.EOF an error that wraps ErrDamaged and says where
// the file became unreadable.
func (r *Reader) Warning() error { return r.warning }

// Began is the wall-clock time of the first packet; zero before it was read.
func (r *Reader) Began() time.Time { return r.began }

// Packets counts the packets read so far, and those of them that were no UDP
// datagrams (or pieces of fragmented ones).
func (r *Reader) Packets() (all, skipped int) { return r.packets, r.skipped }

// Close closes the file that Open opened. It may be called twice.
func (r *Reader) Close() error {
	r.ended = true
	if r.closer == nil {
		return nil
	}
	c := r.closer
	r.closer = nil
	return c.Close()
}
