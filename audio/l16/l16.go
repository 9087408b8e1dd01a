package l16

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/attune-cx/attune/audio"
)

// ErrChannels says that a payload format carries more than one channel. One
// leg is one party: have the sender fork each party as a leg of its own.
var ErrChannels = errors.New("one leg is one channel")

// ErrOddLength says that a payload ends in the middle of a sample. What came
// before it was decoded.
var ErrOddLength = errors.New("payload is not a whole number of 16-bit samples")

// CheckChannels refuses any channel count but 1; 0 means that none was given,
// which is 1 by RFC 3551.
func CheckChannels(n int) error {
	if n == 0 || n == 1 {
		return nil
	}
	return fmt.Errorf("audio/l16: %d channels announced, 1 can be taken; send each party as a leg of its own: %w", n, ErrChannels)
}

// Decode appends the samples of src, at full scale ±1, to dst and returns it.
// It allocates only if dst is too small. An odd last byte gives [ErrOddLength]
// after all whole samples were appended.
func Decode(dst []float32, src []byte) ([]float32, error) {
	n := len(src) &^ 1
	for i := 0; i < n; i += 2 {
		dst = append(dst, float32(int16(binary.BigEndian.Uint16(src[i:])))/32768)
	}
	if n != len(src) {
		return dst, fmt.Errorf("audio/l16: payload of %d bytes: %w", len(src), ErrOddLength)
	}
	return dst, nil
}

// Encode appends src as 16-bit samples to dst and returns it. Samples beyond
// ±1 are clipped; NaN becomes 0.
func Encode(dst []byte, src []float32) []byte {
	for _, x := range src {
		dst = binary.BigEndian.AppendUint16(dst, uint16(audio.Linear16(x)))
	}
	return dst
}
