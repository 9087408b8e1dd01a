package prosody

import (
	"math"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/dsp/lane16"
	"github.com/attune-cx/attune/internal/testsignal"
)

// TestSameAtEveryLevel: a leg among 15 others has, whatever kernels the CPU
// allows, bit for bit the rows that it has in a group of its own.
func TestSameAtEveryLevel(t *testing.T) {
	before := lane16.Active()
	defer func() {
		if err := lane16.Force(before); err != nil {
			t.Error(err)
		}
	}()
	for _, rate := range []int{8000, 16000} {
		want := levelRows(t, Config{Rate: rate, Lanes: 1})
		for level := lane16.Generic; level <= lane16.Best(); level++ {
			if err := lane16.Force(level); err != nil {
				t.Fatal(err)
			}
			got := levelRows(t, Config{Rate: rate})
			if len(got) != len(want) || len(want) < 60 {
				t.Fatalf("%v at %d Hz: %d rows, alone %d", level, rate, len(got), len(want))
			}
			for i := range want {
				for c, w := range want[i].V {
					if v := got[i].V[c]; math.Float32bits(v) != math.Float32bits(w) && (v == v || w == w) {
						t.Fatalf("%v at %d Hz, row %d, column %d: %g, alone %g", level, rate, i, c, v, w)
					}
				}
			}
		}
	}
}

// levelRows returns the rows of the leg in the first lane of a full group.
func levelRows(t *testing.T, cfg Config) (rows []features.Hop) {
	t.Helper()
	g := newGroup(t, cfg)
	n := cfg.Rate / 100
	var speech [Lanes][]float32
	for l := range g.lanes {
		g.Join()
		speech[l] = testsignal.Speaker{Rate: cfg.Rate, F0Hz: 110 + 10*float64(l), Seed: uint64(l)}.Speak(1).Samples
	}
	var h features.Hop
	for i := range len(speech[0]) / n {
		for l := range g.lanes {
			g.Put(l, &audio.Block{At: time.Duration(i) * audio.Step, Samples: speech[l][i*n:][:n]})
		}
		g.Run()
		if g.Take(0, &h) {
			rows = append(rows, h)
		}
	}
	return rows
}
