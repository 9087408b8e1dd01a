package text

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"math"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/attune-cx/attune/models"
)

func TestInferAllocatesNothing(t *testing.T) {
	m := mustLoad(t)
	s := m.NewScratch()
	var out Outputs
	texts := []string{"", "I have called three times, and still no refund!", strings.Repeat("größer 東京 ", 900), "\xff\xfe bad"}
	for _, text := range texts {
		m.Infer(text, &out, s)
	}
	for _, text := range texts {
		if n := testing.AllocsPerRun(20, func() { m.Infer(text, &out, s) }); n != 0 {
			t.Errorf("%.20q: %v allocations, want 0", text, n)
		}
	}
}

// checkOutputs fails unless every output is in its documented range.
func checkOutputs(t interface{ Fatalf(string, ...any) }, text string, o *Outputs) {
	for h, v := range flat(o) {
		low := float32(0)
		if h == headValence {
			low = -1
		}
		if !(v >= low && v <= 1) {
			t.Fatalf("%.40q: output %d is %v, want %v..1", text, h, v, low)
		}
	}
}

func TestAnyTextGivesOutputsInRange(t *testing.T) {
	m := mustLoad(t)
	s := m.NewScratch()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		var first, again Outputs
		m.Infer(text, &first, s)
		checkOutputs(t, text, &first)
		m.Infer(rapid.String().Draw(t, "between"), &again, s)
		m.Infer(text, &again, m.NewScratch())
		if first != again {
			t.Fatalf("%q: outputs depend on what was read before", text)
		}
	})
}

func TestCaseAndSpacingDoNotMatter(t *testing.T) {
	m := mustLoad(t)
	s := m.NewScratch()
	var a, b Outputs
	m.Infer("I am worried about my claim, please help.", &a, s)
	m.Infer("  I AM\tworried\u200b about my\n\nCLAIM ,  pleáse help .", &b, s)
	if a != b {
		t.Errorf("stress %v and %v for one text in two dresses", a.Stress, b.Stress)
	}
}

func TestOnlyTheBeginningOfALongTextIsRead(t *testing.T) {
	m := mustLoad(t)
	s := m.NewScratch()
	cases := []struct{ name, text, same string }{
		{"words", strings.Repeat("no ", MaxTokens), strings.Repeat("no ", MaxTokens) + "thank you so much"},
		{"code points", strings.Repeat("x", MaxRunes), strings.Repeat("x", 10<<20)},
		{"marks alone", "", strings.Repeat("\u0301", 1<<20)},
	}
	for _, c := range cases {
		var a, b Outputs
		m.Infer(c.text, &a, s)
		m.Infer(c.same, &b, s)
		if a != b {
			t.Errorf("%s: outputs differ beyond the bound", c.name)
		}
		if len(s.words) > MaxTokens || len(s.buf) > 4*MaxRunes {
			t.Errorf("%s: kept %d words, %d bytes", c.name, len(s.words), len(s.buf))
		}
	}
}

// The plain meaning of plain sentences: if these fail, the heads are in the wrong order.
func TestMeaning(t *testing.T) {
	m := mustLoad(t)
	s := m.NewScratch()
	infer := func(text string) (o Outputs) { m.Infer(text, &o, s); return }
	upset := infer("I am so worried and angry, nobody helps me and I can't sleep any more.")
	calm := infer("Thanks a lot, that was quick and very helpful!")
	if upset.Stress < .6 || calm.Stress > .4 || upset.Valence > 0 || calm.Valence < .2 {
		t.Errorf("upset stress %.2f valence %.2f; calm stress %.2f valence %.2f", upset.Stress, upset.Valence, calm.Stress, calm.Valence)
	}
	if g := calm.Emotions[15]; EmotionNames[15] != "gratitude" || g < .6 {
		t.Errorf("%s of thanks is %.2f", EmotionNames[15], g)
	}
	asks := infer("How long have you been feeling this way?")
	cares := infer("I'm so sorry that you have to go through this.")
	if asks.Exploration < .5 || cares.Exploration > .5 || cares.EmotionalReaction < .5 || asks.EmotionalReaction > .5 {
		t.Errorf("asks: ex %.2f er %.2f; cares: ex %.2f er %.2f",
			asks.Exploration, asks.EmotionalReaction, cares.Exploration, cares.EmotionalReaction)
	}
}

// The packed sum must equal the plain one, also where a 16-bit lane would overflow.
func TestPackedSumIsExact(t *testing.T) {
	m := mustLoad(t)
	l := m.linear
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Uint32Range(0, l.wordMask+l.charMask+1), 0, 1200).Draw(t, "rows")
		var got [maxHeads]int32
		l.sum(rows, &got)
		for h := range l.heads {
			var want int32
			for _, r := range rows {
				want += int32(l.rows[int(r)*l.words+h/8]>>(8*(h%8))&0xFF) - 128
			}
			if got[h] != want {
				t.Fatalf("head %d of %d rows: %d, want %d", h, len(rows), got[h], want)
			}
		}
	})
}

