package pitch

import (
	"fmt"
	"testing"

	"github.com/attune-cx/attune/internal/testsignal"
)

// One Step of a full group on speech-like sound; ns/leg is per leg and hop.
func BenchmarkStep(b *testing.B) {
	for _, rate := range []int{8000, 16000} {
		for _, lanes := range []int{1, 16} {
			b.Run(fmt.Sprintf("%dHz/%dlanes", rate, lanes), func(b *testing.B) {
				t, err := New(Config{Rate: rate, Lanes: lanes})
				if err != nil {
					b.Fatal(err)
				}
				blocks := interleave(rate, lanes, 4)
				active := uint16(1<<lanes - 1)
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					t.Step(active, 0, 0, blocks[i%len(blocks)])
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(lanes), "ns/leg")
			})
		}
	}
}

// interleave gives every lane its own speaker: blocks of [rate/100][lanes].
func interleave(rate, lanes int, seconds float64) [][]float32 {
	hop := rate / 100
	blocks := make([][]float32, int(seconds*100))
	for i := range blocks {
		blocks[i] = make([]float32, hop*lanes)
	}
	for l := range lanes {
		u := testsignal.Speaker{Rate: rate, F0Hz: 90 + 15*float64(l), Seed: uint64(l)}.Speak(seconds)
		for i, v := range u.Samples {
			blocks[i/hop][i%hop*lanes+l] = v
		}
	}
	return blocks
}
