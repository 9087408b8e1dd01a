package resample

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// tone is n samples of a sine at hz, amplitude 0.5, sampled at rate.
func tone(hz float64, rate, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(0.5 * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
	}
	return x
}

func noise(seed uint64, n int) []float32 {
	rng := rand.New(rand.NewPCG(seed, 1))
	x := make([]float32, n)
	for i := range x {
		x[i] = 2*rng.Float32() - 1
	}
	return x
}

func whole(t testing.TB, from, to int, x []float32) []float32 {
	t.Helper()
	r, err := New(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return r.Flush(r.Process(nil, x))
}

// errorDB is the power of got-want re the power of want, the first and last skip
// samples left out.
func errorDB(got, want []float32, skip int) float64 {
	var e, s float64
	for i := skip; i < min(len(got), len(want))-skip; i++ {
		d := float64(got[i]) - float64(want[i])
		e += d * d
		s += float64(want[i]) * float64(want[i])
	}
	return 10 * math.Log10(e/s+1e-30)
}

var pairs = [][2]int{
	{8000, 16000}, {16000, 8000}, {11025, 8000}, {22050, 16000}, {24000, 8000}, {32000, 16000},
	{44100, 8000}, {44100, 16000}, {48000, 8000}, {48000, 16000}, {96000, 16000}, {192000, 8000},
	{4000, 8000}, {44056, 16000}, {7999, 8000}, {15999, 8000},
}

// A tone in the pass band comes out as the same tone, sample for sample and in
// the same place; "exact" and interpolated banks alike.
func TestPassBandKeepsTone(t *testing.T) {
	for _, p := range pairs {
		from, to := p[0], p[1]
		nyquist := float64(min(from, to)) / 2
		for _, share := range []float64{0.01, 0.3, 0.7, 0.9} {
			hz := share * nyquist
			got := whole(t, from, to, tone(hz, from, from/10))
			want := tone(hz, to, len(got))
			// The tone's abrupt ends ring for half a filter; look between.
			if db := errorDB(got, want, to/50); db > -80 {
				t.Errorf("%d -> %d Hz, tone of %.0f Hz: error %.1f dB, want <= -80", from, to, hz, db)
			}
		}
	}
}

// A tone at or above the new Nyquist frequency is gone, not folded back.
func TestStopBand(t *testing.T) {
	for _, p := range [][2]int{{16000, 8000}, {44100, 16000}, {48000, 8000}, {192000, 8000}, {44056, 16000}} {
		from, to := p[0], p[1]
		for _, share := range []float64{1.001, 1.1, 1.5, 1.9} {
			hz := share * float64(to) / 2
			if hz >= float64(from)/2 {
				continue
			}
			got := whole(t, from, to, tone(hz, from, from/4))
			sum := 0.0
			mid := got[to/50 : len(got)-to/50]
			for _, v := range mid {
				sum += float64(v) * float64(v)
			}
			db := 10 * math.Log10(sum/float64(len(mid))/0.125+1e-30)
			if db > -90 {
				t.Errorf("%d -> %d Hz, tone of %.0f Hz: left at %.1f dB, want <= -90", from, to, hz, db)
			}
		}
	}
}

// Up-sampling leaves nothing above the old Nyquist frequency: the images of a
// tone are gone, or the comparison with the tone would show them.
func TestUpsamplingHasNoImages(t *testing.T) {
	got := whole(t, 8000, 48000, tone(3500, 8000, 4000))
	if db := errorDB(got, tone(3500, 48000, len(got)), 2000); db > -85 {
		t.Errorf("image and ripple at %.1f dB, want <= -85", db)
	}
}

func TestConstantStaysConstant(t *testing.T) {
	x := make([]float32, 6000)
	for i := range x {
		x[i] = 0.25
	}
	for _, p := range pairs {
		got := whole(t, p[0], p[1], x)
		for i := len(got) / 3; i < 2*len(got)/3 && len(got) > 2000; i++ {
			if math.Abs(float64(got[i])-0.25) > 1e-6 {
				t.Fatalf("%d -> %d: sample %d = %g, want 0.25", p[0], p[1], i, got[i])
			}
		}
	}
}

// Flushed output is aligned: an impulse at input i comes out with its peak at
// i*to/from.
func TestNoNetDelay(t *testing.T) {
	for _, p := range [][2]int{{8000, 16000}, {48000, 16000}, {44100, 8000}, {16000, 16000}} {
		from, to := p[0], p[1]
		x := make([]float32, from/10)
		at := len(x) / 2
		x[at] = 1
		got, peak := whole(t, from, to, x), 0
		for i, v := range got {
			if v > got[peak] {
				peak = i
			}
		}
		if want := float64(at) * float64(to) / float64(from); math.Abs(float64(peak)-want) > 0.51 {
			t.Errorf("%d -> %d: impulse at %d came out at %d, want %.1f", from, to, at, peak, want)
		}
	}
}

func TestLengths(t *testing.T) {
	for _, p := range pairs {
		for _, n := range []int{0, 1, 2, 79, 80, 1023, 1024, 1025, 5000} {
			want := int(math.Ceil(float64(n) * float64(p[1]) / float64(p[0])))
			if got := len(whole(t, p[0], p[1], make([]float32, n))); got != want {
				t.Errorf("%d -> %d: %d in, %d out, want %d", p[0], p[1], n, got, want)
			}
		}
	}
}

// Any chunking gives the bits of the whole file.
func TestChunkingIsBitExact(t *testing.T) {
	x := noise(7, 4000)
	var all []*Resampler
	for _, p := range pairs[:10] {
		r, err := New(p[0], p[1])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(all).Draw(t, "rates")
		want := r.Flush(r.Process(nil, x)) // Flush resets: r is as new
		var got []float32
		for rest := x; len(rest) > 0; {
			n := min(rapid.IntRange(1, 1500).Draw(t, "n"), len(rest))
			got = r.Process(got, rest[:n])
			rest = rest[n:]
		}
		got = r.Flush(got)
		if len(got) != len(want) {
			t.Fatalf("%d outputs, want %d", len(got), len(want))
		}
		for i := range got {
			if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
				t.Fatalf("output %d = %g, want %g", i, got[i], want[i])
			}
		}
	})
}

