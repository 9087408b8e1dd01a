package pitch

import (
	"math"
	"testing"

	"github.com/attune-cx/attune/internal/testsignal"
)

// row is one answer in the clear.
type row struct {
	f0        float32
	strength  float32
	concealed bool
}

// trackLossy runs x through one lane; lost and gap tell for each block.
func trackLossy(t *testing.T, x []float32, lost, gap func(b int) bool) []row {
	t.Helper()
	tr, err := New(Config{Rate: 8000, Lanes: 1})
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for b := 0; (b+1)*80 <= len(x); b++ {
		tr.Step(1, bit(lost(b), 0), bit(gap(b), 0), x[b*80:(b+1)*80])
		if f0, _, concealed, ok := tr.Result(0); ok {
			rows = append(rows, row{f0, tr.Strength(0), concealed})
		}
	}
	return rows
}

func never(int) bool { return false }

// Lost packets in a gliding voice: up to 40 ms are bridged, marked and right;
// longer gaps are null.
func TestBridge(t *testing.T) {
	glide := testsignal.Glide(110, 180, 1)
	x, _ := testsignal.Voice{Rate: 8000, F0: glide, Formants: testsignal.VowelA}.Generate(1)
	for _, c := range []struct {
		blocks int
		null   bool
	}{{1, false}, {2, false}, {3, false}, {4, false}, {5, true}, {8, true}, {20, true}} {
		const first = 40
		hole := func(b int) bool { return b >= first && b < first+c.blocks }
		for k, r := range trackLossy(t, x, hole, never) {
			inside := hole(k) && hole(k+1)
			touched := hole(k) || hole(k+1)
			want := glide(float64(k+1) * 0.01)
			switch {
			case k < 5:
			case inside && c.null:
				if r.f0 == r.f0 {
					t.Errorf("%d blocks lost, row %d: %v Hz, want null", c.blocks, k, r.f0)
				}
			case math.Abs(float64(r.f0)/want-1) > 0.06:
				t.Errorf("%d blocks lost, row %d: %v Hz, want %.1f", c.blocks, k, r.f0, want)
			case r.concealed != touched:
				t.Errorf("%d blocks lost, row %d: concealed %v", c.blocks, k, r.concealed)
			case r.concealed && r.strength == r.strength:
				t.Errorf("%d blocks lost, row %d: strength %v of a row not heard", c.blocks, k, r.strength)
			}
		}
	}
}

// What is lost in silence stays unvoiced.
func TestLossInNoise(t *testing.T) {
	x := testsignal.Noise(8000, 2, -30, 3)
	for k, r := range trackLossy(t, x, func(b int) bool { return b%20 < 4 }, never) {
		if r.f0 != 0 {
			t.Errorf("row %d: %v Hz", k, r.f0)
		}
	}
}

// Samples on the two sides of a jump in time are never compared: two halves of
// voices that have nothing to do with each other keep their own F0.
func TestGap(t *testing.T) {
	a, _ := testsignal.Voice{Rate: 8000, F0: testsignal.Constant(110), Formants: testsignal.VowelA}.Generate(0.5)
	b, _ := testsignal.Voice{Rate: 8000, F0: testsignal.Constant(170), Formants: testsignal.VowelA}.Generate(0.5)
	rows := trackLossy(t, append(a, b...), never, func(block int) bool { return block == 50 })
	for k, r := range rows[5:] {
		k += 5
		want := float32(110)
		if k >= 50 {
			want = 170
		}
		if k >= 48 && k <= 50 && r.f0 == 0 {
			continue // a row at the jump may lack the sound it needs
		}
		if math.Abs(float64(r.f0/want)-1) > 0.02 {
			t.Errorf("row %d: %v Hz, want %v", k, r.f0, want)
		}
	}
}
