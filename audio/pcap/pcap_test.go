package pcap

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/attune-cx/attune/audio/demux"
)

var (
	caller = netip.MustParseAddrPort("192.0.2.1:4000")
	callee = netip.MustParseAddrPort("192.0.2.2:5000")
	six    = netip.MustParseAddrPort("[2001:db8::1]:6000")
	seven  = netip.MustParseAddrPort("[2001:db8::2]:7000")
)

// rtpPacket makes an RTP packet.
func rtpPacket(ssrc uint32, pt uint8, sequence uint16, timestamp uint32, payload []byte) []byte {
	b := []byte{0x80, pt}
	b = binary.BigEndian.AppendUint16(b, sequence)
	b = binary.BigEndian.AppendUint32(b, timestamp)
	b = binary.BigEndian.AppendUint32(b, ssrc)
	return append(b, payload...)
}

// report is an RTCP receiver report of a source.
func report(ssrc uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{0x80, 201, 0, 1}, ssrc)
}

// datagram wraps a payload in UDP and IP.
func datagram(t testing.TB, src, dst netip.AddrPort, payload []byte) []byte {
	t.Helper()
	udp := &layers.UDP{SrcPort: layers.UDPPort(src.Port()), DstPort: layers.UDPPort(dst.Port())}
	var network gopacket.SerializableLayer
	if src.Addr().Is4() {
		ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolUDP, SrcIP: src.Addr().AsSlice(), DstIP: dst.Addr().AsSlice()}
		_ = udp.SetNetworkLayerForChecksum(ip)
		network = ip
	} else {
		ip := &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: layers.IPProtocolUDP, SrcIP: src.Addr().AsSlice(), DstIP: dst.Addr().AsSlice()}
		_ = udp.SetNetworkLayerForChecksum(ip)
		network = ip
	}
	buf := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, network, udp, gopacket.Payload(payload))
	if err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// framed puts a link header of each kind before an IP packet.
func framed(link layers.LinkType, ip []byte) []byte {
	proto := []byte{0x08, 0x00}
	if ip[0]>>4 == 6 {
		proto = []byte{0x86, 0xDD}
	}
	switch link {
	case layers.LinkTypeEthernet: // with a VLAN tag
		return append(append(append(make([]byte, 12), 0x81, 0x00, 0x00, 0x07), proto...), ip...)
	case layers.LinkTypeLinuxSLL:
		return append(append(make([]byte, 14), proto...), ip...)
	case layers.LinkTypeLinuxSLL2:
		return append(append(proto, make([]byte, 18)...), ip...)
	case layers.LinkTypeNull:
		return append([]byte{2, 0, 0, 0}, ip...)
	}
	return ip
}

// record is one packet of a file that a test makes.
type record struct {
	at       time.Duration
	src, dst netip.AddrPort
	payload  []byte
}

var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// capture writes records as a pcap file.
func capture(t testing.TB, link layers.LinkType, records []record) []byte {
	t.Helper()
	var file bytes.Buffer
	w := pcapgo.NewWriterNanos(&file)
	if err := w.WriteFileHeader(65535, link); err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		frame := framed(link, datagram(t, r.src, r.dst, r.payload))
		info := gopacket.CaptureInfo{Timestamp: epoch.Add(r.at), CaptureLength: len(frame), Length: len(frame)}
		if err := w.WritePacket(info, frame); err != nil {
			t.Fatal(err)
		}
	}
	return file.Bytes()
}

// call is a second of two PCMU legs, 50 packets each, with RTCP and other
// traffic between; the caller's packets 10 and 11 are lost, 20 is doubled, 30
// and 31 change places, and its numbers wrap.
func call() []record {
	var out []record
	for n := range 50 {
		at := time.Duration(n) * 20 * time.Millisecond
		sequence := uint16(65530 + n)
		switch n {
		case 10, 11:
			sequence = 0
		case 30:
			sequence++
		case 31:
			sequence--
		}
		if n != 10 && n != 11 {
			out = append(out, record{at, caller, callee, rtpPacket(1, 0, sequence, uint32(160*n), make([]byte, 160))})
		}
		if n == 20 {
			out = append(out, out[len(out)-1])
		}
		out = append(out, record{at + time.Millisecond, callee, caller, rtpPacket(2, 8, uint16(n), uint32(160*n), make([]byte, 160))})
		if n == 25 {
			out = append(out, record{at, caller, callee, report(1)}, record{at, caller, callee, []byte("OPTIONS sip:x SIP/2.0\r\n\r\n")})
		}
	}
	return out
}

