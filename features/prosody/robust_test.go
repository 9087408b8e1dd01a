package prosody

import (
	"math"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/testsignal"
	"pgregory.net/rapid"
)

// mayBeNull lists the columns that whole audio need not give: flux of the first
// row, and what a voiced row was measured for in vain.
func mayBeNull(h *features.Hop, c features.Column) bool {
	switch {
	case c == features.SpectralFlux:
		return h.Row == 0
	case c >= features.JitterLocal && c <= features.F3Amplitude:
		return h.Voiced()
	}
	return false
}

func checkRow(t testing.TB, name string, h *features.Hop) {
	t.Helper()
	for i, v := range h.V {
		c := features.Column(i)
		if math.IsInf(float64(v), 0) || features.IsNull(v) && h.Lost == 0 && !mayBeNull(h, c) {
			t.Fatalf("%s, row %d: %v = %v", name, h.Row, c, v)
		}
	}
}

// Sound that is no speech, or hardly, gives numbers.
func TestHardSounds(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		clipped, _ := testsignal.Voice{Rate: rate, Formants: testsignal.VowelO}.Generate(1)
		testsignal.Gain(clipped, 40)
		testsignal.Clip(clipped, 1)
		step := testsignal.DC(rate, 1, -1)
		clear(step[:rate/2])
		impulse := testsignal.Silence(rate, 1)
		impulse[rate/3] = 1
		alternating := make([]float32, rate)
		for i := range alternating {
			alternating[i] = float32(1 - 2*(i%2))
		}
		faint := testsignal.Tone(rate, 1, 200, 1e-20)
		for name, pcm := range map[string][]float32{
			"silence": testsignal.Silence(rate, 1), "DC": testsignal.DC(rate, 1, 1), "step": step,
			"clipped voice": clipped, "full-scale noise": testsignal.Noise(rate, 1, 0, 4), "impulse": impulse,
			"200 Hz": testsignal.Tone(rate, 1, 200, 1), "at the band's end": alternating, "denormal": faint,
			"sweep": testsignal.Sweep(rate, 1, 30, float64(rate)/2, 0.9),
		} {
			rows := rowsOf(t, rate, pcm)
			for i := range rows {
				checkRow(t, name, &rows[i])
			}
		}
	}
}

// Whatever arrives, of whatever length, a row is made of finite numbers and nulls.
func TestAnySamples(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.SampledFrom([]int{8000, 16000}).Draw(t, "rate")
		g, _ := NewGroup(Config{Rate: rate, Lanes: 1})
		g.Join()
		var h features.Hop
		at := time.Duration(0)
		for range rapid.IntRange(1, 30).Draw(t, "blocks") {
			n := rapid.SampledFrom([]int{rate / 100, rate / 100, rate / 100, 0, 7, 400}).Draw(t, "samples")
			x := make([]float32, n)
			odd := rapid.SampledFrom([]float32{0, 0.5, 1, -1, 1e30, -1e-30, float32(math.NaN()), float32(math.Inf(-1))}).Draw(t, "odd")
			noise(x, 1, uint64(n))
			for i := 0; i < n; i += 3 {
				x[i] = odd
			}
			at += time.Duration(rapid.IntRange(0, 30).Draw(t, "step")) * time.Millisecond
			g.Put(0, &audio.Block{At: at, Samples: x, Lost: rapid.SampledFrom([]int{0, 0, 0, 40, rate / 100}).Draw(t, "lost")})
			g.Run()
			if g.Take(0, &h) {
				for c, v := range h.V {
					if math.IsInf(float64(v), 0) {
						t.Fatalf("row %d: %v = %v", h.Row, features.Column(c), v)
					}
				}
			}
		}
	})
}

// fullScaleSamples counts what the codecs' greatest values make.
func TestClippedShare(t *testing.T) {
	x := testsignal.Silence(8000, 1)
	for i := range x {
		if i%4 == 0 {
			x[i] = -1
		}
	}
	rows := rowsOf(t, 8000, x)
	for _, h := range rows[:len(rows)-1] {
		if h.V[features.Clipped] != 0.25 {
			t.Fatalf("row %d: clipped %v, want 0.25", h.Row, h.V[features.Clipped])
		}
	}
}

// The Teager energy of a sine is A^2 sin^2(w), its level A^2/2.
func TestKnownTeagerAndLevel(t *testing.T) {
	rows := rowsOf(t, 16000, testsignal.Tone(16000, 1, 1000, 0.5))
	want := 20 * math.Log10(0.5*math.Sin(2*math.Pi*1000/16000))
	for _, h := range rows[2 : len(rows)-3] {
		if got := float64(h.V[features.Teager]); math.Abs(got-want) > 0.1 {
			t.Fatalf("row %d: Teager energy %.2f dB, want %.2f", h.Row, got, want)
		}
		if got := float64(h.LevelDBFS); math.Abs(got-20*math.Log10(0.5)+3.01) > 0.05 {
			t.Fatalf("row %d: level %.2f dBFS", h.Row, got)
		}
	}
}

