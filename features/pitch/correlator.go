package pitch

import (
	"math"
	"math/bits"

	"github.com/attune-cx/attune/internal/dsp"
	"github.com/attune-cx/attune/internal/dsp/pitchkernel"
)

const (
	// Lags at coarseRate: a peak at MaxHz lies at 6.7 and one at MinHz at 72.7;
	// doubled needs three points beyond, and the interpolator its reach.
	fromLag, toLag    = 5, 74
	firstLag, lastLag = fromLag - pitchkernel.Reach + 1, toLag + pitchkernel.Reach

	// minWidth is 9 ms (Talkin took 7.5): shorter windows see one glottal pulse or none.
	minWidth = coarseRate * 9 / 1000

	// quiet is the product of energies below which sound counts as silence
	// (30 samples at -75 dBFS, squared).
	quiet = 1e-12

	numDoubled = 2*toLag + 1
)

// centre is the row of history at which the measured row is centred; outward is
// how far windows reach from it.
const (
	centre  = historyHops * coarseHop / 2
	outward = lastLag
)

// correlate fills doubled with the normalised cross-correlation r of all lanes
// around the centre of history, and marks with its peaks, as if nothing had been
// lost.
func (s *Scratch) correlate() {
	pitchkernel.Energy(s.energies, s.partial, s.history, s.lanes, centre, outward)
	for lag := firstLag; lag <= lastLag; lag += 4 { // roots of some lags while others are summed
		last := min(lag+3, lastLag)
		pitchkernel.CrossCorrelate(s.sums, s.history, s.lanes, centre, outward, lag, last, minWidth)
		pitchkernel.Normalise(s.sums, s.energies, s.lanes, outward, lag, last, minWidth, quiet)
	}
	pitchkernel.Double(s.doubled, s.sums, s.lanes, fromLag, toLag)
	dsp.Peaks(s.marks, s.doubled, firstPeak, endPeak, leastR, s.lanes)
}

// Peaks are sought where there are three points on either side. No two are
// neighbours.
const (
	firstPeak, endPeak = 2*fromLag + 3, numDoubled - 3
	mostPeaks          = (endPeak - firstPeak + 1) / 2
	markBlocks         = (numDoubled + 31) / 32
)

// list lists the marked peaks of the lanes in active, and returns the greatest
// number in any.
func (s *Scratch) list(active uint16) (most int) {
	pitchkernel.Columns(s.columns, s.marks, s.lanes)
	for l := range s.lanes {
		n := 0
		if active>>l&1 == 1 {
			for b, column := range s.columns[l*markBlocks:][:markBlocks] {
				for ; column != 0; column &= column - 1 {
					s.at[n*s.lanes+l] = int32(32*b + bits.TrailingZeros32(column))
					n++
				}
			}
		}
		s.count[l] = int32(n)
		most = max(most, n)
	}
	return most
}

const allUsable = 1<<historyHops - 1

// recorrelate is correlate for one lane with holes: usable has a bit for each
// hop of history, bit 0 the oldest; where one is clear, r is measured again from
// the pairs of samples that both arrived. A lag of which less than half of
// the pairs is left is unknown and counts as 0.
func (s *Scratch) recorrelate(lane int, usable uint8) {
	var r [lastLag + 1]float32
	var dst [numDoubled]float32
	var marks [numDoubled]uint16
	for lag := firstLag; lag <= lastLag; lag++ {
		r[lag] = withHoles(s.history, lane, s.lanes, lag, usable)
	}
	pitchkernel.Double(dst[:], r[:], 1, fromLag, toLag)
	dsp.Peaks(marks[:], dst[:], firstPeak, endPeak, leastR, 1)
	for i := 2 * fromLag; i < numDoubled; i++ {
		s.doubled[i*s.lanes+lane] = dst[i]
		s.marks[i] = s.marks[i]&^(1<<lane) | marks[i]<<lane
	}
}

func withHoles(history []float32, lane, lanes, lag int, usable uint8) float32 {
	w := pitchkernel.WindowOf(lag, minWidth, outward)
	var sum, later, earlier float32
	pairs := 0
	for t := centre + w.Begin; t < centre+w.End; t++ {
		if both := (usable >> (t / coarseHop)) & (usable >> ((t - lag) / coarseHop)); both&1 == 0 {
			continue
		}
		x, y := history[t*lanes+lane], history[(t-lag)*lanes+lane]
		sum += x * y
		later += x * x
		earlier += y * y
		pairs++
	}
	if 2*pairs < w.End-w.Begin {
		return 0
	}
	return sum / float32(math.Sqrt(float64(later*earlier+quiet)))
}
