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

// correlator measures the normalised cross-correlation around the centre of history.
type correlator struct {
	lanes           int
	sums            []float32 // [lastLag+1][lanes]
	energy, scratch []float32 // [2*outward+1][lanes]
	doubled         []float32 // [numDoubled][lanes]
	marks           []uint16  // [numDoubled], a bit a lane
	peaks           []peakList
}

func newCorrelator(lanes int) correlator {
	return correlator{
		lanes:   lanes,
		sums:    make([]float32, (lastLag+1)*lanes),
		energy:  make([]float32, (2*outward+1)*lanes),
		scratch: make([]float32, (2*outward+1)*lanes),
		doubled: make([]float32, numDoubled*lanes),
		marks:   make([]uint16, numDoubled),
		peaks:   make([]peakList, lanes),
	}
}

// centre is the row of history at which the measured row is centred; outward is
// how far windows reach from it.
const (
	centre  = historyHops * coarseHop / 2
	outward = lastLag
)

// measure fills doubled with r of all lanes and peaks with its peaks, as if
// nothing had been lost.
func (c *correlator) measure(history []float32) {
	pitchkernel.CrossCorrelate(c.sums, history, c.lanes, centre, outward, firstLag, lastLag, minWidth)
	pitchkernel.Energy(c.energy, c.scratch, history, c.lanes, centre, outward)
	pitchkernel.Normalise(c.sums, c.energy, c.lanes, outward, firstLag, lastLag, minWidth, quiet)
	pitchkernel.Double(c.doubled, c.sums, c.lanes, fromLag, toLag)
	c.mark()
}

// mark lists the peaks of every lane's r.
func (c *correlator) mark() {
	dsp.Peaks(c.marks, c.doubled, firstPeak, endPeak, leastR, c.lanes)
	for l := range c.lanes {
		c.peaks[l].n = 0
	}
	for i := firstPeak; i < endPeak; i++ {
		for m := c.marks[i]; m != 0; m &= m - 1 {
			c.peaks[bits.TrailingZeros16(m)].add(i)
		}
	}
}

// Peaks are sought where refine has three points on either side.
const firstPeak, endPeak = 2*fromLag + 3, numDoubled - 3

// peakList holds the places of r's peaks; no two are neighbours.
type peakList struct {
	n  int
	at [numDoubled / 2]uint8
}

func (p *peakList) add(i int) {
	p.at[p.n] = uint8(i)
	p.n++
}

// around is r of one lane at the three points before and after place i.
func (c *correlator) around(lane, i int) (r [7]float32) {
	near := c.doubled[(i-3)*c.lanes+lane:]
	for k := range r {
		r[k] = near[k*c.lanes]
	}
	return r
}

const allUsable = 1<<historyHops - 1

// remeasure is measure and mark for one lane with holes: usable has a bit for each
// hop of history, bit 0 the oldest; where one is clear, r is measured again from
// the pairs of samples that both arrived. A lag of which less than half of
// the pairs is left is unknown and counts as 0.
func (c *correlator) remeasure(history []float32, lane int, usable uint8) {
	var r [lastLag + 1]float32
	var dst [numDoubled]float32
	var marks [numDoubled]uint16
	for lag := firstLag; lag <= lastLag; lag++ {
		r[lag] = c.withHoles(history, lane, lag, usable)
	}
	pitchkernel.Double(dst[:], r[:], 1, fromLag, toLag)
	dsp.Peaks(marks[:], dst[:], firstPeak, endPeak, leastR, 1)
	c.peaks[lane].n = 0
	for i := 2 * fromLag; i < numDoubled; i++ {
		c.doubled[i*c.lanes+lane] = dst[i]
		if marks[i] != 0 {
			c.peaks[lane].add(i)
		}
	}
}

func (c *correlator) withHoles(history []float32, lane, lag int, usable uint8) float32 {
	w := pitchkernel.WindowOf(lag, minWidth, outward)
	var sum, later, earlier float32
	pairs := 0
	for t := centre + w.Begin; t < centre+w.End; t++ {
		if both := (usable >> (t / coarseHop)) & (usable >> ((t - lag) / coarseHop)); both&1 == 0 {
			continue
		}
		x, y := history[t*c.lanes+lane], history[(t-lag)*c.lanes+lane]
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
