package opus_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"os"
	"testing"

	"github.com/attune-cx/attune/audio/opus"
)

// packets reads a file of packets, each behind its length in two bytes.
func packets(t testing.TB, name string) (out [][]byte) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name + ".packets")
	if err != nil {
		t.Fatal(err)
	}
	for len(b) >= 2 {
		n := int(binary.BigEndian.Uint16(b))
		out, b = append(out, b[2:2+n]), b[2+n:]
	}
	return out
}

func decodeAll(t *testing.T, d *opus.Decoder, in [][]byte) (pcm []float32) {
	t.Helper()
	for i, p := range in {
		var err error
		if pcm, err = d.Decode(pcm, p); err != nil {
			t.Fatalf("packet %d: %v", i, err)
		}
	}
	return pcm
}

// level is the amplitude of one frequency in pcm.
func level(pcm []float32, hz, rate float64) float64 {
	var sum complex128
	for i, x := range pcm {
		sum += complex(float64(x), 0) * cmplx.Exp(complex(0, -2*math.Pi*hz*float64(i)/rate))
	}
	return 2 * cmplx.Abs(sum) / float64(len(pcm))
}

// A tone of amplitude 0.5 and 440 Hz comes out as one, at both rates, whether
// it was coded as one channel, as two equal ones or beside silence.
func TestDecodesTone(t *testing.T) {
	for _, name := range []string{"tone", "dual", "left"} {
		for _, rate := range []int{8000, 16000} {
			d, err := opus.New(rate)
			if err != nil {
				t.Fatal(err)
			}
			in := packets(t, name)
			pcm := decodeAll(t, d, in)
			if want := len(in) * rate / 50; len(pcm) != want {
				t.Errorf("%s at %d: %d samples, want %d", name, rate, len(pcm), want)
			}
			middle := pcm[rate/10 : rate/10+rate/10] // 44 whole periods, away from the edges
			if got := level(middle, 440, float64(rate)); math.Abs(got-0.5) > 0.03 {
				t.Errorf("%s at %d: amplitude at 440 Hz %.3f, want 0.5", name, rate, got)
			}
			if got := level(middle, 1000, float64(rate)); got > 0.02 {
				t.Errorf("%s at %d: amplitude at 1000 Hz %.3f, want none", name, rate, got)
			}
		}
	}
}

func TestSilkMode(t *testing.T) {
	in := packets(t, "silk")
	if in[5][0]>>3 >= 12 {
		t.Fatalf("configuration %d is not SILK: the fixture does not test what it should", in[5][0]>>3)
	}
	d, _ := opus.New(8000)
	pcm := decodeAll(t, d, in)
	if got := level(pcm[1600:2400], 150, 8000); got < 0.1 {
		t.Errorf("amplitude of the 150 Hz fundamental %.3f, want over 0.1", got)
	}
}

func TestTwoChannelsAreRefused(t *testing.T) {
	d, _ := opus.New(16000)
	in, refused := packets(t, "two"), 0
	pcm := []float32{42}
	for _, p := range in {
		out, err := d.Decode(pcm, p)
		if errors.Is(err, opus.ErrTwoChannels) {
			refused++
			if len(out) != 1 || out[0] != 42 {
				t.Fatal("samples of a refused packet were given out")
			}
		}
	}
	if refused < len(in)-2 {
		t.Errorf("%d of %d packets refused", refused, len(in))
	}
}

func TestTicks(t *testing.T) {
	cases := []struct {
		name    string
		payload []byte
		want    int
		err     error
	}{
		{"empty", nil, 0, nil},
		{"SILK 10 ms", []byte{0 << 3, 1}, 480, nil},
		{"SILK 60 ms", []byte{3 << 3, 1}, 2880, nil},
		{"hybrid 20 ms (Chrome)", []byte{15 << 3, 1}, 960, nil},
		{"CELT 2.5 ms", []byte{16 << 3, 1}, 120, nil},
		{"CELT 20 ms twice", []byte{31<<3 | 1, 1, 1}, 1920, nil},
		{"code 3, 6 frames of 20 ms", []byte{1<<3 | 3, 6}, 5760, nil},
		{"code 3, 7 frames of 20 ms", []byte{1<<3 | 3, 7}, 0, opus.ErrCorrupt},
		{"code 3, no frames", []byte{1<<3 | 3, 0}, 0, opus.ErrCorrupt},
		{"code 3 cut", []byte{1<<3 | 3}, 0, opus.ErrCorrupt},
	}
	for _, c := range cases {
		if got, err := opus.Ticks(c.payload); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %d, %v; want %d, %v", c.name, got, err, c.want, c.err)
		}
	}
}

