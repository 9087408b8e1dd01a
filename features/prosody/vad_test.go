package prosody

import (
	"testing"
	"time"

	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/testsignal"
)

// activeShare runs pcm through a Timing group and returns the share of active
// rows, all and of those after the first second.
func activeShare(t *testing.T, rate int, pcm []float32) (all, later float64) {
	t.Helper()
	g := newGroup(t, Config{Rate: rate, Set: Timing, Lanes: 1})
	g.Join()
	rows := append(feed(g, 0, 0, pcm), flush(g, 0)...)
	for i, h := range rows {
		if h.Speech() {
			all++
			if i >= 100 {
				later++
			}
		}
	}
	return all / float64(len(rows)), later / float64(len(rows)-100)
}

// What is no speech is none: at once for what is quiet, steady or a tone, and
// within two sub-windows where a level begins.
func TestActivityIgnores(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		cases := []struct {
			name       string
			pcm        []float32
			all, later float64
		}{
			{"silence", testsignal.Silence(rate, 4), 0, 0},
			{"DC", testsignal.DC(rate, 4, 0.5), 0.06, 0},
			{"quiet noise", testsignal.Noise(rate, 4, -65, 1), 0, 0},
			{"comfort noise", testsignal.Noise(rate, 4, -45, 2), 0.06, 0.02},
			{"loud noise", testsignal.Noise(rate, 4, -20, 3), 0.06, 0.02},
			{"425 Hz", testsignal.Tone(rate, 4, 425, 0.3), 0.02, 0},
			{"1004 Hz", testsignal.Tone(rate, 4, 1004, 0.3), 0.02, 0},
			{"dial tone", tones(rate, 4, 4, 350, 440), 0.06, 0.02},
			{"ring-back", tones(rate, 2, 6, 440, 480), 0.1, 0.1},
			{"busy", tones(rate, 0.5, 1, 480, 620), 0.08, 0.08},
			{"digit 5", tones(rate, 0.1, 0.5, 770, 1336), 0.06, 0.06},
		}
		for _, c := range cases {
			all, later := activeShare(t, rate, c.pcm)
			if all > c.all || later > c.later {
				t.Errorf("%d Hz, %s: active %.3f, later %.3f, want at most %.3f and %.3f", rate, c.name, all, later, c.all, c.later)
			}
		}
	}
}

// tones sounds two tones together, on for the first seconds of each period, for
// 12 s in all.
func tones(rate int, on, period, a, b float64) []float32 {
	x := testsignal.Tone(rate, 12, a, 0.2)
	testsignal.Mix(x, testsignal.Tone(rate, 12, b, 0.2), 0)
	for i := range x {
		at := float64(i) / float64(rate)
		if at-float64(int(at/period))*period >= on {
			x[i] = 0
		}
	}
	return x
}

// A voice that speaks for known times over line noise is found to within 50 ms.
func TestActivityTimes(t *testing.T) {
	const rate = 8000
	for _, noiseDBFS := range []float64{-70, -55, -45} {
		x := testsignal.Noise(rate, 5, noiseDBFS, 5)
		voice, _ := testsignal.Voice{Rate: rate, F0: testsignal.Glide(120, 150, 0.5)}.Generate(0.5)
		testsignal.Mix(x, voice, 1*rate)
		testsignal.Mix(x, voice, 3*rate)
		g := newGroup(t, Config{Rate: rate, Set: Timing, Lanes: 1})
		g.Join()
		var edges []time.Duration
		on := false
		for _, h := range append(feed(g, 0, 0, x), flush(g, 0)...) {
			if h.Speech() != on {
				on = !on
				edges = append(edges, h.At+features.HopStep)
			}
		}
		want := []time.Duration{1 * time.Second, 1500 * time.Millisecond, 3 * time.Second, 3500 * time.Millisecond}
		for len(edges) > 0 && edges[0] < 300*time.Millisecond {
			edges = edges[1:] // the line's noise begins
		}
		if len(edges) != len(want) {
			t.Errorf("noise %v dBFS: edges %v, want %v", noiseDBFS, edges, want)
			continue
		}
		for i, e := range edges {
			if d := e - want[i]; d.Abs() > 60*time.Millisecond {
				t.Errorf("noise %v dBFS: edge %d at %v, want %v", noiseDBFS, i, e, want[i])
			}
		}
	}
}
