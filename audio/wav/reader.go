package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/go-audio/audio"
	gowav "github.com/go-audio/wav"

	"github.com/attune-cx/attune/audio/g711"
)

// batch is how many samples are decoded at a time.
const batch = 8192

// Reader gives the samples of one file, in order. It is not safe for concurrent
// use.
type Reader struct {
	info   Info
	name   string
	closer io.Closer
	left   int64 // frames not read yet
	decode func(dst []float32) (int, error)
	mixed  [batch]float32 // interleaved samples on their way to dst
}

// Open opens a file for reading. The error says what is wrong with it and wraps
// one of the sentinels, or the operating system's error.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("wav: %w", err)
	}
	stat, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("wav: %w", err), f.Close())
	}
	if stat.Mode()&os.ModeNamedPipe != 0 {
		return nil, errors.Join(fmt.Errorf("wav: %s is a pipe: write it to a file first", path), f.Close())
	}
	r, err := NewReader(f, stat.Size())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	r.name, r.closer = path+": ", f
	return r, nil
}

// NewReader reads the file of the given size in bytes behind r. It keeps r and
// reads from it until the last frame.
func NewReader(r io.ReadSeeker, size int64) (*Reader, error) {
	info, at, err := header(r, size)
	if err != nil {
		return nil, err
	}
	if _, err := r.Seek(at, io.SeekStart); err != nil {
		return nil, fmt.Errorf("wav: seek to the samples: %w", err)
	}
	w := &Reader{info: info, left: info.Frames}
	samples := io.LimitReader(r, info.Frames*info.frameSize())
	if info.Encoding == PCM {
		w.decode = pcm(info, samples)
	} else {
		w.decode = coded(info, samples)
	}
	return w, nil
}

// Info describes the file.
func (r *Reader) Info() Info { return r.info }

// Warning is nil, or an error that wraps [ErrTruncated] and says how much of the
// promised audio is missing. What is there can be read all the same.
func (r *Reader) Warning() error {
	if !r.info.Truncated {
		return nil
	}
	return fmt.Errorf("%s%w: %d of %d frames are there: what is there was read", r.name, ErrTruncated, r.info.Frames, r.info.Declared)
}

// ReadFrames fills dst, one slice per channel of the file, all of one length,
// and returns how many frames it read. At the end it returns 0 and io.EOF.
// Samples are within ±1: floats beyond are clipped, and those that are no
// numbers are 0.
func (r *Reader) ReadFrames(dst [][]float32) (int, error) {
	want, err := r.room(dst)
	if err != nil || want == 0 {
		return 0, err
	}
	buf := r.mixed[:]
	channels, done := r.info.Channels, 0
	for done < want {
		n, err := r.decode(buf[:min(want-done, batch/channels)*channels])
		n /= channels
		for c, x := range dst {
			for i := range n {
				x[done+i] = buf[i*channels+c]
			}
		}
		done += n
		if err != nil {
			return done, fmt.Errorf("%swav: read frame %d: %w", r.name, r.info.Frames-r.left+int64(done), err)
		}
		if n == 0 { // the file shrank since it was opened
			r.info.Frames -= r.left - int64(done)
			r.info.Truncated, r.left = true, int64(done)
			break
		}
	}
	r.left -= int64(done)
	if done == 0 {
		return 0, io.EOF
	}
	return done, nil
}

// room is how many frames dst takes of those that are left.
func (r *Reader) room(dst [][]float32) (int, error) {
	if len(dst) != r.info.Channels {
		return 0, fmt.Errorf("%s%w: %d slices for %d channels", r.name, ErrShape, len(dst), r.info.Channels)
	}
	for _, x := range dst {
		if len(x) != len(dst[0]) {
			return 0, fmt.Errorf("%s%w: slices of %d and %d samples", r.name, ErrShape, len(dst[0]), len(x))
		}
	}
	if r.left == 0 {
		return 0, io.EOF
	}
	return int(min(int64(len(dst[0])), r.left)), nil
}

