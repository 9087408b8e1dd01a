package telephony

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// ErrShortPayload says that a payload is shorter than its format needs.
var ErrShortPayload = errors.New("payload too short")

// eventLength is the size of one event report (RFC 4733 section 2.3).
const eventLength = 4

// Event is one report of a telephone event (RFC 4733 section 2.3). A key press
// is sent as several reports of growing duration under one RTP timestamp, the
// last of them, marked End, three times.
type Event struct {
	Code     uint8  // event number: 0-15 are DTMF (RFC 4733 section 3.2)
	End      bool   // the event is over
	Volume   uint8  // 0..63: power is -Volume dBm0
	Duration uint16 // RTP ticks since the event's timestamp
}

// ParseEvent reads the first event report of a telephone-event payload;
// further bytes are ignored. It allocates only for the error.
func ParseEvent(payload []byte) (Event, error) {
	if len(payload) < eventLength {
		return Event{}, fmt.Errorf("audio/telephony: event of %d bytes < %d: %w", len(payload), eventLength, ErrShortPayload)
	}
	return Event{
		Code:     payload[0],
		End:      payload[1]&0x80 != 0,
		Volume:   payload[1] & 0x3F,
		Duration: binary.BigEndian.Uint16(payload[2:]),
	}, nil
}

// AppendTo appends the report's 4 bytes to dst and returns it.
func (e Event) AppendTo(dst []byte) []byte {
	flags := e.Volume & 0x3F
	if e.End {
		flags |= 0x80
	}
	return binary.BigEndian.AppendUint16(append(dst, e.Code, flags), e.Duration)
}

// Digit is the key of a DTMF event, '0'-'9', '*', '#' or 'A'-'D', and 0 for
// any other event (hook flash, tones).
func (e Event) Digit() byte {
	const keys = "0123456789*#ABCD"
	if int(e.Code) < len(keys) {
		return keys[e.Code]
	}
	return 0
}

// Length is the duration so far as time, for the payload's clock rate in Hz.
func (e Event) Length(clockRate int) time.Duration {
	if clockRate <= 0 {
		return 0
	}
	return time.Duration(e.Duration) * time.Second / time.Duration(clockRate)
}