func TestSilent(t *testing.T) {
	for _, c := range []struct {
		payload []byte
		want    bool
	}{
		{nil, true}, {[]byte{0x08}, true}, {[]byte{0x78, 0}, true}, {[]byte{0x78, 1, 2}, false}, {[]byte{0x0B, 2}, false},
	} {
		if got := opus.Silent(c.payload); got != c.want {
			t.Errorf("% x: %v, want %v", c.payload, got, c.want)
		}
	}
}

func TestRates(t *testing.T) {
	for _, rate := range []int{0, 44100, 48000, -8000} {
		if _, err := opus.New(rate); !errors.Is(err, opus.ErrRate) {
			t.Errorf("%d: %v, want ErrRate", rate, err)
		}
	}
}

// Garbage between good packets costs those packets only.
func TestGarbageThenSound(t *testing.T) {
	d, _ := opus.New(16000)
	bad := [][]byte{{0xFF}, {0x7B, 0xFF, 0xFF}, {0x7A, 252}, {0xFB, 0x00}}
	for _, p := range bad {
		if pcm, err := d.Decode(nil, p); err != nil && (len(pcm) != 0 || !errors.Is(err, opus.ErrCorrupt)) {
			t.Errorf("% x: %d samples, %v", p, len(pcm), err)
		}
	}
	if d.Corrupt() < 2 {
		t.Errorf("%d packets counted as corrupt, want 2 or more", d.Corrupt())
	}
	d.Reset()
	pcm := decodeAll(t, d, packets(t, "tone"))
	if got := level(pcm[1600:3200], 440, 16000); math.Abs(got-0.5) > 0.03 {
		t.Errorf("amplitude after garbage %.3f, want 0.5", got)
	}
}

func TestNoAllocation(t *testing.T) {
	for _, name := range []string{"tone", "silk", "dual"} {
		d, _ := opus.New(16000)
		in := packets(t, name)
		dst := make([]float32, 0, 2000)
		for _, p := range in {
			dst, _ = d.Decode(dst[:0], p)
		}
		i := 0
		if n := testing.AllocsPerRun(50, func() { dst, _ = d.Decode(dst[:0], in[i%len(in)]); i++ }); n != 0 {
			t.Errorf("%s: %v allocations a packet", name, n)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"tone", "silk", "dual", "two"} {
		in := packets(f, name)
		f.Add(in[0], in[3])
		f.Add(in[3][:len(in[3])/2], in[4])
	}
	f.Add([]byte{0xFF, 0xFF, 0xFF}, []byte{0x08})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		d, err := opus.New(16000)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range [][]byte{a, b} {
			pcm, err := d.Decode(nil, p)
			if err != nil && (len(pcm) != 0 || !errors.Is(err, opus.ErrCorrupt) && !errors.Is(err, opus.ErrTwoChannels)) {
				t.Fatalf("%d samples with error %v", len(pcm), err)
			}
			if len(pcm) > 1920 {
				t.Fatalf("%d samples > 120 ms", len(pcm))
			}
			for _, x := range pcm {
				if !(x >= -1 && x <= 1) {
					t.Fatalf("sample %v", x)
				}
			}
		}
		if d.Panics() > 0 {
			t.Logf("the codec failed on % x, % x", a, b)
		}
	})
}

func ExampleTicks() {
	ticks, err := opus.Ticks([]byte{15 << 3, 0x12, 0x34})
	fmt.Println(ticks*1000/opus.ClockRate, "ms", err)
	// Output: 20 ms <nil>
}
