package g711_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"testing"

	"github.com/attune-cx/attune/audio/g711"
)

var laws = []g711.Law{g711.MuLaw, g711.ALaw}

// The values are those of ITU-T G.711 tables 1a and 2a, in 16-bit units.
func TestPublishedValues(t *testing.T) {
	cases := []struct {
		law  g711.Law
		code byte
		want int16
	}{
		{g711.MuLaw, 0x00, -32124},
		{g711.MuLaw, 0x80, 32124},
		{g711.MuLaw, 0xFF, 0},
		{g711.MuLaw, 0x7F, 0},
		{g711.MuLaw, 0xFE, 8},
		{g711.MuLaw, 0xEF, 132},
		{g711.ALaw, 0xD5, 8},
		{g711.ALaw, 0x55, -8},
		{g711.ALaw, 0xAA, 32256},
		{g711.ALaw, 0x2A, -32256},
		{g711.ALaw, 0xC5, 264},
	}
	for _, c := range cases {
		if got := c.law.Linear(c.code); got != c.want {
			t.Errorf("%v.Linear(%#02x) = %d, want %d", c.law, c.code, got, c.want)
		}
	}
}

// Decoding is checked for all 512 codes against the formula of the standard
// written in the other way round: as a walk over segments, in floating point.
func TestTablesAgainstFormula(t *testing.T) {
	for _, law := range laws {
		for code := range 256 {
			if got, want := float64(law.Linear(byte(code))), formula(law, byte(code)); got != want {
				t.Errorf("%v code %#02x = %v, want %v", law, code, got, want)
			}
		}
	}
}

func formula(law g711.Law, code byte) float64 {
	if law == g711.MuLaw {
		code = 0xFF - code
		segment, step := float64(code>>4&7), float64(code&15)
		y := math.Exp2(segment)*(2*step+33) - 33 // 14-bit units
		return sign(code&0x80 == 0) * 4 * y
	}
	code ^= 0x55
	segment, step := float64(code>>4&7), float64(code&15)
	y := 2*step + 1
	if segment > 0 {
		y = math.Exp2(segment-1) * (2*step + 33)
	}
	return sign(code&0x80 != 0) * 8 * y // 13-bit units, midpoint
}

func sign(positive bool) float64 {
	if positive {
		return 1
	}
	return -1
}

func TestRoundTripOfCodes(t *testing.T) {
	for _, law := range laws {
		c := g711.New(law)
		for code := range 256 {
			pcm := c.Decode(nil, []byte{byte(code)})
			got := c.Encode(nil, pcm)[0]
			if got != byte(code) && law.Linear(got) != law.Linear(byte(code)) { // mu-law has two zeros
				t.Errorf("%v: code %#02x -> %v -> %#02x", law, code, pcm[0], got)
			}
		}
	}
}

// Companding keeps the error within half a step: 1/32 of the biased magnitude.
func TestEncodeIsNearest(t *testing.T) {
	for _, law := range laws {
		for v := -32768; v <= 32767; v += 7 {
			got := float64(law.Linear(law.Code(int16(v))))
			limit := math.Max(16, (math.Abs(float64(v))+132)/31)
			if math.Abs(float64(v)) > 32256 {
				limit = 1024
			}
			if math.Abs(got-float64(v)) > limit {
				t.Fatalf("%v: %d coded as %v, off by more than %v", law, v, got, limit)
			}
		}
	}
}

func TestEncodeExtremes(t *testing.T) {
	for _, law := range laws {
		c := g711.New(law)
		in := []float32{2, -2, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN())}
		out := c.Decode(nil, c.Encode(nil, in))
		for i, want := range []float32{1, -1, 1, -1, 0} {
			if math.Abs(float64(out[i]-want)) > 0.02 {
				t.Errorf("%v: %v came back as %v, want about %v", law, in[i], out[i], want)
			}
		}
	}
}

// sox is the independent implementation. It may be missing on a developer's
// machine, never in CI.
func TestAgainstSox(t *testing.T) {
	sox, err := exec.LookPath("sox")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("sox is not installed: apt-get install sox")
		}
		t.Skip("sox is not installed: apt-get install sox")
	}
	codes := make([]byte, 256)
	for i := range codes {
		codes[i] = byte(i)
	}
	for _, law := range laws {
		encoding := map[g711.Law]string{g711.MuLaw: "u-law", g711.ALaw: "a-law"}[law]
		cmd := exec.Command(sox, "-D", "-t", "raw", "-r", "8000", "-c", "1", "-e", encoding, "-b", "8", "-",
			"-t", "raw", "-e", "signed", "-b", "16", "-L", "-")
		cmd.Stdin = bytes.NewReader(codes)
		out, err := cmd.Output()
		if err != nil || len(out) != 512 {
			t.Fatalf("sox: %v, %d bytes of 512", err, len(out))
		}
		for code := range 256 {
			want := int16(binary.LittleEndian.Uint16(out[2*code:]))
			if got := law.Linear(byte(code)); got != want {
				t.Errorf("%v code %#02x = %d, sox %d", law, code, got, want)
			}
		}
	}
}

func TestNoAllocation(t *testing.T) {
	c := g711.New(g711.MuLaw)
	src, dst, back := make([]byte, 160), make([]float32, 0, 160), make([]byte, 0, 160)
	if n := testing.AllocsPerRun(100, func() {
		dst = c.Decode(dst[:0], src)
		back = c.Encode(back[:0], dst)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func ExampleCodec_Decode() {
	c := g711.New(g711.MuLaw)
	fmt.Println(c.Decode(nil, []byte{0x80, 0xFF, 0x00}))
	// Output: [0.9803467 0 -0.9803467]
}
