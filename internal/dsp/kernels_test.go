package dsp

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/dsp/window"
	"pgregory.net/rapid"
)

func close64(a float32, b, tolerance float64) bool { return math.Abs(float64(a)-b) <= tolerance }

func TestWindows(t *testing.T) {
	ones := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = 1
		}
		return x
	}
	for _, n := range []int{2, 7, 160, 320} {
		for name, c := range map[string]struct {
			got  []float32
			want []float64
		}{
			"Hamming":  {Hamming(n), window.Hamming(ones(n))},
			"Hann":     {Hann(n), window.Hann(ones(n))},
			"Gaussian": {Gaussian(n, 0.4), window.Gaussian{Sigma: 0.4}.Transform(ones(n))},
		} {
			for i := range c.want {
				// gonum's Hamming has the exact optimum 25/46 where the field writes 0.54.
				if !close64(c.got[i], c.want[i], 4e-3) {
					t.Errorf("%s of %d: w[%d] = %v, want %v", name, n, i, c.got[i], c.want[i])
				}
			}
		}
	}
	for name, w := range map[string][]float32{"Hamming": Hamming(1), "Hann": Hann(1), "Gaussian": Gaussian(1, 0.4)} {
		if len(w) != 1 || w[0] != 1 {
			t.Errorf("%s of one point is %v", name, w)
		}
	}
}

func TestLog2AndExp2(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOf(rapid.Float32Range(-120, 120)).Draw(t, "x")
		y := make([]float32, len(x))
		Exp2(y, x)
		for i, v := range x {
			if want := math.Exp2(float64(v)); math.Abs(float64(y[i])/want-1) > 3e-7 {
				t.Fatalf("2^%v = %v, want %v", v, y[i], want)
			}
		}
		z := make([]float32, len(x))
		Log2(z, y)
		for i, v := range y {
			if want := math.Log2(float64(v)); !close64(z[i], want, 2e-7+1e-7*math.Abs(want)) {
				t.Fatalf("log2 %v = %v, want %v", v, z[i], want)
			}
		}
	})
}

func TestElementaryEdges(t *testing.T) {
	inf := float32(math.Inf(1))
	x := []float32{0, -1, float32(math.NaN()), 1e-45, 1, inf}
	got := make([]float32, len(x))
	Log2(got, x)
	for i, want := range []float32{-126, -126, -126, -126, 0} {
		if got[i] != want {
			t.Errorf("log2 %v = %v, want %v", x[i], got[i], want)
		}
	}
	x = []float32{-1000, -126, 0, 127, 1000}
	Exp2(x, x)
	for i, want := range []float64{0x1p-126, 0x1p-126, 1, 0x1p127, 0x1p127} {
		if !close64(x[i], want, want*1e-6) {
			t.Errorf("element %d: %v, want %v", i, x[i], want)
		}
	}
	y := []float32{-4, 0, 9}
	Sqrt(y, y)
	if y[0] != 0 || y[1] != 0 || y[2] != 3 {
		t.Errorf("square roots %v", y)
	}
}

// Row sums agree with float64 lane by lane.
func TestRowKernels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, lanes := rapid.IntRange(0, 40).Draw(t, "rows"), rapid.IntRange(1, 16).Draw(t, "lanes")
		x, y, w := random(rows, lanes, 1), random(rows, lanes, 2), random(rows, 1, 3)
		sum, weighted := make([]float32, lanes), make([]float32, lanes)
		peak, change := make([]float32, lanes), make([]float32, lanes)
		Sum(sum, x, rows, lanes)
		WeightedSum(weighted, x, w, lanes)
		Peak(peak, x, rows, lanes)
		SumSquaredChange(change, x, y, rows, lanes)
		for l := range lanes {
			var s, ws, p, c float64
			b := lane64(y, l, lanes)
			for i, v := range lane64(x, l, lanes) {
				s, ws, p = s+v, ws+v*float64(w[i]), max(p, v)
				c += (v - b[i]) * (v - b[i])
			}
			if !close64(sum[l], s, 1e-4) || !close64(weighted[l], ws, 1e-4) || !close64(peak[l], p, 0) || !close64(change[l], c, 1e-3) {
				t.Fatalf("lane %d: %v %v %v %v, want %v %v %v %v", l, sum[l], weighted[l], peak[l], change[l], s, ws, p, c)
			}
		}
	})
}

