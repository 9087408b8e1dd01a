package prosody_test

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/attune-cx/attune/internal/testsignal"
)

// framed surrounds pcm by a second of line noise of the level on either side,
// which runs through below it too.
func framed(pcm []float32, rate int, noiseDBFS float64) []float32 {
	x := testsignal.Noise(rate, 2+float64(len(pcm))/float64(rate), noiseDBFS, 11)
	testsignal.Mix(x, pcm, rate)
	return x
}

// loudHops marks the hops of the clean clip within 28 dB of its loudest, which
// stand for speech; the clips are clean studio recordings.
func loudHops(pcm []float32, rate int) []bool {
	n := rate / 100
	level := make([]float64, len(pcm)/n)
	top := math.Inf(-1)
	for i := range level {
		end := min((i+2)*n, len(pcm))
		level[i] = 20 * math.Log10(testsignal.RMS(pcm[i*n:end])+1e-9)
		top = max(top, level[i])
	}
	out := make([]bool, len(level))
	for i, l := range level {
		out[i] = l > top-28
	}
	return out
}

// TestActivity measures the share of loud hops that are missed, of hops far from
// them that are taken for speech, and how well the first and last hop are met.
func TestActivity(t *testing.T) {
	dir := golden(t)
	for _, c := range []struct {
		rate             string
		noise            float64
		mostMiss, mostFA float64 // %; at -40 dBFS a third of the reference lies below the noise
	}{{"16k", -65, 6, 4}, {"8k", -65, 6, 3}, {"tel8", -65, 2, 1}, {"tel8", -50, 7, 1}, {"tel8", -40, 30, 12}} {
		var miss, fa, speech, rest float64
		var begin, end []float64
		for _, name := range clips(t, dir, c.rate) {
			rate, pcm := readWAV(t, filepath.Join(dir, "audio", c.rate, name+".wav"))
			ref := loudHops(pcm, rate)
			rows := analyse(t, rate, framed(pcm, rate, c.noise))
			first, last, gotFirst, gotLast := -1, 0, -1, 0
			for i := range rows {
				want := i >= 100 && i < 100+len(ref) && ref[i-100]
				got := rows[i].Speech()
				near := false // pauses of up to 150 ms within speech count as neither
				for j := i - 15; j <= i+15 && !want; j++ {
					near = near || j >= 100 && j < 100+len(ref) && ref[j-100]
				}
				if want {
					speech++
					if first < 0 {
						first = i
					}
					last = i
					if !got {
						miss++
					}
				} else if !near {
					rest++
					if got {
						fa++
					}
				}
				if got {
					if gotFirst < 0 {
						gotFirst = i
					}
					gotLast = i
				}
			}
			begin = append(begin, float64(gotFirst-first)*10)
			end = append(end, float64(gotLast-last)*10)
		}
		t.Logf("%s, noise %g dBFS: miss %.1f %%, false %.1f %%, begin off by %v ms, end by %v ms",
			c.rate, c.noise, 100*miss/speech, 100*fa/rest, begin, end)
		if 100*miss/speech > c.mostMiss || 100*fa/rest > c.mostFA {
			t.Errorf("%s, noise %g dBFS: want at most %g and %g %%", c.rate, c.noise, c.mostMiss, c.mostFA)
		}
		if c.noise < -60 && (math.Abs(median(begin)) > 50 || math.Abs(median(end)) > 60) {
			t.Errorf("%s, noise %g dBFS: begin off by %v, end by %v ms at the median", c.rate, c.noise, median(begin), median(end))
		}
	}
}