func scan(t testing.TB, file []byte) (*Table, error) {
	t.Helper()
	r, err := NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return ScanReader(r)
}

func TestScanAndPlay(t *testing.T) {
	for _, link := range []layers.LinkType{layers.LinkTypeEthernet, layers.LinkTypeLinuxSLL, layers.LinkTypeLinuxSLL2, layers.LinkTypeRaw, layers.LinkTypeNull} {
		t.Run(link.String(), func(t *testing.T) {
			file := capture(t, link, call())
			table, err := scan(t, file)
			if err != nil {
				t.Fatal(err)
			}
			if len(table.Streams) != 2 || table.Datagrams != 101 || table.Warning != nil || !table.Began.Equal(epoch) {
				t.Fatalf("%+v", table)
			}
			a, b := table.Streams[0], table.Streams[1]
			if a.SSRC != 1 || a.Src != caller || a.Dst != callee || a.Packets != 48 || a.Lost != 2 || a.Codecs() != "PCMU/8000 (0)" || a.Types[0].Source != Static {
				t.Errorf("caller: %v, %+v", a, a)
			}
			if b.SSRC != 2 || b.Packets != 50 || b.Lost != 0 || b.Codecs() != "PCMA/8000 (8)" || b.First != time.Millisecond || b.Duration() != 980*time.Millisecond {
				t.Errorf("callee: %v, first %v", b, b.First)
			}
			if got := table.Find(2); len(got) != 1 || got[0] != b || table.Find(9) != nil {
				t.Errorf("Find: %v", got)
			}
			play(t, file, table)
		})
	}
}

// play reads the file again and checks whose every datagram is.
func play(t *testing.T, file []byte, table *Table) {
	t.Helper()
	r, err := NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	counts, last := map[string]int{}, time.Duration(0)
	for {
		d, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if d.At < last {
			t.Fatalf("time went back from %v to %v", last, d.At)
		}
		last = d.At
		s, kind := table.Of(&d)
		if s == nil {
			counts["none"]++
			continue
		}
		if kind == demux.RTP && (s.Src != d.Src || len(d.Payload) != 172) {
			t.Errorf("datagram of %v, %d bytes, counted to %v", d.Src, len(d.Payload), s)
		}
		counts[fmt.Sprintf("%d/%d", s.SSRC, kind)]++
	}
	if counts["1/1"] != 49 || counts["2/1"] != 50 || counts["1/2"] != 1 || counts["none"] != 1 {
		t.Errorf("counts %v", counts)
	}
}

