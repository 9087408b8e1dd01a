package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// Encoding is how samples are coded in the file.
type Encoding uint16

// The encodings, by their format tag (RFC 2361).
const (
	PCM   Encoding = 1
	Float Encoding = 3
	ALaw  Encoding = 6
	MuLaw Encoding = 7

	extensible = 0xFFFE // the real tag stands in the sub-format
)

// String names the encoding as messages show it.
func (e Encoding) String() string {
	switch e {
	case PCM:
		return "PCM"
	case Float:
		return "float"
	case ALaw:
		return "A-law"
	case MuLaw:
		return "mu-law"
	}
	return fmt.Sprintf("format 0x%04X", uint16(e))
}

// Limits on what a header may say. They are wider than anything that is sensible
// as call audio, and narrow enough that no header makes us allocate much.
const (
	MinRate     = 4000
	MaxRate     = 192000
	MaxChannels = 32

	maxFmt    = 64            // bytes of a format chunk; the extensible one has 40
	maxChunks = 1024          // before the data
	unknown   = 1<<31 - 1<<12 // sizes from here on, beyond the end, are pipes' placeholders (sox, ffmpeg)
)

// Info describes a file.
type Info struct {
	Rate      int      // samples per second
	Channels  int      // 1 or more
	Bits      int      // width of one sample in the file
	Encoding  Encoding // how samples are coded
	Frames    int64    // samples per channel that the file holds
	Declared  int64    // samples per channel that the header promises; Frames when it does not say
	Truncated bool     // Frames < Declared, or the last frame is incomplete
}

// Duration is the playing time of the file.
func (i Info) Duration() time.Duration {
	s, rest := i.Frames/int64(i.Rate), i.Frames%int64(i.Rate)
	return time.Duration(s)*time.Second + time.Duration(rest)*time.Second/time.Duration(i.Rate)
}

// String is a short description, as "2 channels, 8000 Hz, 16-bit PCM, 1m2s".
func (i Info) String() string {
	return fmt.Sprintf("%d channels, %d Hz, %d-bit %v, %v", i.Channels, i.Rate, i.Bits, i.Encoding, i.Duration().Round(time.Millisecond))
}

func (i Info) frameSize() int64 { return int64(i.Channels * i.width()) }

// width is the bytes of one sample; odd widths are stored left-justified in
// whole bytes.
func (i Info) width() int { return (i.Bits + 7) / 8 }

// header walks the chunks of a file of the given size up to its samples. It
// returns what the file holds and the place of the first sample.
func header(r io.ReadSeeker, size int64) (Info, int64, error) {
	var info Info
	if size == 0 {
		return info, 0, fmt.Errorf("%w: the file has 0 bytes: record or copy it again", ErrEmpty)
	}
	if err := riff(r); err != nil {
		return info, 0, err
	}
	at, seen := int64(12), false
	for range maxChunks {
		id, length, err := chunk(r, at)
		if err != nil {
			return info, 0, missing(err, seen, at, size)
		}
		at += 8
		switch {
		case id == "data" && seen:
			return data(r, info, at, size, length)
		case id == "fmt ":
			if info, err = format(r, length, size-at); err != nil {
				return info, 0, err
			}
			seen = true
		case length > size-at:
			return info, 0, fmt.Errorf("%w: chunk %q at byte %d claims %d bytes, %d are left: the file is damaged or cut before its audio", ErrHeader, id, at-8, length, max(size-at, 0))
		}
		at += length + length&1 // chunks are padded to even length
	}
	return info, 0, fmt.Errorf("%w: no audio within the first %d chunks", ErrHeader, maxChunks)
}

// riff checks the file's first 12 bytes.
func riff(r io.ReadSeeker) error {
	var b [12]byte
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("wav: seek: %w", err)
	}
	n, err := io.ReadFull(r, b[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("wav: read header: %w", err)
	}
	switch id := string(b[:4]); {
	case n == len(b) && id == "RIFF" && string(b[8:]) == "WAVE":
		return nil
	case id == "RF64" || id == "RIFX":
		return fmt.Errorf("%w: %s files are not read: convert with 'sox in.wav out.wav'", ErrFormat, id)
	}
	return fmt.Errorf("%w: it starts with %q, not RIFF....WAVE: convert it with ffmpeg or sox", ErrNotWAV, b[:min(n, 12)])
}

