package prosody

import (
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/dsp"
)

// fullScale is the magnitude from which a sample counts as clipped: the G.711
// codecs' greatest values are 0.980 (mu-law) and 0.984 (A-law).
const fullScale = 0.98

// samples measures the row's 20 ms in the time domain.
//
//	teager   10 log10 of the mean of |x[n]^2 - x[n-1] x[n+1]| (Kaiser 1990)
//	clipped  share of samples at full scale
//	level    10 log10 of the mean square, which is no column but a field of the row
//
// The floor of teager and level is -100 dB.
type samples struct {
	lanes          int
	energy, atFull []float32
	square         []float32 // mean square, then the level
}

func (s *samples) init(lanes int) {
	s.lanes = lanes
	s.energy, s.atFull = make([]float32, lanes), make([]float32, lanes)
	s.square = make([]float32, lanes)
}

func (s *samples) run(row, x []float32) {
	l := s.lanes
	n := len(x) / l
	dsp.Teager(s.energy, s.square, s.atFull, x, fullScale, l)
	teager, clipped := column(row, features.Teager, l), column(row, features.Clipped, l)
	for j := range teager {
		teager[j] = s.energy[j]/float32(n-2) + 1e-10
		clipped[j] = s.atFull[j] / float32(n)
		s.square[j] = s.square[j]/float32(n) + 1e-10
	}
	for _, powers := range [2][]float32{teager, s.square} {
		dsp.Log2(powers, powers)
		for j := range powers {
			powers[j] *= decibel
		}
	}
}
