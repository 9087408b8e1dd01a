package text

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestAccumulate(t *testing.T) {
	value := rapid.Float32Range(-4, 4)
	rapid.Check(t, func(t *rapid.T) {
		rows, cols := rapid.IntRange(0, 37).Draw(t, "rows"), rapid.IntRange(1, 70).Draw(t, "cols")
		x := rapid.SliceOfN(value, rows, rows).Draw(t, "x")
		w := rapid.SliceOfN(value, rows*cols, rows*cols).Draw(t, "w")
		y := rapid.SliceOfN(value, cols, cols).Draw(t, "y")
		want := make([]float64, cols)
		for j := range want {
			want[j] = float64(y[j])
			for i := range x {
				want[j] += float64(x[i]) * float64(w[i*cols+j])
			}
		}
		accumulate(y, x, w)
		for j := range want {
			if math.Abs(float64(y[j])-want[j]) > 1e-3 {
				t.Fatalf("column %d of %dx%d: %v, want %v", j, rows, cols, y[j], want[j])
			}
		}
	})
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
