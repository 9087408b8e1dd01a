package pitchkernel

import (
	"math"

	"github.com/attune-cx/attune/internal/dsp/lane16"
)

// Paths is one row of a search, each [States][lanes]. Octaves of silence means
// nothing.
type Paths struct {
	Cost    []float32 // of the cheapest way to the state
	Octaves []float32 // log2 of its F0
	// Path is where that way led: its lowest 4 bits are the state in the row before, the
	// next ones that two rows before, and so on for 8 rows.
	Path []int32
}

// NewPaths makes a row of zeros.
func NewPaths(lanes int) Paths {
	n := States * lanes
	return Paths{Cost: make([]float32, n), Octaves: make([]float32, n), Path: make([]int32, n)}
}

// Begin makes the lane's row that of a search before its first row: in silence.
func (p Paths) Begin(lane, lanes int) {
	for i := lane; i < States*lanes; i += lanes {
		p.Cost[i], p.Octaves[i], p.Path[i] = float32(math.Inf(1)), 0, 0
	}
	p.Cost[lane] = 0
}

// Hold makes the lane's row that of a row without evidence: every state is where
// it was before, at the same cost.
func (p Paths) Hold(before Paths, lane, lanes int) {
	for i := range States {
		at := i*lanes + lane
		p.Cost[at], p.Octaves[at] = before.Cost[at], before.Octaves[at]
		p.Path[at] = before.Path[at]<<4 | int32(i)
	}
}

// Copy copies the rows of the lanes in active; full is the mask of all.
func (p Paths) Copy(from Paths, lanes int, active, full uint16) {
	if active == full {
		copy(p.Cost, from.Cost)
		copy(p.Octaves, from.Octaves)
		copy(p.Path, from.Path)
		return
	}
	for l := range lanes {
		if active>>l&1 == 0 {
			continue
		}
		for i := l; i < States*lanes; i += lanes {
			p.Cost[i], p.Octaves[i], p.Path[i] = from.Cost[i], from.Octaves[i], from.Path[i]
		}
	}
}

// Ways is what a step of a search costs.
type Ways struct {
	Change         float32 // from silence or to it
	Jump, MostJump float32 // an octave, and the most
}

// Follow makes one step of a Viterbi search. On entry p.Cost holds each state's
// own cost; added to it is the cost of the cheapest way from the row before, and
// the least of all is taken from all so that costs stay small. best [lanes] is the
// state that has it. Staying in silence is free. Where cut [lanes] is 1, time
// jumped before the row: then silence is free, and every voice begins. Where fresh
// is 1, the row is the first, and its costs are left as they are.
func (p Paths) Follow(best []int32, before Paths, cut, fresh []int32, lanes int, k *Ways) {
	if wide(States, lanes) && lane16.Follow(p.Cost, p.Octaves, p.Path, best, before.Cost, before.Octaves, before.Path, cut, fresh,
		&[3]float32{k.Change, k.Jump, k.MostJump}) {
		return
	}
	for l := range lanes {
		for i := range States {
			at := i*lanes + l
			cost, from := before.cheapest(i, p.Octaves[at], cut[l] != 0, l, lanes, k)
			p.Cost[at] += cost
			p.Path[at] = before.Path[from*lanes+l]<<4 | int32(from)
		}
		best[l] = p.Least(l, lanes)
		least := p.Cost[int(best[l])*lanes+l]
		if fresh[l] != 0 {
			least = 0
		}
		for i := l; i < States*lanes; i += lanes {
			p.Cost[i] -= least
		}
	}
}

// Least is the state of least cost of a lane, the first of equals.
func (p Paths) Least(lane, lanes int) int32 {
	best := 0
	for i := 1; i < States; i++ {
		if p.Cost[i*lanes+lane] < p.Cost[best*lanes+lane] {
			best = i
		}
	}
	return int32(best)
}

// cheapest finds the way to state i: its cost and where it comes from, the first
// of equals.
func (p Paths) cheapest(i int, octaves float32, cut bool, lane, lanes int, k *Ways) (cost float32, from int) {
	first, others := k.Change, k.Change
	if i == 0 {
		first = 0
		if cut {
			others = 0
		}
	}
	cost = p.Cost[lane] + first
	for j := 1; j < States; j++ {
		at := j*lanes + lane
		way := others
		if i > 0 && !cut {
			way = min(k.Jump*float32(math.Abs(float64(octaves-p.Octaves[at]))), k.MostJump)
		}
		if t := p.Cost[at] + way; t < cost {
			cost, from = t, j
		}
	}
	return cost, from
}
