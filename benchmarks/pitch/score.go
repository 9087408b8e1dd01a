package pitch

import (
	"fmt"
	"math"
)

const (
	referenceStep = 0.015 // s
	rowStep       = 0.010 // s
	grossError    = 0.2
)

// Score counts frames, in halves so that a frame between two rows can be held
// against both.
type Score struct {
	Frames, Both         int // all frames; those that both sides call voiced
	Gross, False, Missed int // more than 20 % off; voiced only here; voiced only in the reference
}

// Add scores rows (F0 in Hz, row k centred at (k+1)*10 ms, 0 or NaN unvoiced)
// against the reference (frame i at i*15 ms).
func (s *Score) Add(reference, rows []float32) {
	for i, want := range reference {
		if want > 0 && (want < 60 || want > 500) {
			continue
		}
		at := float64(i)*referenceStep/rowStep - 1
		s.frame(want, rowAt(rows, int(math.Ceil(at-0.5-1e-6))))
		s.frame(want, rowAt(rows, int(math.Floor(at+0.5+1e-6))))
	}
}

func rowAt(rows []float32, k int) float32 {
	if k < 0 || k >= len(rows) {
		return 0
	}
	return rows[k]
}

func (s *Score) frame(want, got float32) {
	s.Frames++
	switch {
	case want > 0 && got > 0:
		s.Both++
		if math.Abs(float64(got/want)-1) > grossError {
			s.Gross++
		}
	case want > 0:
		s.Missed++
	case got > 0:
		s.False++
	}
}

// GPE is the gross pitch error in percent.
func (s Score) GPE() float64 { return percent(s.Gross, s.Both) }

// VDE is the voicing decision error in percent.
func (s Score) VDE() float64 { return percent(s.False+s.Missed, s.Frames) }

// FFE is the F0 frame error in percent.
func (s Score) FFE() float64 { return percent(s.False+s.Missed+s.Gross, s.Frames) }

func percent(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}

// String is one cell of the table.
func (s Score) String() string {
	return fmt.Sprintf("FFE %5.2f  GPE %5.2f  VDE %5.2f (false %.2f, missed %.2f)",
		s.FFE(), s.GPE(), s.VDE(), percent(s.False, s.Frames), percent(s.Missed, s.Frames))
}