func TestPcapngAndGzip(t *testing.T) {
	var ng bytes.Buffer
	w, err := pcapgo.NewNgWriter(&ng, layers.LinkTypeEthernet)
	if err != nil {
		t.Fatal(err)
	}
	second, err := w.AddInterface(pcapgo.NgInterface{LinkType: layers.LinkTypeLinuxSLL, SnapLength: 65535})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range call() { // two interfaces of different link types in turn
		link := []layers.LinkType{layers.LinkTypeEthernet, layers.LinkTypeLinuxSLL}[i%2]
		frame := framed(link, datagram(t, r.src, r.dst, r.payload))
		info := gopacket.CaptureInfo{Timestamp: epoch.Add(r.at), CaptureLength: len(frame), Length: len(frame), InterfaceIndex: i % 2 * second}
		if err := w.WritePacket(info, frame); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{"pcapng": ng.Bytes(), "pcapng.gz": zipped(t, ng.Bytes()), "pcap.gz": zipped(t, capture(t, layers.LinkTypeRaw, call()))} {
		table, err := scan(t, file)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(table.Streams) != 2 || table.Datagrams != 101 || table.Streams[0].Packets != 48 {
			t.Errorf("%s: %d datagrams, %v", name, table.Datagrams, table.Streams)
		}
	}
}

func zipped(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A cut capture gives what it holds, at every length.
func TestCutAnywhere(t *testing.T) {
	file := capture(t, layers.LinkTypeEthernet, call())
	whole, err := scan(t, file)
	if err != nil {
		t.Fatal(err)
	}
	const head, each = 24, 16 + 12 + 4 + 2 + 20 + 8 + 172
	for n := head; n < len(file); n += 37 {
		table, err := scan(t, file[:n])
		if err != nil && !errors.Is(err, ErrNoRTP) {
			t.Fatal(err)
		}
		if table.Warning != nil && !errors.Is(table.Warning, ErrDamaged) {
			t.Fatalf("at %d: %v", n, table.Warning)
		}
		if least := (n-head)/each - 1; table.Packets < least || table.Datagrams > whole.Datagrams {
			t.Fatalf("cut at %d: %d packets, want at least %d", n, table.Packets, least)
		}
	}
	table, _ := scan(t, file[:len(file)-1])
	if table.Warning == nil || !strings.Contains(table.Warning.Error(), "after packet 100") || table.Packets != 100 {
		t.Errorf("one byte short: %v", table.Warning)
	}
}

// With a snap length the packets are cut, not the file.
func TestSnapLength(t *testing.T) {
	var file bytes.Buffer
	w := pcapgo.NewWriter(&file)
	if err := w.WriteFileHeader(96, layers.LinkTypeRaw); err != nil {
		t.Fatal(err)
	}
	for n := range uint16(10) {
		frame := datagram(t, six, seven, rtpPacket(5, 0, n, uint32(n)*160, make([]byte, 160)))
		info := gopacket.CaptureInfo{Timestamp: epoch, CaptureLength: 96, Length: len(frame)}
		if err := w.WritePacket(info, frame[:96]); err != nil {
			t.Fatal(err)
		}
	}
	table, err := scan(t, file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if s := table.Streams[0]; s.Cut != 10 || s.Packets != 10 || s.Src != six || s.Dst != seven {
		t.Errorf("%+v", s)
	}
}

func TestCodecs(t *testing.T) {
	sdp := "INVITE sip:b SIP/2.0\r\nContent-Type: application/sdp\r\n\r\nv=0\r\nm=audio 5000 RTP/AVP 96 97\r\n" +
		"a=rtpmap:96 L16/16000\r\na=rtpmap:97 telephone-event/16000\r\na=rtpmap:x y\r\nm=video 5002 RTP/AVP 98\r\na=rtpmap:98 VP8/90000\r\n"
	var records []record
	send := func(ssrc uint32, from netip.AddrPort, pt uint8, n, ticks int, size func(int) int) {
		for i := range n {
			at := time.Duration(i) * 20 * time.Millisecond
			records = append(records, record{at, from, callee, rtpPacket(ssrc, pt, uint16(i), uint32(i*ticks), make([]byte, size(i)))})
		}
	}
	fixed := func(n int) func(int) int { return func(int) int { return n } }
	port := func(n uint16) netip.AddrPort { return netip.AddrPortFrom(caller.Addr(), n) }
	send(1, port(4000), 111, 20, 960, func(i int) int { return 60 + i%7 })
	send(2, port(4002), 100, 20, 320, fixed(640))
	send(3, port(4004), 101, 20, 0, fixed(4))
	send(4, port(4006), 102, 20, 160, fixed(33))
	send(5, port(4008), 96, 20, 320, fixed(640))
	send(6, port(4010), 98, 20, 320, fixed(99))
	slices.SortStableFunc(records, func(a, b record) int { return cmp.Compare(a.at, b.at) })
	cases := []struct{ before, after string }{ // without the SDP message and with it
		{"opus/48000/2", "opus/48000/2"}, {"L16/16000", "L16/16000"}, {"telephone-event/8000", "telephone-event/8000"},
		{"", ""}, {"L16/16000", "L16/16000"}, {"", ""},
	}
	check := func(table *Table, err error, want func(i int) string) {
		t.Helper()
		if err != nil || len(table.Streams) != len(cases) {
			t.Fatalf("%v, %v", table, err)
		}
		for _, s := range table.Streams {
			if got := s.Types[0].Map; got != want(int(s.SSRC)-1) {
				t.Errorf("SSRC %d: %q, want %q", s.SSRC, got, want(int(s.SSRC)-1))
			}
		}
	}
	table, err := scan(t, capture(t, layers.LinkTypeRaw, records))
	check(table, err, func(i int) string { return cases[i].before })
	if o := table.Find(5)[0].Types[0].Source; o != Guess {
		t.Errorf("origin %q, want a guess", o)
	}
	records = append([]record{{0, caller, callee, []byte(sdp)}}, records...)
	table, err = scan(t, capture(t, layers.LinkTypeRaw, records))
	check(table, err, func(i int) string { return cases[i].after })
	if o := table.Find(5)[0].Types[0].Source; o != SDP {
		t.Errorf("origin %q, want SDP", o)
	}
}

func TestNotRTP(t *testing.T) {
	var records []record
	for i := range 50 { // begins like RTP, but its numbers jump about
		b := rtpPacket(7, 100, uint16(i*7919), 0, make([]byte, 50))
		records = append(records, record{0, caller, callee, b}, record{0, caller, callee, []byte("some text, not version 2")})
	}
	records = append(records, record{0, caller, callee, rtpPacket(8, 0, 1, 0, nil)}) // too few
	table, err := scan(t, capture(t, layers.LinkTypeEthernet, records))
	if !errors.Is(err, ErrNoRTP) || !strings.Contains(err.Error(), "101 UDP datagrams") || len(table.Streams) != 0 {
		t.Errorf("%v, %v", table.Streams, err)
	}
}

func TestBadFiles(t *testing.T) {
	empty := func(link layers.LinkType) []byte { return capture(t, link, nil) }
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":  {nil, ErrNotCapture},
		"text":     {[]byte("this is no capture file"), ErrNotCapture},
		"wifi":     {empty(layers.LinkTypeIEEE802_11), ErrLinkType},
		"pcap cut": {empty(layers.LinkTypeEthernet)[:10], ErrNotCapture},
		"ng cut":   {[]byte("\x0a\x0d\x0d\x0a\x1c\x00\x00\x00"), ErrNotCapture},
	} {
		if _, err := NewReader(bytes.NewReader(c.file)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := scan(t, empty(layers.LinkTypeEthernet)); !errors.Is(err, ErrNoRTP) {
		t.Errorf("empty capture: %v", err)
	}
	if _, err := Scan(filepath.Join(t.TempDir(), "absent.pcap")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent file: %v", err)
	}
	path := filepath.Join(t.TempDir(), "text.pcap")
	if err := os.WriteFile(path, []byte("hello world"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Scan(path); !errors.Is(err, ErrNotCapture) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v does not name the file", err)
	}
}

// The captures that the project was given; they are not in the repository.
func TestRealCaptures(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/data/rtp/*.pcap")
	if len(files) == 0 {
		t.Skip("../shared/data/rtp is not there")
	}
	want := map[string]string{
		"440hzinbackgroundg722.pcap": "G722/8000", "g711a.pcap": "PCMA/8000", "dtmfcapture1.pcap": "telephone-event",
		"dtmf3presses.pcap": "telephone-event", "ivr_dtmf_issue_9_1_9_9_3.pcap": "telephone-event",
	}
	for _, path := range files {
		table, err := Scan(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		var codecs []string
		for _, s := range table.Streams {
			t.Logf("%s: %v", filepath.Base(path), s)
			codecs = append(codecs, s.Codecs())
		}
		if all := strings.Join(codecs, " "); !strings.Contains(all, want[filepath.Base(path)]) {
			t.Errorf("%s: codecs %q, want %s", path, all, want[filepath.Base(path)])
		}
	}
}

// Any bytes are read to their end without a panic, and what is told of them
// fits together.
func FuzzReader(f *testing.F) {
	for _, link := range []layers.LinkType{layers.LinkTypeEthernet, layers.LinkTypeLinuxSLL2, layers.LinkTypeRaw} {
		f.Add(capture(f, link, call()[:12]))
	}
	f.Add(capture(f, layers.LinkTypeRaw, []record{{0, six, seven, rtpPacket(1, 0, 1, 1, nil)}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := NewReader(bytes.NewReader(b))
		if err != nil {
			if !errors.Is(err, ErrNotCapture) && !errors.Is(err, ErrLinkType) {
				t.Fatalf("error of no kind: %v", err)
			}
			return
		}
		table, err := ScanReader(r)
		if (err != nil) != (len(table.Streams) == 0) {
			t.Fatalf("%d streams and %v", len(table.Streams), err)
		}
		for _, s := range table.Streams {
			if s.Packets < minPackets || s.Lost < 0 || s.Duration() < 0 || len(s.Types) == 0 {
				t.Fatalf("%v", s)
			}
		}
	})
}

// Frames of every link type, cut and hostile, give a datagram within the frame
// or none.
func FuzzFrame(f *testing.F) {
	for _, link := range []layers.LinkType{layers.LinkTypeEthernet, layers.LinkTypeLinuxSLL, layers.LinkTypeLinuxSLL2, layers.LinkTypeNull, layers.LinkTypeRaw} {
		f.Add(uint16(link), framed(link, datagram(f, caller, callee, []byte("hello"))))
		f.Add(uint16(link), framed(link, datagram(f, six, seven, []byte("hello"))))
	}
	f.Add(uint16(101), append([]byte{0x60, 0, 0, 0, 0, 40, 0, 64}, make([]byte, 72)...))
	f.Fuzz(func(t *testing.T, link uint16, frame []byte) {
		d, ok := udp(layers.LinkType(link), frame)
		if ok && (len(d.Payload) > len(frame) || !d.Src.IsValid() || !d.Dst.IsValid()) {
			t.Fatalf("%+v from %d bytes", d, len(frame))
		}
	})
}
