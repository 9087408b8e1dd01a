package resample

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// sox resamples x with "rate -v", its best filter.
func sox(t *testing.T, from, to int, x []float32) []float32 {
	t.Helper()
	path, err := exec.LookPath("sox")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("sox is missing; make test installs it")
		}
		t.Skip("sox is not installed: apt-get install sox, to compare with it")
	}
	var in, out, msg bytes.Buffer
	if err := binary.Write(&in, binary.LittleEndian, x); err != nil {
		t.Fatal(err)
	}
	raw := []string{"-t", "f32", "-c", "1", "-r"}
	args := append([]string{"-V1", "-D"}, raw...)
	args = append(args, strconv.Itoa(from), "-", "-t", "f32", "-", "rate", "-v", strconv.Itoa(to))
	cmd := exec.Command(path, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &in, &out, &msg
	if err := cmd.Run(); err != nil {
		t.Fatalf("sox %v: %v: %s", args, err, msg.String())
	}
	y := make([]float32, out.Len()/4)
	if err := binary.Read(&out, binary.LittleEndian, y); err != nil {
		t.Fatal(err)
	}
	return y
}

// sweep goes linearly from 50 Hz to top over n samples.
func sweep(top float64, rate, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		s := float64(i) / float64(rate)
		x[i] = float32(0.5 * math.Sin(2*math.Pi*(50*s+(top-50)*s*s*float64(rate)/float64(2*n))))
	}
	return x
}

// chord is band-limited noise: 50 tones of random frequency below top and
// random phase.
func chord(top float64, rate, n int) []float32 {
	rng := rand.New(rand.NewPCG(5, 9))
	x := make([]float64, n)
	for range 50 {
		w, phase := 2*math.Pi*top*rng.Float64()/float64(rate), 2*math.Pi*rng.Float64()
		for i := range x {
			x[i] += 0.04 * math.Sin(w*float64(i)+phase)
		}
	}
	y := make([]float32, n)
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

// Within the pass band our output is that of sox, at the same place.
func TestAgreesWithSox(t *testing.T) {
	for _, p := range [][2]int{{8000, 16000}, {16000, 8000}, {11025, 8000}, {22050, 8000}, {32000, 16000}, {44100, 8000}, {44100, 16000}, {48000, 8000}, {48000, 16000}, {44056, 16000}} {
		from, to := p[0], p[1]
		top := 0.88 * float64(min(from, to)) / 2
		for name, x := range map[string][]float32{"sweep": sweep(top, from, from/2), "noise": chord(top, from, from/4)} {
			t.Run(fmt.Sprintf("%d-%d/%s", from, to, name), func(t *testing.T) {
				got, want := whole(t, from, to, x), sox(t, from, to, x)
				if d := len(got) - len(want); d < -1 || d > 1 {
					t.Errorf("%d samples, sox gives %d", len(got), len(want))
				}
				db := errorDB(got, want, to/20)
				t.Logf("difference from sox: %.1f dB", db)
				if db > -75 {
					t.Errorf("differs from sox by %.1f dB, want <= -75", db)
				}
			})
		}
	}
}
