package textbench

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func TestAUC(t *testing.T) {
	cases := []struct {
		y, s []float64
		want float64
	}{
		{[]float64{0, 0, 1, 1}, []float64{1, 2, 3, 4}, 1},
		{[]float64{1, 1, 0, 0}, []float64{1, 2, 3, 4}, 0},
		{[]float64{0, 1, 0, 1}, []float64{5, 5, 5, 5}, .5},
		{[]float64{0, 1, 0, 1}, []float64{1, 2, 3, 4}, .75},
		{[]float64{0, 1, 1}, []float64{1, 1, 2}, .75},
	}
	for _, c := range cases {
		if got := AUC(c.y, c.s); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("AUC(%v, %v) = %v, want %v", c.y, c.s, got, c.want)
		}
	}
	if got := AUC([]float64{1, 1}, []float64{1, 2}); !math.IsNaN(got) {
		t.Errorf("AUC of one class is %v, want NaN", got)
	}
}

// AUC is the share of pairs in the right order: the definition, against the ranks.
func TestAUCCountsPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 40).Draw(t, "n")
		y, s := make([]float64, n), make([]float64, n)
		for i := range n {
			y[i] = float64(rapid.IntRange(0, 1).Draw(t, "y"))
			s[i] = float64(rapid.IntRange(0, 9).Draw(t, "s"))
		}
		var right, pairs float64
		for i := range n {
			for j := range n {
				if y[i] > y[j] {
					pairs++
					if s[i] > s[j] {
						right++
					} else if s[i] == s[j] {
						right += .5
					}
				}
			}
		}
		if pairs > 0 && math.Abs(AUC(y, s)-right/pairs) > 1e-9 {
			t.Fatalf("AUC %v, pairs %v", AUC(y, s), right/pairs)
		}
	})
}

func TestPearsonAndECE(t *testing.T) {
	if r := Pearson([]float64{1, 2, 3}, []float64{2, 4, 6}); math.Abs(r-1) > 1e-12 {
		t.Errorf("r %v, want 1", r)
	}
	if r := Pearson([]float64{1, 2, 3}, []float64{3, 2, 1}); math.Abs(r+1) > 1e-12 {
		t.Errorf("r %v, want -1", r)
	}
	y, p := make([]float64, 100), make([]float64, 100)
	for i := range p {
		p[i] = .9
		y[i] = float64(i % 2)
	}
	if e := ECE(y, p); math.Abs(e-.4) > 1e-12 {
		t.Errorf("ECE %v, want .4", e)
	}
}

func TestThresholdOfClassesApart(t *testing.T) {
	var y, p []float64
	for i := range 400 {
		y, p = append(y, float64(i%2)), append(p, .1+.7*float64(i%2))
	}
	if cut := Threshold(y, p); math.Abs(cut-.45) > 1e-9 {
		t.Errorf("cut %v, want the middle of .1 and .8", cut)
	}
}

// Of calibrated probabilities the cut with the greatest F1 is half of that F1 (Lipton et al. 2014).
func TestThresholdOfCalibratedProbabilities(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var y, p []float64
	var rows []int
	for i := range 4000 {
		q, yes := rng.Float64(), 0.0
		if rng.Float64() < q {
			yes = 1
		}
		y, p, rows = append(y, yes), append(p, q), append(rows, i)
	}
	cut := Threshold(y, p)
	if want := F1(y, p, cut, rows) / 2; math.Abs(cut-want) > .05 {
		t.Errorf("cut %v, half of F1 is %v", cut, want)
	}
}

func TestBestCut(t *testing.T) {
	y, p := []float64{0, 1, 0, 1, 1}, []float64{.1, .2, .3, .6, .9}
	cut := bestCut(y, p)
	if f := F1(y, p, cut, []int{0, 1, 2, 3, 4}); math.Abs(f-6./7) > 1e-12 || cut <= .1 || cut >= .2 {
		t.Errorf("cut %v, F1 %v", cut, f)
	}
}

func TestBootstrapDrawsGroups(t *testing.T) {
	groups := []string{"a", "a", "a", "b", "", ""}
	got := Bootstrap(groups, 200, func(rows []int) float64 {
		count := map[int]int{}
		for _, r := range rows {
			count[r]++
		}
		if count[0] != count[1] || count[1] != count[2] {
			t.Fatalf("a group was drawn in part: %v", rows)
		}
		return float64(len(rows))
	})
	if got.Value != 6 || got.N != 6 || got.Low >= got.High {
		t.Errorf("%+v", got)
	}
}

// The split's hash is that of the training code: values computed by `fnv1a` in models/train/corpus.py.
func TestBucket(t *testing.T) {
	for key, want := range map[string]uint32{"": 725515275, "a": 444641715, "tweets/1": 1240205945, "sad/nobody called me back. again.": 1273059320} {
		if got := bucket(key, 1<<31); got != want {
			t.Errorf("%q: %d, want %d", key, got, want)
		}
	}
}
