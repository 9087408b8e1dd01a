package pitch

import (
	"math"
	"testing"

	"github.com/attune-cx/attune/internal/testsignal"
)

func TestScore(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		name          string
		reference     []float32 // at 0, 15, 30, 45 ms
		rows          []float32 // at 10, 20, 30, 40, 50 ms
		gpe, vde, ffe float64
	}{
		{"right", []float32{0, 100, 100, 0}, []float32{101, 99, 100, 0, 0}, 0, 0, 0},
		{"octave up at 30 ms", []float32{0, 100, 100, 0}, []float32{100, 100, 200, 0, 0}, 50, 0, 25},
		{"just within 20 %", []float32{0, 100, 100, 0}, []float32{119, 119, 81, 0, 0}, 0, 0, 0},
		{"half of a frame between two rows", []float32{0, 100, 100, 0}, []float32{100, 0, 100, 0, 0}, 0, 12.5, 12.5},
		{"voiced in silence", []float32{0, 0, 0, 0}, []float32{0, 0, 100, 0, 0}, 0, 25, 25},
		{"null is unvoiced", []float32{0, 100, 100, 0}, []float32{nan, nan, 100, 0, 0}, 0, 25, 25},
		{"no rows", []float32{0, 0, 100, 0}, nil, 0, 25, 25},
		{"out of range is left out", []float32{0, 501, 59, 0}, []float32{0, 0, 0, 0, 0}, 0, 0, 0},
	} {
		var s Score
		s.Add(c.reference, c.rows)
		if s.GPE() != c.gpe || s.VDE() != c.vde || s.FFE() != c.ffe {
			t.Errorf("%s: %v, want GPE %v VDE %v FFE %v", c.name, s, c.gpe, c.vde, c.ffe)
		}
	}
}

// A generated voice, resampled and sent through each condition, is found by the whole chain.
func TestConditionsOnGeneratedSpeech(t *testing.T) {
	u := testsignal.Speaker{Rate: 20000, F0Hz: 120, Seed: 2}.Speak(6)
	clip := Clip{Name: "generated", Rate: 20000, Samples: u.Samples}
	for i := 0; i*15 < 6000-20; i++ {
		clip.Reference = append(clip.Reference, u.F0[max(i*15/10-1, 0)])
	}
	var lines Lines
	for _, c := range Conditions {
		inputs, err := lines.Inputs([]Clip{clip}, c)
		if err != nil {
			t.Fatal(err)
		}
		if want := 6 * c.Rate; len(inputs[0].Samples) != want || len(inputs[0].Lost) != 600 {
			t.Fatalf("%s: %d samples, %d blocks, want %d and 600", c.Name, len(inputs[0].Samples), len(inputs[0].Lost), want)
		}
		rows, err := Rows(trackerConfig(c), inputs)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows[0]) != 600 {
			t.Fatalf("%s: %d rows for 600 blocks", c.Name, len(rows[0]))
		}
		var s Score
		s.Add(clip.Reference, rows[0])
		if s.GPE() > 2 || s.FFE() > 15 {
			t.Errorf("%s: %v", c.Name, s)
		}
	}
}

func TestDropLosesPairs(t *testing.T) {
	lost := Condition{LossRatio: 0.05}.drop(20001, 1)
	n := 0
	for b := 0; b+1 < len(lost); b += 2 {
		if lost[b] != lost[b+1] {
			t.Fatalf("block %d is lost and its packet is not", b)
		}
		if lost[b] {
			n++
		}
	}
	if share := float64(n) / 10000; share < 0.04 || share > 0.06 {
		t.Errorf("%.3f of packets lost, want 0.05", share)
	}
}
