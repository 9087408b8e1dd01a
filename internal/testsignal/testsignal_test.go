package testsignal

import (
	"math"
	"testing"
)

func TestVoiceTruth(t *testing.T) {
	for _, c := range []struct{ f0, jitter, shimmer float64 }{{100, 0, 0}, {120, 0.01, 0.5}, {220, 0.02, 1}, {555.5, 0, 0}} {
		v := Voice{Rate: 16000, F0: Constant(c.f0), Jitter: c.jitter, ShimmerDB: c.shimmer, Seed: 3}
		x, truth := v.Generate(4)
		if len(x) != 64000 {
			t.Fatalf("f0 %v: %d samples, want 64000", c.f0, len(x))
		}
		if got := truth.MeanF0(); math.Abs(got-c.f0) > 0.005*c.f0 {
			t.Errorf("f0 %v: pulses at %v Hz", c.f0, got)
		}
		if got := truth.JitterLocal(); math.Abs(got-c.jitter) > 0.1*c.jitter+1e-9 {
			t.Errorf("f0 %v: jitter %v, want %v", c.f0, got, c.jitter)
		}
		if got := truth.ShimmerDB(); math.Abs(got-c.shimmer) > 0.1*c.shimmer+1e-9 {
			t.Errorf("f0 %v: shimmer %v dB, want %v", c.f0, got, c.shimmer)
		}
		if got := 20 * math.Log10(RMS(x)); math.Abs(got+20) > 0.01 {
			t.Errorf("f0 %v: level %v dBFS, want -20", c.f0, got)
		}
	}
}

// A pulse train whose period is no whole number of samples repeats after 10 periods that are.
func TestVoiceIsPeriodic(t *testing.T) {
	x, _ := Voice{Rate: 16000, F0: Constant(16000 / 133.3)}.Generate(1)
	var diff, power float64
	for i := 4000; i < 8000; i++ {
		d := float64(x[i] - x[i+1333])
		diff += d * d
		power += float64(x[i]) * float64(x[i])
	}
	if diff > 1e-6*power {
		t.Errorf("residual after 10 periods is %.1f dB", 10*math.Log10(diff/power))
	}
}

func TestNoiseRatio(t *testing.T) {
	clean, _ := Voice{Rate: 8000, Seed: 9}.Generate(3)
	noisy, _ := Voice{Rate: 8000, Seed: 9, NoiseDB: 15}.Generate(3)
	for i := range noisy {
		noisy[i] -= clean[i]
	}
	if got := 20 * math.Log10(RMS(clean)/RMS(noisy)); math.Abs(got-15) > 0.2 {
		t.Errorf("noise %v dB below the voice, want 15", got)
	}
}

func TestBandPass(t *testing.T) {
	for _, c := range []struct{ hz, want float64 }{{100, 0}, {1000, 1}, {2500, 1}, {3800, 0}} {
		y := BandPass(Tone(8000, 0.5, c.hz, 1), 8000, 300, 3400)
		if got := RMS(y[1000:3000]) * math.Sqrt2; math.Abs(got-c.want) > 0.01 {
			t.Errorf("%v Hz comes through at %v, want %v", c.hz, got, c.want)
		}
	}
}

func TestSweepEndsWhereItShould(t *testing.T) {
	x := Sweep(16000, 1, 200, 400, 1)
	crossings := 0
	for i := 1; i < len(x); i++ {
		if x[i-1] < 0 && x[i] >= 0 {
			crossings++
		}
	}
	want := 200 / math.Ln2 // integral of the frequency
	if math.Abs(float64(crossings)-want) > 1.5 {
		t.Errorf("%d cycles, want %.1f", crossings, want)
	}
}

func TestSpeak(t *testing.T) {
	s := Speaker{Rate: 16000, F0Hz: 180, Seed: 5}
	u := s.Speak(10)
	if len(u.Samples) != 160000 || len(u.F0) != 1000 {
		t.Fatalf("%d samples, %d rows", len(u.Samples), len(u.F0))
	}
	voiced := 0
	for k, f := range u.F0 {
		if f == 0 {
			continue
		}
		voiced++
		if f < 130 || f > 250 {
			t.Errorf("row %d: F0 %v Hz", k, f)
		}
	}
	if voiced < 300 || voiced > 800 {
		t.Errorf("%d of 1000 rows voiced", voiced)
	}
	if n := len(u.Syllables); n < 15 || n > 50 {
		t.Errorf("%d syllables in 10 s", n)
	}
	again := s.Speak(10)
	for i := range again.Samples {
		if again.Samples[i] != u.Samples[i] {
			t.Fatalf("sample %d differs from one run to the next", i)
		}
		if v := float64(u.Samples[i]); math.IsNaN(v) || math.Abs(v) > 1 {
			t.Fatalf("sample %d is %v", i, v)
		}
	}
}
