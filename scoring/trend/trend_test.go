package trend

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func line(values ...float64) *Line {
	l := &Line{}
	for i, v := range values {
		l.Add(time.Duration(i)*spacing, v)
	}
	return l
}

func TestSlope(t *testing.T) {
	for _, tc := range []struct {
		name   string
		values []float64
		want   float64 // per minute
	}{
		{"nothing", nil, 0},
		{"too little", []float64{0, .1, .2, .3}, 0},
		{"a line", []float64{0, .1, .2, .3, .4}, 1.2},
		{"flat", []float64{.5, .5, .5, .5, .5, .5}, 0},
		{"one outlier does not turn it", []float64{.1, .2, .3, 0, .5, .6, .7}, 1.2},
		{"a rise that has turned", []float64{.1, .2, .3, .5, .7, .9, .9, .8, .7}, 0},
		{"back and forth", []float64{.1, .9, .1, .9, .1, .9, .1}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := line(tc.values...).Slope(); math.Abs(got-tc.want) > 1e-9 {
				t.Errorf("%v, want %v", got, tc.want)
			}
		})
	}
}

func TestOldPointsLeave(t *testing.T) {
	l := &Line{}
	for i := range 100 {
		v := 1.0
		if i >= 82 {
			v = float64(i-82) / 60
		}
		l.Add(time.Duration(i)*spacing, v)
		l.Add(time.Duration(i)*spacing+time.Second, 9) // too close to count
	}
	if got := l.Slope(); math.Abs(got-.2) > 1e-9 {
		t.Errorf("%v, want .2", got)
	}
}

func TestMirror(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v := rapid.SliceOfN(rapid.Float64Range(0, 1), 0, 30).Draw(rt, "values")
		down := make([]float64, len(v))
		for i := range v {
			down[i] = -v[i]
		}
		if a, b := line(v...).Slope(), line(down...).Slope(); math.Abs(a+b) > 1e-9 {
			rt.Fatalf("%v and %v", a, b)
		}
	})
}

func TestNoAllocation(t *testing.T) {
	l := line(.1, .2, .3, .4, .5, .6)
	if n := testing.AllocsPerRun(100, func() { l.Slope() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
