package functionals

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/attune-cx/attune/features"
)

// phrase is a span of hops like speech: voiced and unvoiced by turns, pitch and
// loudness wandering, all other columns random.
func phrase(n int) []features.Hop {
	r := rand.New(rand.NewPCG(1, 2))
	hops := make([]features.Hop, n)
	loud := 1.0
	for i := range hops {
		f0 := float32(0)
		if i/30%2 == 0 {
			f0 = float32(110 * math.Exp2(0.5*math.Sin(float64(i)/25)+0.01*r.NormFloat64()))
		}
		loud = max(0.9*loud+0.15*r.NormFloat64()+0.1*math.Sin(float64(i)/9), 0.01)
		hops[i] = hop(f0, float32(loud))
		for c := range hops[i].V {
			if v := &hops[i].V[c]; *v != *v {
				*v = float32(r.NormFloat64())
			}
		}
		hops[i].LevelDBFS = float32(-30 + 5*loud)
	}
	return hops
}

// One hop and one reading of a full window of 8 s.
func BenchmarkWindow(b *testing.B) {
	w, hops := NewWindow(800), phrase(1600)
	for i := range hops {
		w.Push(&hops[i])
	}
	b.Run("Push", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			w.Push(&hops[i%len(hops)])
		}
	})
	b.Run("Stats", func(b *testing.B) {
		var s Stats
		for b.Loop() {
			w.Stats(&s)
		}
	})
}
