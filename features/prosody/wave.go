package prosody

import (
	"math"

	"github.com/attune-cx/attune/internal/dsp"
	"github.com/attune-cx/attune/internal/dsp/pitchkernel"
)

// wave holds each lane's samples of the delay line in a row, without their mean,
// for what follows one voice's own period: correlations at lags that differ from
// lane to lane.
type wave struct {
	n, lanes int       // samples of a block
	x        []float32 // [lane][sample]
	blocker  pitchkernel.Coefficients
	state    []float32 // [2][lane] of the filter
	saved    []float32
	block    []float32 // [sample][lane] the newest block
}

// blockerHz is the corner of the first-order high-pass that takes the mean away:
// y[n] = x[n] - x[n-1] + pole y[n-1].
const blockerHz = 8

func (w *wave) init(n, lanes int) {
	w.n, w.lanes = n, lanes
	w.x = make([]float32, depth*n*lanes)
	pole := math.Exp(-2 * math.Pi * blockerHz / float64(100*n))
	w.blocker = pitchkernel.Coefficients{B0: 1, B1: -1, A1: float32(-pole)}
	w.state, w.saved = make([]float32, 2*lanes), make([]float32, 2*lanes)
	w.block = make([]float32, n*lanes)
}

func (w *wave) clear(lane int) {
	clear(w.lane(lane))
	dsp.ClearLane(w.state, lane, w.lanes)
}

func (w *wave) lane(l int) []float32 { return w.x[l*depth*w.n:][:depth*w.n] }

// step appends the staged blocks of the active lanes, a bit each in mask.
func (w *wave) step(g *Group, mask uint16) {
	copy(w.saved, w.state)
	pitchkernel.Biquad(w.block, g.staged, w.lanes, w.blocker, w.state)
	pitchkernel.Keep(w.state, w.saved, w.lanes, mask)
	for l, a := range g.active {
		if a != 0 {
			x := w.lane(l)
			copy(x, x[w.n:])
			dsp.Get(x[newest*w.n:], w.block, l, w.lanes)
		}
	}
}

// centre is the sample at the centre of the row at voiceRow.
func (w *wave) centre() int { return (voiceRow + 1) * w.n }

// whole returns the samples around the centre of the row at voiceRow that
// arrived and lie on its side of any gap: x[lo:hi]. lo is not below hi when the
// row's own block or the one after it was lost.
func (w *wave) whole(g *Group, l int) (lo, hi int) {
	b := g.blocks[l*depth:][:depth]
	usable := func(i int) bool { return b[i].segment == b[voiceRow].segment && b[i].lost == 0 }
	first, last := voiceRow, voiceRow
	if !usable(voiceRow) {
		return w.centre(), w.centre()
	}
	for first > 0 && usable(first-1) {
		first--
	}
	for last < newest && usable(last+1) {
		last++
	}
	return first * w.n, (last + 1) * w.n
}
