package prosody

import (
	"math"

	"github.com/attune-cx/attune/internal/dsp"
)

// wave holds each lane's samples of the delay line in a row, without their mean,
// for what follows one voice's own period: correlations at lags that differ from
// lane to lane.
type wave struct {
	n       int // samples of a block
	x       []float32
	pole    float32
	in, out []float32 // [lane] the filter's last sample
}

// blockerHz is the corner of the first-order high-pass that takes the mean away.
const blockerHz = 8

func (w *wave) init(n, lanes int) {
	w.n = n
	w.x = make([]float32, depth*n*lanes)
	w.pole = float32(math.Exp(-2 * math.Pi * blockerHz / float64(100*n)))
	w.in, w.out = make([]float32, lanes), make([]float32, lanes)
}

func (w *wave) clear(lane int) {
	clear(w.lane(lane))
	w.in[lane], w.out[lane] = 0, 0
}

func (w *wave) lane(l int) []float32 { return w.x[l*depth*w.n:][:depth*w.n] }

// step appends the staged blocks of the active lanes.
func (w *wave) step(g *Group) {
	for l, a := range g.active {
		if a != 0 {
			x := w.lane(l)
			copy(x, x[w.n:])
			x = x[newest*w.n:]
			dsp.Get(x, g.staged, l, g.lanes)
			w.block(x, l)
		}
	}
}

// block filters x in place: y[n] = x[n] - x[n-1] + pole y[n-1].
func (w *wave) block(x []float32, l int) {
	in, out := w.in[l], w.out[l]
	for i, v := range x {
		out = v - in + w.pole*out
		in, x[i] = v, out
	}
	w.in[l], w.out[l] = in, out
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
