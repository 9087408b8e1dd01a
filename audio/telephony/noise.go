package telephony

import "fmt"

// Noise is a comfort noise description (RFC 3389 section 3): what the line
// sounds like while nothing is sent.
type Noise struct {
	LevelDBov int // 0..-127 dB relative to the overload of the system
	Order     int // reflection coefficients that follow the level
}

// ParseNoise reads a CN payload. It allocates only for the error.
func ParseNoise(payload []byte) (Noise, error) {
	if len(payload) == 0 {
		return Noise{}, fmt.Errorf("audio/telephony: comfort noise of 0 bytes < 1: %w", ErrShortPayload)
	}
	return Noise{LevelDBov: -int(payload[0] & 0x7F), Order: len(payload) - 1}, nil
}
