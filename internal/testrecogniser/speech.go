package testrecogniser

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/attune-cx/attune/audio/g711"
	"github.com/attune-cx/attune/audio/resample"
	"github.com/attune-cx/attune/audio/wav"
)

// Rate is the sampling rate of all speech here.
const Rate = 8000

// peak is how loud speech is made: 6 dB below full scale.
const peak = .5

// Voices are flite's English voices that are worth listening to: a woman and two
// men, of whom the last is a Scot.
var Voices = []string{"slt", "rms", "awb"}

// Speak has a voice of flite say a text and returns it at 8 kHz, as G.711
// mu-law left it. Where flite is not installed the test is skipped with a
// message, or fails where CI=true.
func Speak(t testing.TB, voice, text string) []float32 {
	t.Helper()
	if _, err := exec.LookPath("flite"); err != nil {
		missing(t, "flite is not installed: 'make test' or 'apt-get install flite' gets it")
	}
	sound, err := speak(filepath.Join(t.TempDir(), "said.wav"), voice, text)
	if err != nil {
		t.Fatal(err)
	}
	return sound
}

func speak(file, voice, text string) ([]float32, error) {
	defer os.Remove(file)
	if out, err := exec.Command("flite", "-voice", voice, "-t", text, "-o", file).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("flite: %w: %s", err, out)
	}
	r, err := wav.Open(file)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	wide := make([]float32, r.Info().Frames)
	n, err := r.ReadFrames([][]float32{wide})
	if err != nil {
		return nil, err
	}
	down, err := resample.New(r.Info().Rate, Rate)
	if err != nil {
		return nil, err
	}
	return line(down.Flush(down.Process(nil, wide[:n]))), nil
}

// line is what a telephone line leaves of a sound: levelled, coded, decoded.
func line(sound []float32) []float32 {
	top := 1e-6
	for _, v := range sound {
		top = max(top, math.Abs(float64(v)))
	}
	for i := range sound {
		sound[i] *= float32(peak / top)
	}
	return Decode(Encode(sound))
}

// Encode is the payload of a sound in G.711 mu-law.
func Encode(sound []float32) []byte { return g711.New(g711.MuLaw).Encode(nil, sound) }

// Decode is the sound of a payload in G.711 mu-law.
func Decode(payload []byte) []float32 { return g711.New(g711.MuLaw).Decode(nil, payload) }
