package pitch

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/attune-cx/attune/audio/wav"
)

// ErrNoCorpus is returned by [LoadFDA] where the corpus is not.
var ErrNoCorpus = errors.New("pitch: no FDA corpus")

// LoadFDA reads the recordings NAME.wav with their references NAME.f0ref in dir, in order of name.
func LoadFDA(dir string) ([]Clip, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.wav"))
	if err != nil {
		return nil, fmt.Errorf("pitch: %w", err)
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("%w in %s", ErrNoCorpus, dir)
	}
	clips := make([]Clip, 0, len(paths))
	for _, path := range paths {
		clip, err := loadClip(path)
		if err != nil {
			return nil, fmt.Errorf("pitch: %s: %w", path, err)
		}
		clips = append(clips, clip)
	}
	return clips, nil
}

func loadClip(path string) (Clip, error) {
	c := Clip{Name: strings.TrimSuffix(filepath.Base(path), ".wav")}
	var err error
	if c.Samples, c.Rate, err = LoadMono(path); err != nil {
		return c, err
	}
	c.Reference, err = loadReference(strings.TrimSuffix(path, ".wav") + ".f0ref")
	return c, err
}

// LoadMono reads the first channel of a WAV file.
func LoadMono(path string) (samples []float32, rate int, err error) {
	r, err := wav.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer r.Close()
	info := r.Info()
	all := make([][]float32, info.Channels)
	for i := range all {
		all[i] = make([]float32, info.Frames)
	}
	n := 0
	for n < int(info.Frames) {
		rest := make([][]float32, len(all))
		for i := range all {
			rest[i] = all[i][n:]
		}
		k, err := r.ReadFrames(rest)
		n += k
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, err
		}
	}
	return all[0][:n], info.Rate, nil
}

func loadReference(path string) ([]float32, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var ref []float32
	for lines := bufio.NewScanner(f); lines.Scan(); {
		v, err := strconv.ParseFloat(strings.TrimSpace(lines.Text()), 32)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", len(ref)+1, err)
		}
		ref = append(ref, float32(v))
	}
	return ref, nil
}

// SharedData finds name under the evaluation data that lies beside the repository.
func SharedData(name string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("pitch: %w", err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("pitch: no go.mod above the working directory: %w", fs.ErrNotExist)
		}
	}
	path := filepath.Join(filepath.Dir(dir), "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("pitch: evaluation data: %w", err)
	}
	return path, nil
}
