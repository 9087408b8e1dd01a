package prosody

import (
	"math"

	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/dsp"
)

// mfcc holds mel cepstral coefficients 1-4: natural log of the 26 band powers
// (rows from 62.5 Hz on), DCT-II scaled by sqrt(2/26), lifter 22 (1 + 11 sin(pi k/22)).
type mfcc struct {
	lanes int
	dct   []float32 // [4][26], with the lifter and ln 2
	logs  []float32 // [band][lane]
}

// bandFloor is the least band power that the logarithm sees: that of one step of
// 16-bit samples, as HTK floors it. What lies below is the converter's, not the
// speaker's.
const bandFloor = 1. / (1 << 30)

func (m *mfcc) init(lanes int) {
	m.lanes = lanes
	m.logs = make([]float32, melBands*lanes)
	m.dct = make([]float32, 4*melBands)
	for k := 1; k <= 4; k++ {
		lifter := 1 + 11*math.Sin(math.Pi*float64(k)/22)
		for i := range melBands {
			c := math.Cos(math.Pi * float64(k) / melBands * (float64(i) + 0.5))
			m.dct[(k-1)*melBands+i] = float32(math.Sqrt(2./melBands) * lifter * math.Ln2 * c)
		}
	}
}

func (m *mfcc) run(row, bands []float32) {
	dsp.AtLeast(m.logs, bands, bandFloor)
	dsp.Log2(m.logs, m.logs)
	dsp.Matrix(row[int(features.MFCC1)*m.lanes:], m.logs, m.dct, melBands, m.lanes)
}
