package pitch

import (
	"math"
	"testing"

	"github.com/attune-cx/attune/internal/testsignal"
)

// track runs x through one lane and returns its rows.
func track(t testing.TB, cfg Config, x []float32) []float32 {
	t.Helper()
	cfg.Lanes = 1
	tr, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	hop := cfg.Rate / 100
	var rows []float32
	for b := 0; (b+1)*hop <= len(x); b++ {
		tr.Step(1, 0, 0, x[b*hop:(b+1)*hop])
		if f0, voicing, _, ok := tr.Result(0); ok {
			if f0 != f0 || voicing < 0 || voicing > 1 || voicing != voicing {
				t.Fatalf("row %d: F0 %v, voicing %v", len(rows), f0, voicing)
			}
			rows = append(rows, f0)
		}
	}
	return rows
}

func TestPulseTrains(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for _, f0 := range []float64{60, 75, 100, 123.4, 150, 200, 255, 310, 400, 480, 550, 590} {
			for _, vowel := range [][]testsignal.Formant{nil, testsignal.VowelA, testsignal.VowelI, testsignal.VowelU} {
				x, _ := testsignal.Voice{Rate: rate, F0: testsignal.Constant(f0), Formants: vowel}.Generate(1)
				bad, worst, n := 0, 0.0, 0
				rows := track(t, Config{Rate: rate}, x)
				for _, f := range rows[5 : len(rows)-5] {
					n++
					d := math.Abs(float64(f) - f0)
					if d > max(0.5, 0.01*f0) {
						bad++
					} else {
						worst = max(worst, d)
					}
				}
				if bad > 0 {
					t.Errorf("%d Hz, F0 %v, formants %v: %d of %d rows off, e.g. %v", rate, f0, vowel, bad, n, rows[40:44])
				}
				_ = worst
			}
		}
	}
}

func TestMissingFundamental(t *testing.T) {
	for _, f0 := range []float64{75, 100, 140, 200, 280} {
		x, _ := testsignal.Voice{Rate: 8000, F0: testsignal.Constant(f0), Formants: testsignal.VowelE}.Generate(1)
		x = testsignal.BandPass(x, 8000, 300, 3400)
		rows := track(t, Config{Rate: 8000}, x)
		for k, f := range rows[5 : len(rows)-5] {
			if math.Abs(float64(f)-f0) > max(0.5, 0.01*f0) {
				t.Errorf("F0 %v, row %d: %v", f0, k, f)
				break
			}
		}
	}
}

func TestGlide(t *testing.T) {
	for _, c := range []struct{ from, to float64 }{{80, 160}, {300, 150}, {150, 450}} {
		x, _ := testsignal.Voice{Rate: 8000, F0: testsignal.Glide(c.from, c.to, 1), Formants: testsignal.VowelA}.Generate(1)
		for k, f := range track(t, Config{Rate: 8000}, x)[3:90] {
			want := testsignal.Glide(c.from, c.to, 1)(float64(k+4) * 0.01)
			if math.Abs(float64(f)/want-1) > 0.02 {
				t.Errorf("%v: row %d: %.1f Hz, want %.1f", c, k+3, f, want)
			}
		}
	}
}

func TestUnvoiced(t *testing.T) {
	for name, x := range map[string][]float32{
		"silence": testsignal.Silence(8000, 2), "dc": testsignal.DC(8000, 2, 0.5), "noise": testsignal.Noise(8000, 5, -20, 1),
		"quiet noise": testsignal.Noise(8000, 5, -70, 1), "huge": testsignal.DC(8000, 1, 1e30), "nan": testsignal.DC(8000, 1, float32(math.NaN())),
		"tone 1 kHz": testsignal.Tone(8000, 2, 1000, 0.3), "tone 2k": testsignal.Tone(8000, 2, 2000, 0.3), "hum 50": testsignal.Tone(8000, 2, 50, 0.3), "tone 440": testsignal.Tone(8000, 2, 440, 0.3), "tone 425": testsignal.Tone(8000, 2, 425, 0.3),
	} {
		rows := track(t, Config{Rate: 8000}, x)
		n := 0
		for _, f := range rows {
			if f != 0 {
				n++
			}
		}
		t.Logf("%s: %d of %d voiced, e.g. %v", name, n, len(rows), rows[50:55])
	}
}
