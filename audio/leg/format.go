package leg

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/attune-cx/attune/audio/l16"
	"github.com/attune-cx/attune/audio/opus"
	"github.com/attune-cx/attune/audio/resample"
)

// ErrCodec says that an encoding cannot be taken. Offer PCMU, PCMA, opus or L16.
var ErrCodec = errors.New("codec is not supported")

// Codec is a payload encoding that a leg understands.
type Codec uint8

// The codecs. The last two carry no sound for features.
const (
	PCMU Codec = iota + 1
	PCMA
	L16
	Opus
	TelephoneEvent // RFC 4733
	ComfortNoise   // RFC 3389
)

// String is the encoding name as SDP writes it; "" for the zero value.
func (c Codec) String() string {
	switch c {
	case PCMU:
		return "PCMU"
	case PCMA:
		return "PCMA"
	case L16:
		return "L16"
	case Opus:
		return "opus"
	case TelephoneEvent:
		return "telephone-event"
	case ComfortNoise:
		return "CN"
	}
	return ""
}

// Format is what a payload type stands for.
type Format struct {
	Type      uint8 // RTP payload type, 0..127
	Codec     Codec
	ClockRate int // Hz, of the RTP timestamps
}

// String is the format as SDP writes it, "L16/16000".
func (f Format) String() string { return f.Codec.String() + "/" + strconv.Itoa(f.ClockRate) }

// ParseFormat reads the value of an SDP rtpmap attribute, such as
// "opus/48000/2" or "L16/16000", for payload type pt. Errors wrap [ErrCodec],
// or [l16.ErrChannels] for more than one channel of L16.
func ParseFormat(pt uint8, rtpmap string) (Format, error) {
	name, rest, _ := strings.Cut(strings.TrimSpace(rtpmap), "/")
	rate, channels, _ := strings.Cut(rest, "/")
	f := Format{Type: pt, Codec: codecNamed(name), ClockRate: 8000}
	var err error
	if rest != "" {
		if f.ClockRate, err = strconv.Atoi(rate); err != nil {
			return Format{}, fmt.Errorf("audio/leg: payload type %d, %q: clock rate %q is no number: %w", pt, rtpmap, rate, ErrCodec)
		}
	}
	n := 1
	if channels != "" {
		if n, err = strconv.Atoi(channels); err != nil {
			return Format{}, fmt.Errorf("audio/leg: payload type %d, %q: channel count %q is no number: %w", pt, rtpmap, channels, ErrCodec)
		}
	}
	if err := f.check(rtpmap); err != nil {
		return Format{}, err
	}
	if f.Codec == L16 {
		return f, l16.CheckChannels(n)
	}
	return f, nil
}

func codecNamed(name string) Codec {
	for c := PCMU; c <= ComfortNoise; c++ {
		if strings.EqualFold(name, c.String()) {
			return c
		}
	}
	return 0
}

// check refuses what cannot be decoded; as names the format in the error.
func (f Format) check(as string) error {
	switch {
	case f.Type > 127:
		return fmt.Errorf("audio/leg: payload type %d > 127: %w", f.Type, ErrCodec)
	case f.Codec < PCMU || f.Codec > ComfortNoise:
		return fmt.Errorf("audio/leg: payload type %d, %q: offer PCMU, PCMA, opus or L16: %w", f.Type, as, ErrCodec)
	case (f.Codec == PCMU || f.Codec == PCMA) && f.ClockRate != 8000:
		return fmt.Errorf("audio/leg: payload type %d, %q: G.711 has a clock of 8000 Hz: %w", f.Type, as, ErrCodec)
	case f.Codec == Opus && f.ClockRate != opus.ClockRate:
		return fmt.Errorf("audio/leg: payload type %d, %q: Opus has a clock of 48000 Hz: %w", f.Type, as, ErrCodec)
	case f.ClockRate < resample.MinRate || f.ClockRate > resample.MaxRate:
		return fmt.Errorf("audio/leg: payload type %d, %q: clock rate %d, use %d to %d: %w", f.Type, as, f.ClockRate, resample.MinRate, resample.MaxRate, ErrCodec)
	}
	return nil
}

// static is the format of a payload type that needs no announcement (RFC 3551
// table 4).
func static(pt uint8) (Format, bool) {
	switch pt {
	case 0:
		return Format{0, PCMU, 8000}, true
	case 8:
		return Format{8, PCMA, 8000}, true
	case 11:
		return Format{11, L16, 44100}, true
	case 13:
		return Format{13, ComfortNoise, 8000}, true
	}
	return Format{}, false
}

// sound is the length of a payload in ticks of the format's clock; 0 for what
// carries no sound.
func (f Format) sound(payload []byte) (uint32, error) {
	switch f.Codec {
	case PCMU, PCMA:
		return uint32(len(payload)), nil
	case L16:
		return uint32(len(payload) / 2), nil
	case Opus:
		n, err := opus.Ticks(payload)
		return uint32(n), err
	}
	return 0, nil
}
