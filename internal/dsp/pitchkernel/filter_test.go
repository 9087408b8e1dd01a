package pitchkernel

import (
	"math"
	"testing"
)

func tone(n int, rate, hz float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(math.Sin(2 * math.Pi * hz * float64(i) / rate))
	}
	return x
}

func gainDB(y []float32) float64 {
	var sum float64
	for _, v := range y[len(y)/2:] {
		sum += float64(v) * float64(v)
	}
	return 10 * math.Log10(2*sum/float64(len(y)-len(y)/2)+1e-12)
}

func TestBiquadResponse(t *testing.T) {
	for _, c := range []struct {
		name           string
		k              Coefficients
		hz, least, top float64 // dB
	}{
		{"low-pass, pass", LowPass(4000, 1200), 300, -0.1, 0.1},
		{"low-pass, corner", LowPass(4000, 1200), 1200, -3.1, -2.9},
		{"low-pass, stop", LowPass(4000, 1200), 1900, -60, -25},
		{"high-pass, pass", HighPass(4000, 60), 300, -0.1, 0.1},
		{"high-pass, corner", HighPass(4000, 60), 60, -3.1, -2.9},
		{"high-pass, dc", HighPass(4000, 60), 0, -200, -100},
	} {
		x := tone(4000, 4000, c.hz)
		if c.hz == 0 {
			for i := range x {
				x[i] = 1
			}
		}
		Biquad(x, x, 1, c.k, make([]float32, 2))
		if got := gainDB(x); got < c.least || got > c.top {
			t.Errorf("%s: %v Hz comes through at %.2f dB, want %v to %v", c.name, c.hz, got, c.least, c.top)
		}
	}
}

// A filter that was excited and then hears silence comes to rest.
func TestBiquadRests(t *testing.T) {
	state := make([]float32, 2)
	k := HighPass(4000, 60)
	x := tone(400, 4000, 100)
	Biquad(x, x, 1, k, state)
	for range 100 {
		Biquad(x, make([]float32, 400), 1, k, state)
	}
	if state[0] != 0 || state[1] != 0 {
		t.Errorf("state %v after 10 s of silence", state)
	}
}

func TestHalfBand(t *testing.T) {
	for _, c := range []struct{ hz, least, top float64 }{{100, -0.1, 0.1}, {1000, -0.5, 0.1}, {1300, -2, 0.1}, {3200, -90, -30}} {
		x := tone(HalfBandRows+4000, 8000, c.hz)
		y := make([]float32, 2000)
		HalfBand(y, x, 1)
		if got := gainDB(y); got < c.least || got > c.top {
			t.Errorf("%v Hz comes through at %.2f dB, want %v to %v", c.hz, got, c.least, c.top)
		}
	}
}

// Cut into blocks the decimator gives what it gives in one piece, and every lane its own.
func TestHalfBandBlocks(t *testing.T) {
	const lanes, blocks = 3, 5
	x := noise(4, (HalfBandRows+80*blocks)*lanes)
	whole := make([]float32, 40*blocks*lanes)
	HalfBand(whole, x, lanes)
	part := make([]float32, 40*lanes)
	for b := range blocks {
		HalfBand(part, x[80*b*lanes:(HalfBandRows+80*(b+1))*lanes], lanes)
		for i, v := range part {
			if v != whole[40*b*lanes+i] {
				t.Fatalf("block %d element %d: %v, whole %v", b, i, v, whole[40*b*lanes+i])
			}
		}
	}
}

func TestMaskedLanes(t *testing.T) {
	const lanes, full = 4, 0b1111
	for active := uint16(0); active <= full; active++ {
		x, add := noise(5, 6*lanes), noise(6, 2*lanes)
		old := append([]float32(nil), x...)
		Shift(x, add, lanes, active, full)
		state := append([]float32(nil), add...)
		Keep(state, old[:2*lanes], lanes, active)
		for i := range x {
			want := old[i]
			if active>>(i%lanes)&1 == 1 {
				want = append(old[2*lanes:len(old):len(old)], add...)[i]
			}
			if x[i] != want {
				t.Fatalf("active %04b: Shift element %d is %v, want %v", active, i, x[i], want)
			}
		}
		for i := range state {
			want := old[i]
			if active>>(i%lanes)&1 == 1 {
				want = add[i]
			}
			if state[i] != want {
				t.Fatalf("active %04b: Keep element %d is %v, want %v", active, i, state[i], want)
			}
		}
	}
}

func TestMeanSquare(t *testing.T) {
	got := make([]float32, 2)
	MeanSquare(got, []float32{1, 2, 3, 4}, 2)
	if got[0] != 5 || got[1] != 10 {
		t.Errorf("mean squares %v, want [5 10]", got)
	}
}

// Every kernel gives a lane the same bits among any number of lanes; a mean
// that divides by what depends on their number does not.
func TestFiltersDoNotMeet(t *testing.T) {
	own := noise(8, HalfBandRows+80)
	run := func(x []float32, lanes int) (energy, y []float32) {
		y = make([]float32, 40*lanes)
		HalfBand(y, x, lanes)
		Biquad(y, y, lanes, HighPass(4000, 60), make([]float32, 2*lanes))
		energy = make([]float32, lanes)
		MeanSquare(energy, y, lanes)
		return energy, y
	}
	wantEnergy, want := run(own, 1)
	for lanes := 2; lanes <= 16; lanes++ {
		for lane := range lanes {
			x := noise(uint64(lane), len(own)*lanes)
			for i, v := range own {
				x[i*lanes+lane] = v
			}
			energy, y := run(x, lanes)
			if energy[lane] != wantEnergy[0] {
				t.Fatalf("%d lanes, lane %d: energy %v, alone %v", lanes, lane, energy[lane], wantEnergy[0])
			}
			for i, v := range want {
				if y[i*lanes+lane] != v {
					t.Fatalf("%d lanes, lane %d, row %d: %v, alone %v", lanes, lane, i, y[i*lanes+lane], v)
				}
			}
		}
	}
}
