package wav

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestSides(t *testing.T) {
	const n = 16000
	rng := rand.New(rand.NewPCG(1, 2))
	voice := func() []float32 {
		x, y := make([]float32, n), 0.0
		for i := range x {
			y = 0.9*y + 0.05*rng.NormFloat64()
			x[i] = float32(y)
		}
		return x
	}
	mix := func(a []float32, ga float64, b []float32, gb float64) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(ga*float64(a[i]) + gb*float64(b[i]) + 0.01)
		}
		return x
	}
	a, b, silent := voice(), voice(), make([]float32, n)
	cases := []struct {
		name        string
		left, right []float32
		same        bool
	}{
		{"identical", a, a, true},
		{"other gain", a, mix(a, 0.3, b, 0), true},
		{"other polarity", a, mix(a, -1, b, 0), true},
		{"line noise on one side", a, mix(a, 1, b, 0.05), true},
		{"two parties", a, b, false},
		{"two parties with side tone", mix(a, 1, b, 0.25), mix(b, 1, a, 0.25), false},
		{"one side silent", a, silent, false},
		{"both silent", silent, silent, false},
		{"nothing", nil, nil, false},
	}
	for _, c := range cases {
		var s Sides
		for i := 0; i < len(c.left); i += 777 {
			end := min(i+777, len(c.left))
			s.Add(c.left[i:end], c.right[i:end])
		}
		if got := s.Same(); got != c.same {
			t.Errorf("%s: Same = %v, want %v (correlation %.3f)", c.name, got, c.same, s.Correlation())
		}
		if r := s.Correlation(); math.IsNaN(r) || math.Abs(r) > 1.0001 {
			t.Errorf("%s: correlation %g", c.name, r)
		}
	}
	var s Sides
	s.Add(a, silent)
	if left, right := s.Silent(); left || !right {
		t.Errorf("Silent = %v, %v, want false, true", left, right)
	}
}
