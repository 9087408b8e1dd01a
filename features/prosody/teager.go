package prosody

import (
	"math"

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
	square         []float32
	level          []float32 // [place][lane] dBFS, as Group.rows
}

func (s *samples) init(lanes int) {
	s.lanes = lanes
	s.energy, s.atFull = make([]float32, lanes), make([]float32, lanes)
	s.square = make([]float32, lanes)
	s.level = make([]float32, (depth-1)*lanes)
}

func (s *samples) run(row, x []float32, active []uint32) {
	l := s.lanes
	clear(s.energy)
	clear(s.atFull)
	clear(s.square)
	n := len(x) / l
	for i := range n {
		now := x[i*l:][:l]
		for j, v := range now {
			s.square[j] += v * v
			if v >= fullScale || v <= -fullScale {
				s.atFull[j]++
			}
		}
		if i == 0 || i == n-1 {
			continue
		}
		before, after := x[(i-1)*l:][:l], x[(i+1)*l:][:l]
		for j, v := range now {
			e := v*v - before[j]*after[j]
			s.energy[j] += max(e, -e)
		}
	}
	teager, clipped := column(row, features.Teager, l), column(row, features.Clipped, l)
	for j := range teager {
		teager[j] = float32(10 * math.Log10(float64(s.energy[j])/float64(n-2)+1e-10))
		clipped[j] = s.atFull[j] / float32(n)
		s.square[j] = float32(10 * math.Log10(float64(s.square[j])/float64(n)+1e-10))
	}
	dsp.Shift(s.level, s.square, active)
}