func TestPackedLanesHoldTheGreatestSum(t *testing.T) {
	raw := bytes.Repeat([]byte{127}, maxHeads)
	l := &linear{heads: maxHeads, words: maxHeads / 8, rows: pack(raw, 1, maxHeads, maxHeads/8)}
	var got [maxHeads]int32
	l.sum(make([]uint32, 1000), &got)
	for h, v := range got {
		if v != 127*1000 {
			t.Fatalf("head %d: %d, want %d", h, v, 127*1000)
		}
	}
}

var files = []string{"vocab.txt", "linear.safetensors", "network.safetensors", "mix.safetensors", models.SumsFile}

// copied returns the embedded files in memory, to be damaged.
func copied(t *testing.T) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, name := range files {
		b, err := fs.ReadFile(weights, name)
		if err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: b}
	}
	return fsys
}

func TestLoadRefusesDamagedWeights(t *testing.T) {
	for _, name := range files {
		fsys := copied(t)
		b := fsys[name].Data
		b[len(b)/2] ^= 1
		if _, err := load(fsys); !errors.Is(err, models.ErrDigest) && !errors.Is(err, models.ErrUnlisted) {
			t.Errorf("%s one bit off: %v, want ErrDigest or ErrUnlisted", name, err)
		}
		delete(fsys, name)
		if _, err := load(fsys); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s gone: %v, want ErrNotExist", name, err)
		}
	}
}

// Weights of another shape, though their digest is right, are an error and not a panic later.
func TestLoadRefusesOtherWeights(t *testing.T) {
	for _, c := range [][2]string{
		{"linear.safetensors", "mix.safetensors"}, {"network.safetensors", "linear.safetensors"},
		{"mix.safetensors", "network.safetensors"}, {"vocab.txt", "mix.safetensors"}, {"network.safetensors", "vocab.txt"},
	} {
		fsys := copied(t)
		fsys[c[0]] = fsys[c[1]]
		sums := ""
		for _, name := range files[:4] {
			sum := sha256.Sum256(fsys[name].Data)
			sums += hex.EncodeToString(sum[:]) + "  " + name + "\n"
		}
		fsys[models.SumsFile] = &fstest.MapFile{Data: []byte(sums)}
		if _, err := load(fsys); !errors.Is(err, ErrFormat) {
			t.Errorf("%s in place of %s: %v, want ErrFormat", c[1], c[0], err)
		}
	}
}

func TestInfo(t *testing.T) {
	name, version, hash := mustLoad(t).Info()
	if name != "attune-text" || version == "" || len(hash) != 64 {
		t.Errorf("%q %q %q", name, version, hash)
	}
}

func FuzzInfer(f *testing.F) {
	for _, seed := range []string{"", "Thanks!!!", "\xff\xfe", "naïve café", "日本語", "한국어", "🙂", "\u202eabc", "a\u0301"} {
		f.Add(seed)
	}
	m, err := Load()
	if err != nil {
		f.Fatal(err)
	}
	s := m.NewScratch()
	f.Fuzz(func(t *testing.T, text string) {
		var out Outputs
		m.Infer(text, &out, s)
		checkOutputs(t, text, &out)
		for _, w := range s.words {
			if b := s.buf[w.begin:w.end]; len(b) == 0 || !utf8.Valid(b) {
				t.Fatalf("%q: word %q", text, b)
			}
		}
	})
}

func FuzzParseTensors(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x02\x00\x00\x00\x00\x00\x00\x00{}"))
	f.Add([]byte("\x41\x00\x00\x00\x00\x00\x00\x00" + `{"scale":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}, "x":1  }` + "\x00\x00\x80\x3f"))
	f.Add([]byte("\x3d\x00\x00\x00\x00\x00\x00\x00" + `{"scale":{"dtype":"F32","shape":[1],"data_offsets":[-4,4]}}  ` + "\x00\x00\x80\x3f"))
	f.Fuzz(func(t *testing.T, b []byte) {
		parsed, err := parseTensors(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Fatalf("error %v does not wrap ErrFormat", err)
			}
			return
		}
		for name, e := range parsed.entries {
			values, err := parsed.floats(name, e.Shape...)
			for _, v := range values {
				if math.IsNaN(float64(v)) {
					t.Fatal("NaN passed")
				}
			}
			if err != nil && !errors.Is(err, ErrFormat) {
				t.Fatalf("error %v does not wrap ErrFormat", err)
			}
		}
	})
}

func BenchmarkInfer20Words(b *testing.B) {
	m := mustLoad(b)
	s := m.NewScratch()
	var out Outputs
	for b.Loop() {
		m.Infer("I have now called you three times about the same refund and nobody can tell me where my money is.", &out, s)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		mustLoad(b)
	}
}