// A gap in media time separates: the rows of either side are those of a leg that
// ends there and of one that begins there, but for what is learnt of the line.
func TestGapSeparates(t *testing.T) {
	const rate, n = 8000, 80
	a := testsignal.Speaker{Rate: rate, F0Hz: 120, Seed: 1}.Speak(0.5).Samples
	b := testsignal.Speaker{Rate: rate, F0Hz: 180, Seed: 2}.Speak(0.5).Samples
	g := newGroup(t, Config{Rate: rate, Lanes: 1})
	g.Join()
	got := append(feed(g, 0, 0, a), feed(g, 0, 3*time.Second, b)...)
	got = append(got, flush(g, 0)...)
	want := append(rowsOf(t, rate, a), rowsOf(t, rate, b)...)
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for i := range got {
		if at := time.Duration(i) * audio.Step; i < len(a)/n && got[i].At != at || i >= len(a)/n && got[i].At != 3*time.Second+at-time.Duration(len(a)/n)*audio.Step {
			t.Fatalf("row %d at %v", i, got[i].At)
		}
		for c := features.Loudness; c <= features.MFCC4; c++ {
			if x, y := got[i].V[c], want[i].V[c]; math.Float32bits(x) != math.Float32bits(y) {
				t.Fatalf("row %d: %v = %v beside a gap, %v alone", i, c, x, y)
			}
		}
	}
}

// A flush in mid-leg gives the rows that a gap would give, at once.
func TestFlushIsAGap(t *testing.T) {
	const rate = 16000
	pcm := testsignal.Speaker{Rate: rate, F0Hz: 150, Seed: 5}.Speak(0.6).Samples
	half := len(pcm) / 320 * 160
	g := newGroup(t, Config{Rate: rate, Lanes: 2})
	g.Join()
	got := feed(g, 0, 0, pcm[:half])
	got = append(got, flush(g, 0)...)
	if len(got) != half/160 {
		t.Fatalf("%d rows of %d blocks after a flush", len(got), half/160)
	}
	got = append(got, feed(g, 0, time.Second, pcm[half:])...)
	got = append(got, flush(g, 0)...)
	g2 := newGroup(t, Config{Rate: rate, Lanes: 2})
	g2.Join()
	want := append(feed(g2, 0, 0, pcm[:half]), feed(g2, 0, time.Second, pcm[half:])...)
	want = append(want, flush(g2, 0)...)
	for i := range got {
		for c := features.Loudness; c <= features.MFCC4; c++ {
			if x, y := got[i].V[c], want[i].V[c]; math.Float32bits(x) != math.Float32bits(y) {
				t.Fatalf("row %d: %v = %v after a flush, %v across a gap", i, c, x, y)
			}
		}
	}
}

// Rows whose 20 ms hold lost samples have no spectrum, their neighbours have
// theirs untouched, and the pitch is bridged over 40 ms and marked.
func TestLostSamplesAreMasked(t *testing.T) {
	const rate, n, first, count = 8000, 80, 50, 2
	pcm, _ := testsignal.Voice{Rate: rate, F0: testsignal.Constant(140), Formants: testsignal.VowelA}.Generate(1)
	whole := rowsOf(t, rate, pcm)
	g := newGroup(t, Config{Rate: rate, Lanes: 1})
	g.Join()
	var rows []features.Hop
	var h features.Hop
	for i := 0; (i+1)*n <= len(pcm); i++ {
		b := audio.Block{At: time.Duration(i) * audio.Step, Samples: pcm[i*n : (i+1)*n]}
		if i >= first && i < first+count {
			b.Lost, b.Samples = n, make([]float32, n)
		}
		g.Put(0, &b)
		g.Run()
		if g.Take(0, &h) {
			rows = append(rows, h)
		}
	}
	rows = append(rows, flush(g, 0)...)
	for i, h := range rows {
		hit := i >= first-1 && i < first+count
		if hit != features.IsNull(h.V[features.Loudness]) || hit != (h.Lost > 0) {
			t.Errorf("row %d: loudness %v, %d lost", i, h.V[features.Loudness], h.Lost)
		}
		if hit && h.V[features.F0Hz] > 0 && !h.Concealed {
			t.Errorf("row %d: the pitch was bridged and not marked", i)
		}
		if near := i >= first-2 && i <= first+count; !near && h.V[features.Loudness] != whole[i].V[features.Loudness] {
			t.Errorf("row %d: loudness %v beside a loss, %v without", i, h.V[features.Loudness], whole[i].V[features.Loudness])
		}
		if i > 15 && i < 85 && !h.Voiced() {
			t.Errorf("row %d is not voiced: %v", i, h.V[features.F0Hz])
		}
		if h.V[features.VAD] != whole[i].V[features.VAD] {
			t.Errorf("row %d: activity %v with a loss of 20 ms, %v without", i, h.V[features.VAD], whole[i].V[features.VAD])
		}
	}
}
