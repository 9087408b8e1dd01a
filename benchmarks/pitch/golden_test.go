package pitch

import (
	"bufio"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	tracker "github.com/attune-cx/attune/features/pitch"
)

// Clips of other speakers and languages have no laryngograph; where Praat's two
// methods agree their value is taken for the truth (GPE), and where both agree on
// voicing so is that (VDE).
func TestGoldenAgainstPraat(t *testing.T) {
	dir, err := SharedData("golden")
	if err != nil {
		t.Skipf("needs ../shared/data/golden: %v", err)
	}
	for _, c := range []struct {
		kind     string
		rate     int
		gpe, vde float64 // most allowed, percent, over all clips
	}{{"16k", 16000, 1.5, 4}, {"8k", 8000, 1.5, 4}, {"tel8", 8000, 3, 6}} {
		paths, err := filepath.Glob(filepath.Join(dir, "audio", c.kind, "*.wav"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no clips of kind %s: %v", c.kind, err)
		}
		var all agreement
		for _, path := range paths {
			x, rate, err := LoadMono(path)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.TrimSuffix(filepath.Base(path), ".wav")
			rows, err := Rows(tracker.Config{Rate: rate}, []Input{{Samples: x}})
			if err != nil {
				t.Fatal(err)
			}
			var one agreement
			// the telephone takes what a voice is from the clean clip
			ac := praat(t, filepath.Join(dir, "praat", "16k", name+".pitch_ac.tsv"))
			cc := praat(t, filepath.Join(dir, "praat", "16k", name+".pitch_cc.tsv"))
			for k, got := range rows[0] {
				at := float64(k+1) * rowStep
				one.add(got, ac.at(at), cc.at(at))
			}
			t.Logf("%-5s %-14s GPE %5.2f VDE %5.2f (false %.2f missed %.2f) of %d rows", c.kind, name, percent(one.up+one.down, one.both), percent(one.false+one.missed, one.rows), percent(one.false, one.rows), percent(one.missed, one.rows), one.rows)
			all.join(one)
		}
		gpe, vde := percent(all.up+all.down, all.both), percent(all.false+all.missed, all.rows)
		t.Logf("%-5s all: GPE %.2f VDE %.2f", c.kind, gpe, vde)
		if gpe > c.gpe || vde > c.vde {
			t.Errorf("%s: GPE %.2f %% (at most %.1f), VDE %.2f %% (at most %.1f)", c.kind, gpe, c.gpe, vde, c.vde)
		}
	}
}

// table is a Praat pitch track: seconds and Hz, 0 = unvoiced.
type table struct{ times, f0 []float64 }

// at is the value of the frame nearest to t, 0 beyond the ends.
func (p table) at(t float64) float32 {
	for i, u := range p.times {
		if math.Abs(u-t) <= rowStep/2+1e-9 {
			return float32(p.f0[i])
		}
	}
	return 0
}

func praat(t *testing.T, path string) table {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var p table
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		at, err := strconv.ParseFloat(fields[0], 64)
		if err != nil {
			continue // the header
		}
		f0, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		p.times, p.f0 = append(p.times, at), append(p.f0, f0)
	}
	return p
}
