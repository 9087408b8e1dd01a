package prosody_test

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/attune-cx/attune/features"
)

// keyed reads one value of a key-value table of Praat's.
func keyed(t *testing.T, path, key string) float64 {
	t.Helper()
	f := readText(t, path)
	for i, k := range f["key"] {
		if k == key {
			return number(f["value"][i])
		}
	}
	t.Fatalf("%s has no %s", path, key)
	return 0
}

// at returns the value of a time series at a time, NaN where no sample lies
// within 5.1 ms.
func at(times, values []float64, s float64) float64 {
	best := math.NaN()
	near := 0.0051
	for i, x := range times {
		if d := math.Abs(x - s); d < near {
			near, best = d, values[i]
		}
	}
	return best
}

func meanOf(rows []features.Hop, c features.Column) float64 {
	sum, n := 0., 0.
	for i := range rows {
		if v := float64(rows[i].V[c]); rows[i].Voiced() && !math.IsNaN(v) && v != 0 {
			sum, n = sum+v, n+1
		}
	}
	return sum / n
}

// TestVoiceAgainstPraat compares jitter, shimmer and HNR by clip, HNR by row.
func TestVoiceAgainstPraat(t *testing.T) {
	dir := golden(t)
	for _, rate := range []string{"16k", "8k", "tel8"} {
		var jitter, shimmer, hnr, rows [2][]float64
		for _, name := range clips(t, dir, rate) {
			hz, pcm := readWAV(t, filepath.Join(dir, "audio", rate, name+".wav"))
			got := analyse(t, hz, pcm)
			path := filepath.Join(dir, "praat", rate, name)
			jitter[0] = append(jitter[0], meanOf(got, features.JitterLocal))
			jitter[1] = append(jitter[1], keyed(t, path+".voice.tsv", "jitter_local"))
			shimmer[0] = append(shimmer[0], meanOf(got, features.ShimmerDB))
			shimmer[1] = append(shimmer[1], keyed(t, path+".voice.tsv", "shimmer_local_dB"))
			ref := readTable(t, path+".hnr_cc.tsv", '\t')
			var sum [2]float64
			n := 0.
			for i := range got {
				v := float64(got[i].V[features.HNRDB])
				want := at(ref["time_s"], ref["hnr_dB"], float64(i+1)*0.01)
				if !got[i].Voiced() || math.IsNaN(v) || math.IsNaN(want) || want < -150 {
					continue
				}
				rows[0], rows[1] = append(rows[0], v), append(rows[1], want)
				sum[0], sum[1], n = sum[0]+v, sum[1]+want, n+1
			}
			hnr[0], hnr[1] = append(hnr[0], sum[0]/n), append(hnr[1], sum[1]/n)
			t.Logf("%s %s: jitter %.4f (%.4f), shimmer %.3f (%.3f), HNR %.2f (%.2f)", rate, name,
				last(jitter[0]), last(jitter[1]), last(shimmer[0]), last(shimmer[1]), last(hnr[0]), last(hnr[1]))
		}
		for _, c := range []struct {
			name string
			x    [2][]float64
			need float64
		}{{"jitter by clip", jitter, 0.8}, {"shimmer by clip", shimmer, 0.8}, {"HNR by clip", hnr, 0.9}, {"HNR by row", rows, 0.85}} {
			r, ratio := correlate(c.x[0], c.x[1])
			t.Logf("%s %s: r %.3f, ratio of norms %.3f", rate, c.name, r, ratio)
			if rate == "16k" && !(r >= c.need) {
				t.Errorf("%s %s: r = %.3f, want %.1f", rate, c.name, r, c.need)
			}
		}
	}
}

func last(x []float64) float64 { return x[len(x)-1] }

// TestFormantsAgainstPraat compares frequencies and bandwidths in frames that both
// take for voiced.
func TestFormantsAgainstPraat(t *testing.T) {
	dir := golden(t)
	columns := []struct {
		c    features.Column
		name string
		need float64
	}{
		{features.F1Frequency, "F1", 50}, {features.F1Bandwidth, "B1", 80},
		{features.F2Frequency, "F2", 100}, {features.F2Bandwidth, "B2", math.Inf(1)},
		{features.F3Frequency, "F3", math.Inf(1)}, {features.F3Bandwidth, "B3", math.Inf(1)},
	}
	for _, rate := range []string{"16k", "8k", "tel8"} {
		diff := map[string][]float64{}
		var x, y = map[string][]float64{}, map[string][]float64{}
		for _, name := range clips(t, dir, rate) {
			hz, pcm := readWAV(t, filepath.Join(dir, "audio", rate, name+".wav"))
			path := filepath.Join(dir, "praat", rate, name)
			ref, pitch := readTable(t, path+".formant.tsv", '\t'), readTable(t, path+".pitch_cc.tsv", '\t')
			for i, h := range analyse(t, hz, pcm) {
				s := float64(i+1) * 0.01
				if !h.Voiced() || !(at(pitch["time_s"], pitch["f0_hz"], s) > 0) {
					continue
				}
				for _, c := range columns {
					v, want := float64(h.V[c.c]), at(ref["time_s"], ref[c.name], s)
					if !math.IsNaN(v) && !math.IsNaN(want) {
						diff[c.name] = append(diff[c.name], math.Abs(v-want))
						x[c.name], y[c.name] = append(x[c.name], v), append(y[c.name], want)
					}
				}
			}
		}
		for _, c := range columns {
			r, _ := correlate(x[c.name], y[c.name])
			t.Logf("%s %s: median difference %.0f Hz, r %.2f, medians %.0f and %.0f Hz, %d rows", rate, c.name,
				median(diff[c.name]), r, median(x[c.name]), median(y[c.name]), len(diff[c.name]))
			if m := median(diff[c.name]); rate == "16k" && m > c.need {
				t.Errorf("%s %s: median difference %.0f Hz, want at most %.0f", rate, c.name, m, c.need)
			}
		}
	}
}