// Close closes the file that Open opened.
func (r *Reader) Close() error {
	if r.closer == nil {
		return nil
	}
	c := r.closer
	r.closer = nil
	return c.Close()
}

// pcm decodes linear samples with go-audio, which sees the canonical header that
// we write for it and nothing of the file's own.
func pcm(info Info, samples io.Reader) func([]float32) (int, error) {
	bits := 8 * info.width()
	dec := gowav.NewDecoder(&canonical{head: canonicalHeader(info, bits), body: samples})
	ints := &audio.IntBuffer{Data: make([]int, 0, batch)}
	offset, scale := 0, float32(1)/float32(int64(1)<<(bits-1))
	if bits == 8 {
		offset = 128 // 8-bit samples are unsigned
	}
	return func(dst []float32) (int, error) {
		ints.Data = ints.Data[:len(dst)]
		n, err := dec.PCMBuffer(ints)
		n = max(0, min(n, len(dst)))
		for i, v := range ints.Data[:n] {
			dst[i] = float32(v-offset) * scale
		}
		return n, err
	}
}

// coded decodes A-law, mu-law and float samples.
func coded(info Info, samples io.Reader) func([]float32) (int, error) {
	buf := make([]byte, batch*info.width())
	return func(dst []float32) (int, error) {
		n, err := io.ReadFull(samples, buf[:len(dst)*info.width()])
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = nil
		}
		n /= info.width()
		expand(info, dst[:n], buf)
		return n, err
	}
}

// expand decodes len(dst) samples from src.
func expand(info Info, dst []float32, src []byte) {
	for i := range dst {
		switch {
		case info.Encoding == ALaw:
			dst[i] = float32(g711.ALaw.Linear(src[i])) / 32768
		case info.Encoding == MuLaw:
			dst[i] = float32(g711.MuLaw.Linear(src[i])) / 32768
		case info.Bits == 32:
			dst[i] = clip(float64(math.Float32frombits(binary.LittleEndian.Uint32(src[4*i:]))))
		default:
			dst[i] = clip(math.Float64frombits(binary.LittleEndian.Uint64(src[8*i:])))
		}
	}
}

// clip brings v within ±1, and makes what is no number 0.
func clip(v float64) float32 {
	if v != v {
		return 0
	}
	return float32(max(-1, min(1, v)))
}

// canonical is a 44-byte header of our own in front of the samples, the only
// thing that go-audio's parser gets to see.
type canonical struct {
	head []byte
	body io.Reader
}

// Read fills p unless the samples end: go-audio takes a short read for the end
// of a sample.
func (c *canonical) Read(p []byte) (int, error) {
	if len(c.head) > 0 {
		n := copy(p, c.head)
		c.head = c.head[n:]
		return n, nil
	}
	n, err := io.ReadFull(c.body, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}

// Seek is there for io.ReadSeeker; go-audio seeks only over chunks before the
// format, and there are none.
func (c *canonical) Seek(int64, int) (int64, error) {
	return 0, errors.New("wav: seek within samples is not supported")
}

// canonicalHeader is the plain PCM header of info. Its data size is the largest
// even one: the end of the samples is told by the reader beneath.
func canonicalHeader(info Info, bits int) []byte {
	align := info.Channels * bits / 8
	b := append(make([]byte, 0, 44), "RIFF\xff\xff\xff\xffWAVEfmt "...)
	le := binary.LittleEndian
	b = le.AppendUint32(b, 16)
	b = le.AppendUint16(b, uint16(PCM))
	b = le.AppendUint16(b, uint16(info.Channels))
	b = le.AppendUint32(b, uint32(info.Rate))
	b = le.AppendUint32(b, uint32(info.Rate*align))
	b = le.AppendUint16(b, uint16(align))
	b = le.AppendUint16(b, uint16(bits))
	b = append(b, "data"...)
	return le.AppendUint32(b, math.MaxUint32-1)
}
