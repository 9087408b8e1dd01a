package prosody

import (
	"fmt"
	"math"
	"testing"

	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/testsignal"
)

// rowsOf runs pcm through one lane and returns all of its rows.
func rowsOf(t testing.TB, rate int, pcm []float32) []features.Hop {
	t.Helper()
	g := newGroup(t, Config{Rate: rate, Lanes: 1})
	g.Join()
	return append(feed(g, 0, 0, pcm), flush(g, 0)...)
}

// inner is the mean of a column over the voiced rows, without those within 100 ms
// of either end; NaN when there is none.
func inner(rows []features.Hop, c features.Column) float64 {
	sum, n := 0., 0.
	for _, h := range rows[10 : len(rows)-10] {
		if v := float64(h.V[c]); h.Voiced() && v == v {
			sum, n = sum+v, n+1
		}
	}
	return sum / n
}

// A voice of known pitch, jitter and shimmer gives them back: jitter to 0.0015 and
// a tenth, shimmer to 0.15 dB and a tenth (0.3 dB at 8 kHz, where a bare pulse is
// two samples wide), pitch to a hundredth.
func TestKnownVoice(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for _, f0 := range []float64{95, 170, 330} {
			for _, jitter := range []float64{0, 0.02} {
				for _, shimmer := range []float64{0, 1} {
					name := fmt.Sprintf("%d Hz, F0 %v, jitter %v, shimmer %v", rate, f0, jitter, shimmer)
					pcm, truth := testsignal.Voice{Rate: rate, F0: testsignal.Constant(f0), Jitter: jitter,
						ShimmerDB: shimmer, Seed: 7}.Generate(1.5)
					rows := rowsOf(t, rate, pcm)
					want := truth.JitterLocal()
					if got := inner(rows, features.JitterLocal); !(math.Abs(got-want) < 0.0015+0.1*want) {
						t.Errorf("%s: jitter %.4f, want %.4f", name, got, want)
					}
					want = truth.ShimmerDB()
					if got := inner(rows, features.ShimmerDB); !(math.Abs(got-want) < 2400/float64(rate)+0.1*want) {
						t.Errorf("%s: shimmer %.3f dB, want %.3f", name, got, want)
					}
					if got := inner(rows, features.F0Hz); jitter == 0 && shimmer == 0 && !(math.Abs(got-f0) < 0.01*f0) {
						t.Errorf("%s: F0 %.2f Hz", name, got)
					}
				}
			}
		}
	}
}

// White noise under a voice is its harmonics-to-noise ratio.
func TestKnownHNR(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for _, f0 := range []float64{100, 300} {
			for _, want := range []float64{5, 15, 30} {
				pcm, _ := testsignal.Voice{Rate: rate, F0: testsignal.Constant(f0), Formants: testsignal.VowelA,
					NoiseDB: want, Seed: 3}.Generate(1)
				if got := inner(rowsOf(t, rate, pcm), features.HNRDB); !(math.Abs(got-want) < 2) {
					t.Errorf("%d Hz, F0 %v: HNR %.2f dB, want %v", rate, f0, got, want)
				}
			}
		}
	}
}

// Two harmonics of known level differ by it, whatever lies above.
func TestKnownH1H2(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for _, f0 := range []float64{95, 260} {
			for _, want := range []float64{-6, 0, 9} {
				x := testsignal.Tone(rate, 1, f0, 0.1)
				testsignal.Mix(x, testsignal.Tone(rate, 1, 2*f0, 0.1*math.Pow(10, -want/20)), 0)
				testsignal.Mix(x, testsignal.Tone(rate, 1, 3*f0, 0.05), 0)
				testsignal.Mix(x, testsignal.Tone(rate, 1, 4*f0, 0.03), 0)
				if got := inner(rowsOf(t, rate, x), features.H1H2); !(math.Abs(got-want) < 0.5) {
					t.Errorf("%d Hz, F0 %v: H1-H2 %.2f dB, want %v", rate, f0, got, want)
				}
			}
		}
	}
}

// A voice whose first harmonic the line does not carry has no H1-H2.
func TestMissingFundamental(t *testing.T) {
	pcm, _ := testsignal.Voice{Rate: 8000, F0: testsignal.Constant(110), Formants: testsignal.VowelA}.Generate(1.5)
	rows := rowsOf(t, 8000, testsignal.BandPass(pcm, 8000, 300, 3400))
	voiced, heard := 0, 0
	for _, h := range rows[10 : len(rows)-10] {
		if h.Voiced() {
			voiced++
			if !features.IsNull(h.V[features.H1H2]) {
				heard++
			}
		}
	}
	if voiced < 100 || heard > voiced/20 {
		t.Errorf("%d of %d voiced rows have H1-H2 without a first harmonic", heard, voiced)
	}
	if f0 := inner(rows, features.F0Hz); math.Abs(f0-110) > 1.1 {
		t.Errorf("F0 %.2f Hz, want 110", f0)
	}
}

// The resonances of a synthetic vowel come back.
func TestKnownFormants(t *testing.T) {
	vowels := map[string][]testsignal.Formant{
		"a": testsignal.VowelA, "e": testsignal.VowelE, "i": testsignal.VowelI, "o": testsignal.VowelO, "u": testsignal.VowelU,
	}
	for _, rate := range []int{8000, 16000} {
		for name, vowel := range vowels {
			pcm, _ := testsignal.Voice{Rate: rate, F0: testsignal.Constant(110), Formants: vowel}.Generate(0.5)
			rows := rowsOf(t, rate, pcm)
			for i := range 3 {
				got, want := inner(rows, features.F1Frequency+features.Column(3*i)), vowel[i].Frequency
				t.Logf("%d Hz, /%s/ F%d: %.0f Hz of %.0f, bandwidth %.0f of %.0f", rate, name, i+1, got, want,
					inner(rows, features.F1Bandwidth+features.Column(3*i)), vowel[i].Bandwidth)
				if !(math.Abs(got-want) < 40+0.04*want) {
					t.Errorf("%d Hz, /%s/: F%d %.0f Hz, want %.0f", rate, name, i+1, got, want)
				}
			}
		}
	}
}

// Columns of the voice are 0 where nobody speaks: a measured fact.
func TestUnvoicedIsZero(t *testing.T) {
	for i, h := range rowsOf(t, 8000, testsignal.Noise(8000, 1, -30, 9)) {
		if h.Voiced() {
			continue
		}
		for c := features.F0Semitone; c <= features.F0Hz; c++ {
			if h.V[c] != 0 {
				t.Fatalf("row %d of noise: %v = %v", i, c, h.V[c])
			}
		}
	}
}
