// Package prosody_test measures the accuracy of the prosody engine against the
// reference outputs in ../shared/data/golden, which are for evaluation only and
// never part of the repository. Its tests skip where they are absent.
package prosody_test

import (
	"encoding/binary"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/features/prosody"
)

// golden returns the folder of reference data, or skips.
func golden(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, e := os.Stat(filepath.Join(dir, "go.mod")); e == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", "data", "golden")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no reference data: %v", err)
	}
	return path
}

// clips lists the names of the golden clips.
func clips(t *testing.T, dir, rate string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "audio", rate, "*.wav"))
	if err != nil || len(files) == 0 {
		t.Skipf("no clips of rate %s in the reference data", rate)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".wav")
	}
	return files
}

// readWAV reads 16-bit mono PCM with the plain 44-byte header of the golden clips.
func readWAV(t *testing.T, path string) (rate int, pcm []float32) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rate = int(binary.LittleEndian.Uint32(b[24:]))
	for at := 44; at+1 < len(b); at += 2 {
		pcm = append(pcm, float32(int16(binary.LittleEndian.Uint16(b[at:])))/32768)
	}
	return rate, pcm
}

// analyse runs a whole clip through one lane.
func analyse(t *testing.T, rate int, pcm []float32) []features.Hop {
	t.Helper()
	g, err := prosody.NewGroup(prosody.Config{Rate: rate, Lanes: 1})
	if err != nil {
		t.Fatal(err)
	}
	lane, _ := g.Join()
	var rows []features.Hop
	var h features.Hop
	n := rate / 100
	for i := 0; (i+1)*n <= len(pcm); i++ {
		b := audio.Block{At: time.Duration(i) * audio.Step, Rate: rate, Samples: pcm[i*n : (i+1)*n]}
		g.Put(lane, &b)
		g.Run()
		if g.Take(lane, &h) {
			rows = append(rows, h)
		}
	}
	g.Flush(lane, func(h *features.Hop) { rows = append(rows, *h) })
	return rows
}

// table is a reference file: columns by name.
type table map[string][]float64

func readTable(t *testing.T, path string, comma rune) table {
	t.Helper()
	out := table{}
	for name, cells := range readCells(t, path, comma) {
		for _, c := range cells {
			out[name] = append(out[name], number(c))
		}
	}
	return out
}

// readText reads a tab-separated table as it stands.
func readText(t *testing.T, path string) map[string][]string { return readCells(t, path, '\t') }

func readCells(t *testing.T, path string, comma rune) map[string][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = comma, true
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for c, name := range all[0] {
		for _, row := range all[1:] {
			out[name] = append(out[name], row[c])
		}
	}
	return out
}

// number reads a value; what is none (undefined, a name) is NaN.
func number(cell string) float64 {
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// correlate returns Pearson's r and the ratio of norms over pairs that are both
// numbers.
func correlate(x, y []float64) (r, ratio float64) {
	var n, sx, sy, sxx, syy, sxy float64
	for i := range min(len(x), len(y)) {
		if math.IsNaN(x[i]) || math.IsNaN(y[i]) {
			continue
		}
		n++
		sx, sy = sx+x[i], sy+y[i]
		sxx, syy, sxy = sxx+x[i]*x[i], syy+y[i]*y[i], sxy+x[i]*y[i]
	}
	vx, vy := sxx-sx*sx/n, syy-sy*sy/n
	return (sxy - sx*sy/n) / math.Sqrt(vx*vy), math.Sqrt(sxx / syy)
}

func columnOf(rows []features.Hop, c features.Column) []float64 {
	out := make([]float64, len(rows))
	for i := range rows {
		out[i] = float64(rows[i].V[c])
	}
	return out
}

func median(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	s := append([]float64(nil), x...)
	sort.Float64s(s)
	return s[len(s)/2]
}
