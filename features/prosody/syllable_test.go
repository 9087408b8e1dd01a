package prosody

import (
	"math"
	"testing"

	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/testsignal"
)

// Nuclei of speech-like sound are counted to within a fifth, and lie in vowels.
func TestSyllables(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for _, perSecond := range []float64{3, 5} {
			var got, want int
			for seed := range uint64(2) {
				u := testsignal.Speaker{Rate: rate, F0Hz: 110 + 40*float64(seed), Syllables: perSecond, Seed: seed}.Speak(5)
				testsignal.Mix(u.Samples, testsignal.Noise(rate, 5, -60, seed), 0)
				g := newGroup(t, Config{Rate: rate, Lanes: 1})
				g.Join()
				for _, h := range append(feed(g, 0, 0, u.Samples), flush(g, 0)...) {
					if h.V[features.Syllable] > 0 {
						got++
					}
				}
				want += len(u.Syllables)
			}
			t.Logf("%d Hz, %v a second: %d nuclei of %d", rate, perSecond, got, want)
			if math.Abs(float64(got-want)) > 0.2*float64(want) {
				t.Errorf("%d Hz, %v a second: %d nuclei, want %d", rate, perSecond, got, want)
			}
		}
	}
}

func TestNoSyllables(t *testing.T) {
	for name, pcm := range map[string][]float32{
		"silence": testsignal.Silence(8000, 2),
		"noise":   testsignal.Noise(8000, 2, -30, 1),
		"tone":    testsignal.Tone(8000, 2, 440, 0.5),
	} {
		g := newGroup(t, Config{Rate: 8000, Lanes: 1})
		g.Join()
		n := 0
		for _, h := range append(feed(g, 0, 0, pcm), flush(g, 0)...) {
			if h.V[features.Syllable] > 0 {
				n++
			}
		}
		if n > 1 { // a tone begins once
			t.Errorf("%s has %d syllables", name, n)
		}
	}
}
