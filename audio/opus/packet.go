package opus

import "fmt"

// ClockRate is the RTP clock of Opus, whatever the rate of its sound (RFC 7587
// section 4.1).
const ClockRate = 48000

// MaxTicks is the longest packet, 120 ms, in ticks of [ClockRate].
const MaxTicks = 5760

// Ticks is how long a packet sounds, in ticks of [ClockRate], read from its
// table of contents (RFC 6716 sections 3.1 and 3.2). It is 0 for an empty
// payload, and [ErrCorrupt] for a header that no packet may have.
func Ticks(payload []byte) (int, error) {
	if len(payload) == 0 {
		return 0, nil
	}
	frames, err := frameCount(payload)
	if err != nil {
		return 0, err
	}
	ticks := frames * frameTicks(payload[0]>>3)
	if ticks > MaxTicks {
		return 0, fmt.Errorf("audio/opus: packet of %d ms > 120: %w", ticks/48, ErrCorrupt)
	}
	return ticks, nil
}

// frameCount reads the frame count code c, and the count byte that c = 3 adds.
func frameCount(payload []byte) (int, error) {
	switch payload[0] & 3 {
	case 0:
		return 1, nil
	case 1, 2:
		return 2, nil
	}
	if len(payload) < 2 {
		return 0, fmt.Errorf("audio/opus: packet of 1 byte lacks its frame count: %w", ErrCorrupt)
	}
	frames := int(payload[1] & 0x3F)
	if frames == 0 {
		return 0, fmt.Errorf("audio/opus: packet of 0 frames: %w", ErrCorrupt)
	}
	return frames, nil
}

// frameTicks is the frame length of a configuration, RFC 6716 table 2.
func frameTicks(config byte) int {
	switch {
	case config < 12: // SILK: 10, 20, 40, 60 ms
		return [4]int{480, 960, 1920, 2880}[config&3]
	case config < 16: // hybrid: 10, 20 ms
		return [2]int{480, 960}[config&1]
	}
	return 120 << (config & 3) // CELT: 2.5, 5, 10, 20 ms
}

// Silent reports whether a packet carries no sound because the sender was
// silent: discontinuous transmission sends frames of at most one byte (RFC 6716
// section 2.1.9), so a packet of one frame is at most two bytes long.
func Silent(payload []byte) bool {
	switch {
	case len(payload) == 0:
		return true
	case payload[0]&3 == 0:
		return len(payload) <= 2
	}
	return len(payload) == 1
}