func TestMatrix(t *testing.T) {
	x := []float32{1, 2, 3, 4, 5, 6} // 3 rows of 2 lanes
	got := make([]float32, 4)
	Matrix(got, x, []float32{1, 0, -1, 2, 2, 2}, 3, 2)
	for i, want := range []float32{-4, -4, 18, 24} {
		if got[i] != want {
			t.Errorf("element %d: %v, want %v", i, got[i], want)
		}
	}
}

// Blend replaces the active lanes and leaves the others' every bit.
func TestBlend(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lanes, rows := rapid.IntRange(1, 16).Draw(t, "lanes"), rapid.IntRange(1, 12).Draw(t, "rows")
		active := make([]uint32, lanes)
		for l := range active {
			if rapid.Bool().Draw(t, "active") {
				active[l] = ^uint32(0)
			}
		}
		before, x := random(rows, lanes, 4), random(rows, lanes, 5)
		got := append([]float32(nil), before...)
		Blend(got, x, active)
		for i, v := range got {
			want := before[i]
			if active[i%lanes] != 0 {
				want = x[i]
			}
			if v != want {
				t.Fatalf("row %d, lane %d: %v, want %v", i/lanes, i%lanes, v, want)
			}
		}
	})
}

// Spread gives each lane its stretch, and ClearLane empties one lane alone.
func TestSpreadAndClear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lanes, n := rapid.IntRange(1, 16).Draw(t, "lanes"), rapid.IntRange(0, 50).Draw(t, "rows")
		x, dst := random(200, 1, 6), make([]float32, n*lanes)
		starts := make([]int32, lanes)
		for l := range starts {
			starts[l] = rapid.Int32Range(0, 150).Draw(t, "start")
		}
		Spread(dst, x, starts, n)
		cleared := rapid.IntRange(0, lanes-1).Draw(t, "cleared")
		ClearLane(dst, cleared, lanes)
		for i, v := range dst {
			want := x[int(starts[i%lanes])+i/lanes]
			if i%lanes == cleared {
				want = 0
			}
			if v != want {
				t.Fatalf("row %d, lane %d: %v, want %v", i/lanes, i%lanes, v, want)
			}
		}
	})
}

func TestLower(t *testing.T) {
	for _, n := range []int{0, 1, 7, 16, 80, 160} {
		x, dst := random(n, 1, uint64(n)), make([]float32, n)
		Lower(dst, x, 3)
		for i, v := range dst {
			if want := float64(x[i]) - 3; !close64(v, want, 1e-5) {
				t.Fatalf("%d samples: sample %d is %v, want %v", n, i, v, want)
			}
		}
	}
}

// Between the first and the last centre the filters add up to 1, and each is 1 at
// its own centre.
func TestMelBank(t *testing.T) {
	const rows, spacing = 257, 31.25
	b := NewMelBank(26, 0, rows, spacing, 20, 8000)
	for k := range rows {
		p, bands := make([]float32, rows), make([]float32, 26)
		p[k] = 1
		b.Apply(bands, p, 1)
		sum := float32(0)
		for i, v := range bands {
			sum += v
			if v < 0 || v > 1 {
				t.Fatalf("row %d weighs %v in band %d", k, v, i)
			}
		}
		hz := float64(k) * spacing
		if inside := hz >= b.Centre(0) && hz <= b.Centre(25); inside && !close64(sum, 1, 1e-5) {
			t.Errorf("%v Hz weighs %v in all", hz, sum)
		}
		if (hz < 20 || hz >= 8000) && sum != 0 {
			t.Errorf("%v Hz weighs %v beyond the bank", hz, sum)
		}
	}
	if b.Bands() != 26 || !close64(float32(mel(b.Centre(0))-mel(20)), (mel(8000)-mel(20))/27, 1e-3) {
		t.Errorf("%d bands, first at %v Hz", b.Bands(), b.Centre(0))
	}
}

func TestMelBankAdds(t *testing.T) {
	const lanes = 2
	p := random(129, lanes, 6)
	all, low, high := NewMelBank(26, 0, 129, 31.25, 20, 4000), NewMelBank(26, 0, 2, 31.25, 20, 4000), NewMelBank(26, 2, 129, 31.25, 20, 4000)
	want, got := make([]float32, 26*lanes), make([]float32, 26*lanes)
	all.Apply(want, p, lanes)
	high.Apply(got, p, lanes)
	low.Add(got, p, lanes)
	for i := range want {
		if !close64(got[i], float64(want[i]), 1e-5) {
			t.Errorf("element %d: %v, want %v", i, got[i], want[i])
		}
	}
}
