package load

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/attune-cx/attune/audio/g711"
	"github.com/attune-cx/attune/audio/resample"
	"github.com/attune-cx/attune/audio/wav"
)

// ErrNoRecordings says that a folder holds no WAV file that can be read.
var ErrNoRecordings = errors.New("load: no recordings")

// maxSound bounds what is kept of recordings: 4 h, 115 MB.
const maxSound = 4 * 3600 * 8000

// Recordings is speech to send: what many files hold, one after another, as G.711
// mu-law at 8 kHz.
type Recordings struct {
	Sound   []byte
	Files   int     // that were read
	Skipped []error // one for each file that could not be, and one if there were too many
}

// Length is how long the speech lasts.
func (r *Recordings) Length() time.Duration {
	return time.Duration(len(r.Sound)) * time.Second / 8000
}

// ReadRecordings reads every WAV file below dir, in the order of their names, each
// channel as a recording of its own: parties are never mixed. At most 4 hours are
// read. The error wraps [ErrNoRecordings] when nothing could be, and then names
// what was wrong with each file.
func ReadRecordings(dir string) (*Recordings, error) {
	r := new(Recordings)
	table := g711.New(g711.MuLaw)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() || !strings.EqualFold(filepath.Ext(path), ".wav"):
			return nil
		case len(r.Sound) >= maxSound:
			r.Skipped = append(r.Skipped, fmt.Errorf("load: %s and what follows were left out: %v are enough", path, r.Length().Round(time.Second)))
			return fs.SkipAll
		}
		channels, err := readNarrow(path)
		if err != nil {
			r.Skipped = append(r.Skipped, err)
			return nil
		}
		r.Files++
		for _, x := range channels {
			r.Sound = table.Encode(r.Sound, x)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	r.Sound = r.Sound[:min(len(r.Sound), maxSound)]
	if len(r.Sound) < 160 {
		return nil, errors.Join(append([]error{fmt.Errorf("%w: give a folder with WAV files, %s has none", ErrNoRecordings, dir)}, r.Skipped...)...)
	}
	return r, nil
}

// readNarrow reads a file's channels at 8 kHz.
func readNarrow(path string) ([][]float32, error) {
	f, err := wav.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info := f.Info()
	out := make([][]float32, info.Channels)
	for i := range out {
		out[i] = make([]float32, min(info.Frames, int64(maxSound*(info.Rate/8000+1))))
	}
	n, err := f.ReadFrames(out)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for i := range out {
		if out[i] = out[i][:n]; info.Rate == 8000 {
			continue
		}
		r, err := resample.New(info.Rate, 8000)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out[i] = r.Flush(r.Process(nil, out[i]))
	}
	return out, nil
}

// Place is where in n bytes of sound leg i begins: on a packet's edge, and far
// from where any other leg does, however many there are (the golden ratio's
// multiples fill a circle most evenly).
func Place(i, n int) int {
	const golden = 0x9E3779B97F4A7C15 // 2^64 divided by the golden ratio
	packets := uint64(n / 160)
	return int((uint64(i)*golden>>32)*packets>>32) * 160
}
