package main

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/attune-cx/attune/benchmarks/stress"
)

// drawn makes examples of a known logistic.
func drawn(n int, w []float64, b float64) (x [][]float64, y []bool) {
	r := rand.New(rand.NewPCG(1, 2))
	for range n {
		row := make([]float64, len(w))
		z := b
		for k := range row {
			row[k] = r.NormFloat64()
			z += w[k] * row[k]
		}
		x = append(x, row)
		y = append(y, r.Float64() < 1/(1+math.Exp(-z)))
	}
	return x, y
}

func TestLogisticFindsTheWeights(t *testing.T) {
	want := []float64{1.5, -1, 0}
	x, y := drawn(20000, want, 0)
	w, b := logistic(x, y, 1)
	for k := range want {
		if math.Abs(w[k]-want[k]) > .08 {
			t.Errorf("weight %d is %.3f, want %v", k, w[k], want[k])
		}
	}
	if math.Abs(b) > .08 {
		t.Errorf("bias %.3f", b)
	}
}

func TestLogisticBalancesTheClasses(t *testing.T) {
	x, y := drawn(20000, []float64{1}, -2) // one positive in six
	positives := 0.0
	for _, v := range y {
		if v {
			positives++
		}
	}
	want := -2 + math.Log((float64(len(y))-positives)/positives) // the prior's odds fall out
	if _, b := logistic(x, y, 1); math.Abs(b-want) > .08 {
		t.Errorf("bias %.3f of balanced classes, want %.3f", b, want)
	}
}

func TestLogisticShrinks(t *testing.T) {
	x, y := drawn(500, []float64{3}, 0)
	loose, _ := logistic(x, y, 1)
	tight, _ := logistic(x, y, .001)
	if !(0 < tight[0] && tight[0] < loose[0]) {
		t.Errorf("%v with a strong penalty, %v with a weak one", tight, loose)
	}
}

func TestPlattUndoesAScale(t *testing.T) {
	x, y := drawn(20000, []float64{2}, 0)
	var s []stress.Scored
	for i := range x {
		s = append(s, stress.Scored{True: y[i], LLR: 2 * x[i][0] / 4}) // said a quarter of what it knew
	}
	if slope, offset := platt([][]stress.Scored{s}); math.Abs(slope-4) > .3 || math.Abs(offset) > .1 {
		t.Errorf("slope %.2f offset %.2f, want 4 and 0", slope, offset)
	}
}

func TestTwoMeans(t *testing.T) {
	low, high := twoMeans(map[string]float64{"a": 20, "b": 22, "c": 34, "d": 36})
	if low != 21 || high != 35 {
		t.Errorf("%v and %v", low, high)
	}
}
