package wav

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/go-audio/audio"
	gowav "github.com/go-audio/wav"
)

// Write writes 16-bit PCM to a file, one slice per channel, all of one length.
// Samples beyond ±1 are clipped; what is no number becomes 0. A file that could
// not be finished is removed.
func Write(path string, rate int, channels ...[]float32) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("wav: %w", err)
	}
	if err := errors.Join(Encode(f, rate, channels...), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", path, err), os.Remove(path))
	}
	return nil
}

// Encode writes 16-bit PCM, as Write does, to w.
func Encode(w io.WriteSeeker, rate int, channels ...[]float32) error {
	if err := writable(rate, channels); err != nil {
		return err
	}
	enc := gowav.NewEncoder(w, rate, 16, len(channels), int(PCM))
	frames := len(channels[0])
	buf := &audio.IntBuffer{Format: &audio.Format{NumChannels: len(channels), SampleRate: rate}, SourceBitDepth: 16}
	for at := 0; at < frames || at == 0; at += batch {
		buf.Data = interleave(buf.Data[:0], channels, at, min(at+batch, frames))
		if err := enc.Write(buf); err != nil {
			return fmt.Errorf("wav: write frame %d: %w", at, err)
		}
	}
	if err := enc.Close(); err != nil {
		return fmt.Errorf("wav: finish header: %w", err)
	}
	return nil
}

// writable refuses what a WAVE file cannot hold.
func writable(rate int, channels [][]float32) error {
	if len(channels) < 1 || len(channels) > MaxChannels {
		return fmt.Errorf("%w: %d channels, want 1..%d", ErrShape, len(channels), MaxChannels)
	}
	if rate < MinRate || rate > MaxRate {
		return fmt.Errorf("%w: %d samples per second, want %d..%d", ErrShape, rate, MinRate, MaxRate)
	}
	for _, x := range channels {
		if len(x) != len(channels[0]) {
			return fmt.Errorf("%w: channels of %d and %d samples", ErrShape, len(channels[0]), len(x))
		}
	}
	if size := int64(len(channels[0])) * int64(len(channels)) * 2; size > math.MaxUint32-64 {
		return fmt.Errorf("%w: %d bytes of samples, a WAVE file holds %d: split it", ErrShape, size, math.MaxUint32-64)
	}
	return nil
}

// interleave appends frames [begin, end) as 16-bit integers.
func interleave(dst []int, channels [][]float32, begin, end int) []int {
	for i := begin; i < end; i++ {
		for _, x := range channels {
			v := math.Round(float64(clip(float64(x[i]))) * 32768)
			dst = append(dst, int(min(v, 32767)))
		}
	}
	return dst
}
