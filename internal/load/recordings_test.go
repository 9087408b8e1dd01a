package load

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/attune-cx/attune/audio/g711"
	"github.com/attune-cx/attune/audio/wav"
)

func tone(n int, hz, rate float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(.5 * math.Sin(2*math.Pi*hz*float64(i)/rate))
	}
	return x
}

func TestReadRecordings(t *testing.T) {
	dir := t.TempDir()
	os.Mkdir(filepath.Join(dir, "b"), 0o755)
	os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("no sound"), 0o644)
	os.WriteFile(filepath.Join(dir, "broken.WAV"), []byte("RIFF"), 0o644)
	for name, err := range map[string]error{
		"a.wav":   wav.Write(filepath.Join(dir, "a.wav"), 8000, tone(8000, 400, 8000)),
		"b/c.wav": wav.Write(filepath.Join(dir, "b", "c.wav"), 16000, tone(16000, 400, 16000), make([]float32, 16000)),
	} {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	r, err := ReadRecordings(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r.Files != 2 || len(r.Skipped) != 1 || len(r.Sound) != 3*8000 || r.Length().Seconds() != 3 {
		t.Errorf("%d files, %d bytes, skipped %v", r.Files, len(r.Sound), r.Skipped)
	}
	pcm := g711.New(g711.MuLaw).Decode(nil, r.Sound)
	for i, want := range [3]float64{.5 / math.Sqrt2, .5 / math.Sqrt2, 0} { // each channel by itself
		sum := 0.0
		for _, v := range pcm[i*8000+1000 : (i+1)*8000-1000] {
			sum += float64(v) * float64(v)
		}
		if got := math.Sqrt(sum / 6000); math.Abs(got-want) > .01 {
			t.Errorf("second %d has an RMS of %.3f, want %.3f", i, got, want)
		}
	}
}

func TestNoRecordings(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadRecordings(dir); !errors.Is(err, ErrNoRecordings) {
		t.Errorf("%v", err)
	}
	if _, err := ReadRecordings(filepath.Join(dir, "nowhere")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// Legs begin on packets' edges, all of them at places far from each other.
func TestPlace(t *testing.T) {
	const n, legs = 160 * 100_000, 1200
	taken := map[int]bool{}
	for i := range legs {
		at := Place(i, n)
		if at < 0 || at+160 > n || at%160 != 0 {
			t.Fatalf("leg %d begins at %d", i, at)
		}
		taken[at/160/30] = true // 100 000 packets among 1200 legs: 83 each at most, 30 at least
	}
	if len(taken) < legs {
		t.Errorf("%d legs share %d stretches of 600 ms", legs, len(taken))
	}
	if Place(7, 160) != 0 {
		t.Error("one packet has one place")
	}
}
