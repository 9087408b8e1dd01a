package replay

import (
	"errors"
	"io"
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/audio/wav"
	"github.com/attune-cx/attune/internal/testsignal"
)

// blocksOf reads all of a file; each channel's samples in one piece.
func blocksOf(t *testing.T, s *Sound) (channels [][]float32, n int) {
	t.Helper()
	channels = make([][]float32, s.Info().Channels)
	blocks := make([]audio.Block, len(channels))
	for ; ; n++ {
		err := s.Next(blocks)
		if errors.Is(err, io.EOF) {
			return channels, n
		}
		if err != nil {
			t.Fatal(err)
		}
		for c, b := range blocks {
			if b.At != time.Duration(n)*audio.Step || b.Rate != s.Rate() || len(b.Samples) != s.Rate()/100 || b.Lost != 0 {
				t.Fatalf("block %d of channel %d: at %s, %d Hz, %d samples, %d lost", n, c, b.At, b.Rate, len(b.Samples), b.Lost)
			}
			channels[c] = append(channels[c], b.Samples...)
		}
	}
}

// Blocks come at the rate that suits the file, one for each whole 10 ms, and a
// tone stays where it was: its phase shows a delay of a quarter of a sample.
func TestSoundBlocks(t *testing.T) {
	for _, c := range []struct{ file, ask, want int }{
		{8000, 0, 8000}, {16000, 0, 16000}, {44100, 0, 16000}, {48000, 0, 16000}, {11025, 0, 8000},
		{8000, 16000, 16000}, {44100, 8000, 8000}, {16000, 8000, 8000},
	} {
		const hz, seconds = 440.0, 2.005
		path := filepath.Join(t.TempDir(), "tone.wav")
		tone := testsignal.Tone(c.file, seconds, hz, .5)
		if err := wav.Write(path, c.file, tone, testsignal.Silence(c.file, seconds)[:len(tone)]); err != nil {
			t.Fatal(err)
		}
		s, err := OpenSound(path, c.ask)
		if err != nil {
			t.Fatal(err)
		}
		channels, n := blocksOf(t, s)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if s.Rate() != c.want || n != 200 {
			t.Errorf("%d Hz asked for %d: %d blocks at %d Hz, want 200 at %d", c.file, c.ask, n, s.Rate(), c.want)
		}
		amplitude, delay := fit(channels[0][c.want/2:c.want*3/2], hz, float64(c.want))
		if math.Abs(amplitude-.5) > .01 || math.Abs(delay) > .25 {
			t.Errorf("%d to %d Hz: amplitude %.4f, late by %.3f samples", c.file, c.want, amplitude, delay)
		}
		if rms := testsignal.RMS(channels[1]); rms > 1e-6 {
			t.Errorf("%d to %d Hz: the silent channel has RMS %g", c.file, c.want, rms)
		}
	}
}

// fit is the amplitude of the tone in x and by how many samples it is late; x
// begins at a whole number of the tone's periods.
func fit(x []float32, hz, rate float64) (amplitude, delay float64) {
	var re, im float64
	for i, v := range x {
		a := 2 * math.Pi * hz * float64(i) / rate
		re, im = re+float64(v)*math.Sin(a), im+float64(v)*math.Cos(a)
	}
	n := float64(len(x)) / 2
	return math.Hypot(re, im) / n, -math.Atan2(im, re) / (2 * math.Pi * hz) * rate
}

func TestOpenSoundRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tone.wav")
	if err := wav.Write(path, 8000, testsignal.Tone(8000, 1, 440, .5)); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenSound(path, 44100); err == nil {
		t.Error("a leg's rate of 44100 was taken")
	}
	if _, err := OpenSound(path+"x", 0); err == nil {
		t.Error("a file that is not there was opened")
	}
}