// Reach tells exactly which outputs an input can change; Outputs lies within it.
func TestReach(t *testing.T) {
	const n = 3000
	x := noise(3, n)
	for _, p := range pairs[:12] {
		a := whole(t, p[0], p[1], x)
		y := append([]float32(nil), x...)
		const first, last = 1400, 1480
		for i := first; i < last; i++ {
			y[i] += 0.5
		}
		b := whole(t, p[0], p[1], y)
		r, _ := New(p[0], p[1])
		begin, end := r.Reach(first, last)
		ob, oe := r.Outputs(first, last)
		if ob < begin || oe > end {
			t.Errorf("%v: Outputs %d..%d not within Reach %d..%d", r, ob, oe, begin, end)
		}
		for i := range a {
			if a[i] != b[i] && (int64(i) < begin || int64(i) >= end) {
				t.Fatalf("%v: output %d changed, outside Reach %d..%d", r, i, begin, end)
			}
		}
		if b[ob] == a[ob] || b[oe-1] == a[oe-1] {
			t.Errorf("%v: outputs %d and %d should have changed", r, ob, oe-1)
		}
	}
}

// Delay is what a live caller waits: after d of input past an output's time, the
// output has come.
func TestDelay(t *testing.T) {
	for _, p := range pairs {
		r, err := New(p[0], p[1])
		if err != nil {
			t.Fatal(err)
		}
		n := p[0] / 2
		got := len(r.Process(nil, make([]float32, n)))
		behind := time.Duration(n)*time.Second/time.Duration(p[0]) - time.Duration(got)*time.Second/time.Duration(p[1])
		tick := time.Second/time.Duration(p[0]) + time.Second/time.Duration(p[1])
		if behind > r.Delay()+tick || behind < r.Delay()-tick {
			t.Errorf("%v: output is %v behind, Delay says %v", r, behind, r.Delay())
		}
		if r.Delay() > 17*time.Millisecond {
			t.Errorf("%v: delay %v", r, r.Delay())
		}
	}
}

func TestProcessDoesNotAllocate(t *testing.T) {
	for _, p := range [][2]int{{48000, 16000}, {44100, 8000}, {8000, 16000}, {44056, 16000}, {16000, 16000}} {
		r, err := New(p[0], p[1])
		if err != nil {
			t.Fatal(err)
		}
		x, dst := make([]float32, p[0]/100), make([]float32, 0, 4096)
		if n := testing.AllocsPerRun(50, func() { dst = r.Process(dst[:0], x) }); n != 0 {
			t.Errorf("%v: %v allocations per 10 ms", r, n)
		}
	}
}

func TestNewRefusesSillyRates(t *testing.T) {
	for _, p := range [][2]int{{0, 8000}, {8000, 0}, {-8000, 8000}, {3999, 8000}, {8000, 192001}, {1 << 40, 8000}} {
		if _, err := New(p[0], p[1]); !errors.Is(err, ErrRate) {
			t.Errorf("New(%d, %d) = %v, want ErrRate", p[0], p[1], err)
		}
	}
}

func ExampleResampler() {
	r, err := New(44100, 16000)
	if err != nil {
		panic(err)
	}
	var out []float32
	for range 100 { // a second, in chunks of 10 ms
		out = r.Process(out, make([]float32, 441))
	}
	out = r.Flush(out)
	fmt.Println(r, len(out))
	// Output: resample 44100 -> 16000 16000
}

func BenchmarkProcess(b *testing.B) {
	for _, p := range [][2]int{{8000, 16000}, {44100, 8000}, {48000, 16000}} {
		b.Run(fmt.Sprintf("%d-%d", p[0], p[1]), func(b *testing.B) {
			r, _ := New(p[0], p[1])
			x, dst := noise(1, p[0]/100), make([]float32, 0, 4096)
			b.ReportAllocs()
			for b.Loop() {
				dst = r.Process(dst[:0], x)
			}
		})
	}
}