// chunk reads the chunk header at a place.
func chunk(r io.ReadSeeker, at int64) (id string, length int64, err error) {
	var b [8]byte
	if _, err := r.Seek(at, io.SeekStart); err != nil {
		return "", 0, err
	}
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return "", 0, err
	}
	return string(b[:4]), int64(binary.LittleEndian.Uint32(b[4:])), nil
}

// missing says what a file that ended before its samples lacks.
func missing(err error, seen bool, at, size int64) error {
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("wav: read header: %w", err)
	}
	what := "format and data chunks"
	if seen {
		what = "data chunk"
	}
	return fmt.Errorf("%w: no %s by byte %d of %d: the file is cut before its audio", ErrHeader, what, min(at, size), size)
}

// format reads a format chunk of the given length, of which left bytes exist.
func format(r io.Reader, length, left int64) (Info, error) {
	if length < 16 || length > maxFmt || length > left {
		return Info{}, fmt.Errorf("%w: format chunk of %d bytes, want 16..%d, and %d are left", ErrHeader, length, maxFmt, left)
	}
	var b [maxFmt]byte
	if _, err := io.ReadFull(r, b[:length]); err != nil {
		return Info{}, fmt.Errorf("wav: read format chunk: %w", err)
	}
	le := binary.LittleEndian
	info := Info{
		Encoding: Encoding(le.Uint16(b[0:])), Channels: int(le.Uint16(b[2:])),
		Rate: int(le.Uint32(b[4:])), Bits: int(le.Uint16(b[14:])),
	}
	if info.Encoding == extensible {
		if length < 40 {
			return Info{}, fmt.Errorf("%w: extensible format chunk of %d bytes, want 40", ErrHeader, length)
		}
		info.Encoding = Encoding(le.Uint16(b[24:]))
	}
	return info, info.check(int(le.Uint16(b[12:])))
}

// check refuses what cannot be decoded; align is the header's frame size.
func (i Info) check(align int) error {
	switch {
	case i.Channels < 1 || i.Channels > MaxChannels:
		return fmt.Errorf("%w: %d channels, want 1..%d", ErrHeader, i.Channels, MaxChannels)
	case i.Rate < MinRate || i.Rate > MaxRate:
		return fmt.Errorf("%w: %d samples per second, want %d..%d", ErrHeader, i.Rate, MinRate, MaxRate)
	case !i.decodable():
		return fmt.Errorf("%w: %d-bit %v: convert it with 'sox in.wav -e signed -b 16 out.wav'", ErrFormat, i.Bits, i.Encoding)
	case align != 0 && int64(align) != i.frameSize():
		return fmt.Errorf("%w: %d bytes per frame, but %d channels of %d bits take %d", ErrHeader, align, i.Channels, i.Bits, i.frameSize())
	}
	return nil
}

func (i Info) decodable() bool {
	switch i.Encoding {
	case PCM:
		return i.Bits >= 8 && i.Bits <= 32
	case Float:
		return i.Bits == 32 || i.Bits == 64
	case ALaw, MuLaw:
		return i.Bits == 8
	}
	return false
}

// data completes info from the data chunk whose samples begin at byte at.
func data(r io.ReadSeeker, info Info, at, size, length int64) (Info, int64, error) {
	left := max(size-at, 0)
	open := length >= unknown && length > left || length == 0 && !chunkAt(r, at, size)
	held := min(length, left)
	if open { // the writer could not seek back: the samples go to the end
		held, length = left, left
	}
	info.Frames = held / info.frameSize()
	info.Declared = max(length/info.frameSize(), info.Frames)
	info.Truncated = info.Frames < info.Declared || held%info.frameSize() != 0
	if info.Frames == 0 {
		return info, 0, fmt.Errorf("%w: %d of %d bytes of samples at byte %d: record or copy it again", ErrEmpty, held, length, at)
	}
	return info, at, nil
}

// chunkAt reports whether a chunk that fits the file stands at a place, so that
// a data chunk of length 0 before it is truly empty.
func chunkAt(r io.ReadSeeker, at, size int64) bool {
	id, length, err := chunk(r, at)
	if err != nil || length > size-at-8 {
		return false
	}
	for _, known := range []string{"LIST", "fact", "bext", "id3 ", "ID3 ", "cue ", "smpl", "iXML", "PEAK"} {
		if id == known {
			return true
		}
	}
	return false
}
