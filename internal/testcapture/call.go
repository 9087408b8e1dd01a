package testcapture

import (
	"encoding/binary"
	"errors"
	"net"
	"os"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/attune-cx/attune/audio/g711"
)

// packetSamples is how many samples a packet holds: 20 ms at 8 kHz.
const packetSamples = 160

// Call is one RTP stream of 20 ms packets, coded as G.711 mu-law whatever its
// payload type says.
type Call struct {
	SSRC        uint32
	PayloadType uint8
	Samples     []float32 // at 8 kHz
	IdleSeconds int       // nothing is sent for so long in the middle; the RTP clock runs on
}

// Write writes a pcap file of the call on Ethernet, its first packet at a fixed
// date, so that the same call gives the same bytes.
func Write(path string, c Call) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(c.write(pcapgo.NewWriter(f)), f.Close())
}

func (c Call) write(w *pcapgo.Writer) error {
	if err := w.WriteFileHeader(65535, layers.LinkTypeEthernet); err != nil {
		return err
	}
	coded := g711.New(g711.MuLaw).Encode(nil, c.Samples)
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	timestamp, packets := uint32(0), len(coded)/packetSamples
	for i := range packets {
		if i == packets/2 {
			at = at.Add(time.Duration(c.IdleSeconds) * time.Second)
			timestamp += uint32(8000 * c.IdleSeconds)
		}
		frame, err := c.frame(uint16(i), timestamp, coded[i*packetSamples:][:packetSamples])
		if err != nil {
			return err
		}
		info := gopacket.CaptureInfo{Timestamp: at, CaptureLength: len(frame), Length: len(frame)}
		if err := w.WritePacket(info, frame); err != nil {
			return err
		}
		at, timestamp = at.Add(20*time.Millisecond), timestamp+packetSamples
	}
	return nil
}

// frame is one packet from the Ethernet header on.
func (c Call) frame(sequence uint16, timestamp uint32, payload []byte) ([]byte, error) {
	b := []byte{0x80, c.PayloadType}
	b = binary.BigEndian.AppendUint16(b, sequence)
	b = binary.BigEndian.AppendUint32(b, timestamp)
	b = append(binary.BigEndian.AppendUint32(b, c.SSRC), payload...)
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolUDP, SrcIP: net.IPv4(192, 0, 2, 1), DstIP: net.IPv4(192, 0, 2, 2)}
	udp := &layers.UDP{SrcPort: 4000, DstPort: 5000}
	if err := udp.SetNetworkLayerForChecksum(ip); err != nil {
		return nil, err
	}
	ether := &layers.Ethernet{SrcMAC: make([]byte, 6), DstMAC: make([]byte, 6), EthernetType: layers.EthernetTypeIPv4}
	out := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(out, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, ether, ip, udp, gopacket.Payload(b))
	return out.Bytes(), err
}
