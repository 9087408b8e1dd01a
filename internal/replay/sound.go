package replay

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/audio/resample"
	"github.com/attune-cx/attune/audio/wav"
)

// readFrames is how many frames are read from a file at once.
const readFrames = 4096

// Sound gives the channels of a WAV file as blocks of 10 ms at a rate that legs
// run at. It holds a fixed amount of memory, however long the file.
type Sound struct {
	in    *wav.Reader
	rate  int
	raw   [][]float32           // one read, by channel
	resam []*resample.Resampler // nil entries: the file has the rate already
	ready [][]float32           // samples at rate not yet given out
	used  int                   // of ready
	count int64                 // blocks given out
	ended bool
}

// OpenSound opens a file. rate is 8000, 16000, or 0 for what suits the file:
// 16000 from 16 kHz up, 8000 below.
func OpenSound(path string, rate int) (*Sound, error) {
	in, err := wav.Open(path)
	if err != nil {
		return nil, err
	}
	s, err := newSound(in, rate)
	if err != nil {
		in.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func newSound(in *wav.Reader, rate int) (*Sound, error) {
	info := in.Info()
	switch rate {
	case 0:
		rate = 8000
		if info.Rate >= 16000 {
			rate = 16000
		}
	case 8000, 16000:
	default:
		return nil, fmt.Errorf("replay: rate %d: use 8000 or 16000", rate)
	}
	s := &Sound{in: in, rate: rate}
	for range info.Channels {
		s.raw = append(s.raw, make([]float32, readFrames))
		s.ready = append(s.ready, nil)
		var r *resample.Resampler
		if info.Rate != rate {
			var err error
			if r, err = resample.New(info.Rate, rate); err != nil {
				return nil, err
			}
		}
		s.resam = append(s.resam, r)
	}
	return s, nil
}

// Info describes the file.
func (s *Sound) Info() wav.Info { return s.in.Info() }

// Rate is the rate of the blocks.
func (s *Sound) Rate() int { return s.rate }

// Warning says what is missing of a file that was cut short, or nil.
func (s *Sound) Warning() error { return s.in.Warning() }

// Close closes the file.
func (s *Sound) Close() error { return s.in.Close() }

// Next fills dst, one block a channel, with the next 10 ms. It returns io.EOF at
// the end; less than 10 ms at the end of a file is left out. The blocks'
// samples are valid until the next call.
func (s *Sound) Next(dst []audio.Block) error {
	n := s.rate / 100
	for len(s.ready[0])-s.used < n {
		if s.ended {
			return io.EOF
		}
		if err := s.fill(); err != nil {
			return err
		}
	}
	at := time.Duration(s.count) * audio.Step
	for c := range dst {
		dst[c] = audio.Block{At: at, Rate: s.rate, Samples: s.ready[c][s.used : s.used+n]}
	}
	s.used += n
	s.count++
	return nil
}

func (s *Sound) fill() error {
	for c := range s.ready {
		s.ready[c] = s.ready[c][:copy(s.ready[c], s.ready[c][s.used:])]
	}
	s.used = 0
	n, err := s.in.ReadFrames(s.raw)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	s.ended = errors.Is(err, io.EOF)
	for c, r := range s.resam {
		switch {
		case r == nil:
			s.ready[c] = append(s.ready[c], s.raw[c][:n]...)
		case s.ended:
			s.ready[c] = r.Flush(r.Process(s.ready[c], s.raw[c][:n]))
		default:
			s.ready[c] = r.Process(s.ready[c], s.raw[c][:n])
		}
	}
	return nil
}
