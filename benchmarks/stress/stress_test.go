package stress

import (
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/attune-cx/attune/models/stressvoice"
	"github.com/attune-cx/attune/scoring/voice"
	"pgregory.net/rapid"
)

var full = flag.Bool("full", false, "judge all actors, not two")

func TestStatistics(t *testing.T) {
	s := func(y bool, llr float64) Scored { return Scored{Speaker: "a", True: y, LLR: llr} }
	for _, tc := range []struct {
		name     string
		in       []Scored
		auc, uar float64
	}{
		{"apart", []Scored{s(true, 2), s(true, 1), s(false, -1), s(false, -2)}, 1, 1},
		{"turned round", []Scored{s(true, -2), s(false, 2)}, 0, 0},
		{"ties are half", []Scored{s(true, 1), s(false, 1)}, .5, .5},
		{"three of four pairs", []Scored{s(true, 3), s(true, .5), s(false, 1), s(false, -1)}, .75, .75},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := AUC(tc.in); got != tc.auc {
				t.Errorf("AUC %v, want %v", got, tc.auc)
			}
			if got := UAR(tc.in); got != tc.uar {
				t.Errorf("UAR %v, want %v", got, tc.uar)
			}
		})
	}
}

func TestECE(t *testing.T) {
	var right, sure []Scored
	for i := range 1000 {
		right = append(right, Scored{True: i%4 != 0, LLR: math.Log(3)}, Scored{True: i%4 == 0, LLR: -math.Log(3)})
		sure = append(sure, Scored{True: i%2 == 0, LLR: 20})
	}
	if got := ECE(right); got > .02 {
		t.Errorf("%v of what is right three times in four", got)
	}
	if got := ECE(sure); math.Abs(got-.5) > .02 {
		t.Errorf("%v of what is sure and wrong half the time", got)
	}
}

func TestAUCLooksAtRanksAlone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		llr := rapid.SliceOfN(rapid.IntRange(-30, 30), 4, 40).Draw(rt, "llr")
		var a, b []Scored
		for i, x := range llr {
			a = append(a, Scored{True: i%2 == 0, LLR: float64(x)})
			b = append(b, Scored{True: i%2 == 0, LLR: 2*float64(x) + 7})
		}
		if x, y := AUC(a), AUC(b); math.Abs(x-y) > 1e-12 {
			rt.Fatalf("%v and %v", x, y)
		}
	})
}

func TestIntervalHoldsTheMean(t *testing.T) {
	var s []Scored
	for i := range 400 {
		s = append(s, Scored{Speaker: string(rune('a' + i%8)), True: i%2 == 0, LLR: float64(i%7) - 3 + float64(i%2)*-.5})
	}
	low, high := Interval([][]Scored{s, s}, 200, 1, AUC)
	if a := AUC(s); !(low <= a && a <= high) {
		t.Errorf("%v is not in [%v, %v]", a, low, high)
	}
}

func TestShrunkBaseline(t *testing.T) {
	m := &stressvoice.Model{Prior: 2, Clusters: []stressvoice.Cluster{
		{F0MedianSemitones: 24, Mean: make([]float64, voice.NumFeatures)},
		{F0MedianSemitones: 36, Mean: make([]float64, voice.NumFeatures)},
	}}
	m.Clusters[1].Mean[0] = 35
	high, unvoiced := voice.Vector{38, 38}, voice.Vector{math.NaN(), 38}
	if got := Shrunk(m, []voice.Vector{high, high, unvoiced})[0]; got != (2*38+2*35.)/4 {
		t.Errorf("%v", got)
	}
}

func TestCorpusAbsent(t *testing.T) {
	if _, err := EmoDB(t.TempDir()); !errors.Is(err, ErrCorpus) {
		t.Error(err)
	}
	if _, err := Ravdess(t.TempDir()); !errors.Is(err, ErrCorpus) {
		t.Error(err)
	}
}

// The shipped model on actors it never heard, in another language. Two actors by
// default; with -full all of them, and the gates of the model's card.
func TestShippedModelOnRAVDESS(t *testing.T) {
	if testing.Short() {
		t.Skip("measures a hundred clips")
	}
	clips, err := Ravdess(data(t))
	if err != nil {
		t.Fatal(err)
	}
	if !*full {
		clips = only(clips, "05", "12")
	}
	model, err := stressvoice.Load()
	if err != nil {
		t.Fatal(err)
	}
	stats, err := Extract(clips)
	if err != nil {
		t.Fatal(err)
	}
	var orders [][]Scored
	for seed := range 5 {
		orders = append(orders, Judge(model, clips, stats, uint64(seed)))
	}
	r := Measure(orders)
	t.Logf("%+v", r)
	if r.AUC < .80 || r.UAR < .70 {
		t.Errorf("AUC %.3f, UAR %.3f: below .80, .70", r.AUC, r.UAR)
	}
	if *full && (r.AUC < .86 || r.UAR < .76 || math.Abs(r.SexGap) > .08) {
		t.Errorf("AUC %.3f, UAR %.3f, gap %.3f: worse than .86, .76, .08", r.AUC, r.UAR, r.SexGap)
	}
}

func only(clips []Clip, speakers ...string) (out []Clip) {
	for _, c := range clips {
		for _, s := range speakers {
			if c.Speaker == s {
				out = append(out, c)
			}
		}
	}
	return out
}

// data finds the evaluation data beside the repository.
func data(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	dir = filepath.Join(dir, "..", "shared", "data", "speech", "ravdess_8k")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the evaluation data is not here: %v", err)
	}
	return dir
}
