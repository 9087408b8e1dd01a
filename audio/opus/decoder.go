package opus

import (
	"errors"
	"fmt"

	pion "github.com/pion/opus"
)

// ErrRate says that an output rate is not 8000 or 16000.
var ErrRate = errors.New("output rate not supported")

// ErrCorrupt says that a packet is not Opus, or is damaged. The decoder can
// take the next packet.
var ErrCorrupt = errors.New("packet is damaged")

// ErrTwoChannels says that the two channels of a packet carry different sound,
// probably two parties. Send each party as a leg of its own.
var ErrTwoChannels = errors.New("two channels in one leg")

// Decoder decodes the packets of one leg, in order. It is not safe for
// concurrent use.
type Decoder struct {
	rate    int
	codec   pion.Decoder
	stereo  []float32 // interleaved, grown to the longest packet met
	panics  int
	corrupt int
}

// New makes a decoder that gives samples at rate, 8000 or 16000 Hz; any other
// rate gives [ErrRate].
func New(rate int) (*Decoder, error) {
	if rate != 8000 && rate != 16000 {
		return nil, fmt.Errorf("audio/opus: rate %d, use 8000 or 16000: %w", rate, ErrRate)
	}
	codec, err := pion.NewDecoderWithOutput(rate, 2)
	if err != nil {
		return nil, fmt.Errorf("audio/opus: rate %d: %w", rate, err)
	}
	return &Decoder{rate: rate, codec: codec}, nil
}

// Decode appends the sound of one packet to dst, within ±1, and returns it; on
// error dst comes back as it was. Nothing is appended for an empty payload
// (WebRTC senders pad with them). Errors wrap [ErrCorrupt] or [ErrTwoChannels].
// After the longest packet was met it allocates only for errors and if dst is
// too small.
func (d *Decoder) Decode(dst []float32, payload []byte) ([]float32, error) {
	if len(payload) == 0 {
		return dst, nil
	}
	ticks, err := Ticks(payload)
	if err != nil {
		d.corrupt++
		return dst, err
	}
	n := ticks * d.rate / ClockRate
	if cap(d.stereo) < 2*n {
		d.stereo = make([]float32, 2*n)
	}
	got, err := d.decodeGuarded(payload, d.stereo[:2*n])
	if err != nil {
		d.corrupt++
		return dst, err
	}
	return d.one(dst, d.stereo[:2*got])
}

// decodeGuarded keeps a fault of the codec within this packet: its state is
// made anew, since a panic may have left it half written.
func (d *Decoder) decodeGuarded(payload []byte, out []float32) (n int, err error) {
	defer func() {
		if p := recover(); p != nil {
			d.panics++
			d.Reset()
			n, err = 0, fmt.Errorf("audio/opus: codec failed on a packet of %d bytes (%v): %w", len(payload), p, ErrCorrupt)
		}
	}()
	n, err = d.codec.DecodeToFloat32(payload, out)
	if err != nil {
		return 0, fmt.Errorf("audio/opus: packet of %d bytes: %w: %w", len(payload), ErrCorrupt, err)
	}
	return min(n, len(out)/2), nil
}

// one appends the single signal that the interleaved stereo carries.
func (d *Decoder) one(dst, stereo []float32) ([]float32, error) {
	if !oneSignal(stereo) {
		return dst, fmt.Errorf("audio/opus: left and right differ; send each party as a leg of its own: %w", ErrTwoChannels)
	}
	for i := 0; i < len(stereo); i += 2 {
		dst = append(dst, bounded(stereo[i]))
	}
	return dst, nil
}

// bounded clips to full scale and takes NaN, which no codec should give, for
// silence.
func bounded(x float32) float32 {
	if x != x {
		return 0
	}
	return max(-1, min(1, x))
}

const (
	silentPower = 1e-6 // mean square of a channel that counts as silent: -60 dB full scale
	sameSignal  = 0.9  // squared correlation above which two channels are one signal
)

// oneSignal reports whether an interleaved pair is one signal: the right
// channel is silent, or it follows the left up to a gain.
func oneSignal(stereo []float32) bool {
	var left, right, both float64
	for i := 0; i+1 < len(stereo); i += 2 {
		l, r := float64(stereo[i]), float64(stereo[i+1])
		left += l * l
		right += r * r
		both += l * r
	}
	if right <= silentPower*float64(len(stereo)/2) {
		return true
	}
	return both*both >= sameSignal*left*right && left > 0
}

// Reset forgets the sound so far, as after a change of source.
func (d *Decoder) Reset() {
	if codec, err := pion.NewDecoderWithOutput(d.rate, 2); err == nil {
		d.codec = codec
	}
}

// Rate is the output rate in Hz.
func (d *Decoder) Rate() int { return d.rate }

// Corrupt is how many packets could not be decoded.
func (d *Decoder) Corrupt() int { return d.corrupt }

// Panics is how many packets made the codec fail in a way it should not.
func (d *Decoder) Panics() int { return d.panics }
