package prosody

import (
	"fmt"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/testsignal"
)

// BenchmarkRun reports the cost of one hop of one leg in full groups.
func BenchmarkRun(b *testing.B) {
	for _, rate := range []int{8000, 16000} {
		for _, set := range []Set{Full, Timing} {
			b.Run(fmt.Sprintf("rate=%d/set=%d", rate, set), func(b *testing.B) {
				benchmarkRun(b, Config{Rate: rate, Set: set})
			})
		}
	}
}

func benchmarkRun(b *testing.B, cfg Config) {
	g := newGroup(b, cfg)
	n := cfg.Rate / 100
	var speech [Lanes][]float32
	for l := range g.lanes {
		g.Join()
		speech[l] = testsignal.Speaker{Rate: cfg.Rate, F0Hz: 100 + 10*float64(l), Seed: uint64(l)}.Speak(2).Samples
	}
	var h features.Hop
	i := 0
	for b.Loop() {
		for l := range g.lanes {
			at := i % 200 * n
			g.Put(l, &audio.Block{At: time.Duration(i) * audio.Step, Samples: speech[l][at : at+n]})
		}
		g.Run()
		for l := range g.lanes {
			g.Take(l, &h)
		}
		i++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*g.lanes), "ns/leg-hop")
}
