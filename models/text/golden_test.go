package text

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// golden is what models/train/export.py wrote: texts of our own and what the
// training code makes of them.
type golden struct {
	Heads     []string
	Tolerance float64
	Rows      []struct {
		Text    string
		Words   []string
		Pieces  []int32
		Outputs []float64
	}
}

func readGolden(t *testing.T) golden {
	t.Helper()
	b, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func mustLoad(t testing.TB) *Model {
	t.Helper()
	m, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// flat lists the outputs in the order of the heads.
func flat(o *Outputs) []float32 {
	out := append(append([]float32{}, o.Emotions[:]...), o.Ekman[:]...)
	return append(out, o.Stressor, o.Severity, o.Valence, o.Empathy, o.Distress,
		o.EmotionalReaction, o.Interpretation, o.Exploration, o.Stress)
}

func TestGolden(t *testing.T) {
	g, m := readGolden(t), mustLoad(t)
	if diff := cmp.Diff(g.Heads, headNames()); diff != "" {
		t.Fatal(diff)
	}
	s := m.NewScratch()
	for _, row := range g.Rows {
		var out Outputs
		m.Infer(row.Text, &out, s)
		if diff := cmp.Diff(row.Words, firstWords(s, 12)); diff != "" {
			t.Errorf("%.40q: words differ from the reference tokenizer's:\n%s", row.Text, diff)
			continue
		}
		if diff := cmp.Diff(row.Pieces, append([]int32{}, s.pieces[:min(16, len(s.pieces))]...)); diff != "" {
			t.Errorf("%.40q: pieces differ from the reference tokenizer's:\n%s", row.Text, diff)
		}
		for h, got := range flat(&out) {
			if math.Abs(float64(got)-row.Outputs[h]) > g.Tolerance {
				t.Errorf("%.40q: %s is %.6f, training code says %.6f", row.Text, g.Heads[h], got, row.Outputs[h])
			}
		}
	}
}

func firstWords(s *Scratch, n int) []string {
	out := []string{}
	for _, w := range s.words[:min(n, len(s.words))] {
		out = append(out, string(s.buf[w.begin:w.end]))
	}
	return out
}
