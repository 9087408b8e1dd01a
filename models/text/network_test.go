package text

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func TestAccumulate(t *testing.T) {
	for name, kernel := range map[string]func(y, x, w []float32){"chosen": accumulate, "generic": accumulateGeneric} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { checkAccumulate(t, kernel) })
		})
	}
}

func checkAccumulate(t *rapid.T, kernel func(y, x, w []float32)) {
	rows, cols := rapid.IntRange(0, 40).Draw(t, "rows"), rapid.IntRange(0, 257).Draw(t, "cols")
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	const guard = 8 // a kernel that writes beyond its columns meets these
	x, w, y := random(rng, rows), random(rng, rows*cols), random(rng, cols+guard)
	want, size := make([]float64, cols), make([]float64, cols)
	for j := range want {
		want[j] = float64(y[j])
		for i := range x {
			product := float64(x[i]) * float64(w[i*cols+j])
			want[j] += product
			size[j] += math.Abs(product)
		}
	}
	after := append([]float32{}, y[cols:]...)
	kernel(y[:cols], x, w)
	for j := range want {
		if math.Abs(float64(y[j])-want[j]) > 1e-5*(size[j]+1) {
			t.Fatalf("column %d of %dx%d: %v, want %v", j, rows, cols, y[j], want[j])
		}
	}
	for i, v := range after {
		if y[cols+i] != v {
			t.Fatalf("%dx%d: wrote %d beyond the last column", rows, cols, i)
		}
	}
}

func random(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

func TestGELU(t *testing.T) {
	table := newGELU()
	for x := -12.0; x <= 12; x += 0.0137 {
		want := x / 2 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
		if got := float64(table.at(float32(x))); math.Abs(got-want) > 3e-5 {
			t.Fatalf("GELU(%v) = %v, want %v", x, got, want)
		}
	}
	for _, x := range []float32{float32(math.Inf(-1)), float32(math.NaN()), -6, -1e30} {
		if got := table.at(x); got != 0 {
			t.Errorf("GELU(%v) = %v, want 0", x, got)
		}
	}
	if got := table.at(math.MaxFloat32); got != math.MaxFloat32 {
		t.Errorf("GELU of the greatest is %v", got)
	}
}

func TestWordPiece(t *testing.T) {
	v, err := parseVocabulary([]byte("[PAD]\n[UNK]\nun\n##able\n##a\n##ble\nable\n\u00e9\n##\u00e9t\n"))
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		word string
		want []int32
	}{
		{"unable", []int32{2, 3}}, {"able", []int32{6}}, {"unabl", []int32{pieceUnknown}}, {"x", []int32{pieceUnknown}},
		{"una", []int32{2, 4}}, {"\u00e9\u00e9t", []int32{7, 8}}, {"unableable", []int32{2, 3, 3}},
	}
	for _, c := range cases {
		s := &Scratch{}
		v.cutWord(s, []byte(c.word))
		if len(s.pieces) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.word, s.pieces, c.want)
			continue
		}
		for i := range c.want {
			if s.pieces[i] != c.want[i] {
				t.Errorf("%s: %v, want %v", c.word, s.pieces, c.want)
			}
		}
	}
}

func TestVocabularyThatIsNone(t *testing.T) {
	for _, b := range []string{"", "[PAD]", "[UNK]\n[PAD]\n", "[PAD]\n[UNK]\na\na\n", "[PAD]\n[UNK]\n\nb\n", "[PAD]\n[UNK]\n\xff\n"} {
		if _, err := parseVocabulary([]byte(b)); !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v, want ErrFormat", b, err)
		}
	}
}

func TestGroupIsAtLeastItsStrongestEmotion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.SliceOfN(rapid.Float64Range(-30, 30), NumEmotions, NumEmotions).Draw(t, "logits")
		for e, group := range ekmanGroups {
			got, strongest, none := anyOf(z, group), math.Inf(-1), 1.0
			for i := range z {
				if group>>i&1 == 1 {
					strongest = max(strongest, z[i])
					none *= 1 / (1 + math.Exp(z[i]))
				}
			}
			if p := 1 / (1 + math.Exp(-got)); got < strongest-1e-6 && got > -20 || math.Abs(p-(1-none)) > 1e-8 {
				t.Fatalf("%s: log-odds %v, strongest %v, 1-none %v", EkmanNames[e], got, strongest, 1-none)
			}
		}
	})
}

// Every emotion is in exactly one group, as in the GoEmotions paper.
func TestGroupsCoverTheEmotions(t *testing.T) {
	var all uint32
	for e, group := range ekmanGroups {
		if all&group != 0 {
			t.Errorf("%s shares an emotion", EkmanNames[e])
		}
		all |= group
	}
	if all != 1<<NumEmotions-1 {
		t.Errorf("groups cover %028b", all)
	}
}
