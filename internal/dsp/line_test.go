package dsp

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestLine: a line is what Shift makes of a slab, whichever lanes step.
func TestLine(t *testing.T) {
	const rows, lanes, step = 7, 3, 2
	rng := rand.New(rand.NewPCG(1, 2))
	line, want := NewLine(rows, lanes), make([]float32, rows*lanes)
	tail, active := make([]float32, step*lanes), make([]uint32, lanes)
	for n := range 100 {
		for i := range tail {
			tail[i] = rng.Float32()
		}
		for l := range active {
			active[l] = ^uint32(0)
			if n%5 == 4 && rng.IntN(2) == 0 {
				active[l] = 0
			}
		}
		line.Push(tail, active)
		Shift(want, tail, active)
		if !slices.Equal(line.Rows(), want) {
			t.Fatalf("step %d: %v, want %v", n, line.Rows(), want)
		}
	}
}
