package prosody_test

import (
	"path/filepath"
	"testing"

	"github.com/attune-cx/attune/features"
)

// TestSpectralConformance compares the columns of the 20 ms window with
// openSMILE's, row by row. The last two rows of its files are artefacts, and its
// flux counts the first frame, which has none before it, as 0: hence from row 2.
func TestSpectralConformance(t *testing.T) {
	dir := golden(t)
	columns := []features.Column{
		features.Loudness, features.AlphaRatio, features.Hammarberg, features.Slope0To500, features.Slope500To1500,
		features.SpectralFlux, features.MFCC1, features.MFCC2, features.MFCC3, features.MFCC4,
	}
	for _, rate := range []string{"16k", "8k"} {
		worst := make([]float64, len(columns))
		ratios := make([][]float64, len(columns))
		for i := range worst {
			worst[i] = 1
		}
		for _, name := range clips(t, dir, rate) {
			hz, pcm := readWAV(t, filepath.Join(dir, "audio", rate, name+".wav"))
			rows := analyse(t, hz, pcm)
			ref := readTable(t, filepath.Join(dir, "opensmile", rate, name+".lld.csv"), ';')
			for i, c := range columns {
				want := ref[c.String()]
				want = want[2 : len(want)-2]
				r, ratio := correlate(columnOf(rows, c)[2:], want)
				worst[i] = min(worst[i], r)
				ratios[i] = append(ratios[i], ratio)
				if !(r >= 0.999) {
					t.Errorf("%s %s %v: r = %.5f, want 0.999", rate, name, c, r)
				}
			}
		}
		for i, c := range columns {
			t.Logf("%s %-24v worst r %.5f, ratio of norms %.4f", rate, c, worst[i], median(ratios[i]))
		}
	}
}
