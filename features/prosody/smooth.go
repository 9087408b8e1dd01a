package prosody

import (
	"math"

	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/dsp"
)

// finish decides what the row that leaves waited for, in the lanes that have one.
func (g *Group) finish() {
	for l, a := range g.active {
		if a == 0 || g.past.block(l, doneRow).segment == 0 {
			continue
		}
		r := g.past.row(l, doneRow)
		r.v[features.VAD] = g.vad.decided(g, l)
		if g.cfg.Set == Full {
			r.v[features.Syllable] = g.syllable.lane[l].decided(r)
		}
		g.serial[l]++
		g.ready[l] = ^uint32(0)
	}
}

// smooth writes the row that leaves. Its 25 descriptors are the mean of the row
// and its neighbours (sma3); a null stays null, and null neighbours and those
// beyond a gap are left out. In columns that are 0 where unvoiced (nz), zeros stay
// zero and are left out of the mean.
func (g *Group) smooth(h *features.Hop, lane int) {
	b, r := g.past.block(lane, doneRow), g.past.row(lane, doneRow)
	h.Row, h.At = g.serial[lane]-1, b.at
	h.Lost, h.Concealed = uint16(g.past.lost(lane, doneRow)), r.concealed
	h.LevelDBFS = features.Null
	if h.Lost == 0 && g.cfg.Set == Full {
		h.LevelDBFS = r.level
	}
	before, after := &nulls, &nulls
	if g.past.block(lane, doneRow-1).segment == b.segment {
		before = &g.past.row(lane, doneRow-1).v
	}
	if g.past.block(lane, doneRow+1).segment == b.segment {
		after = &g.past.row(lane, doneRow+1).v
	}
	dsp.Smooth(h.V[:], before[:], r.v[:], after[:], leftOut[:])
	copy(h.V[features.NumLLD:], r.v[features.NumLLD:])
}

// leftOut is by column the value that a mean leaves out: 0 where that is unvoiced.
var leftOut = func() (v [features.NumColumns]float32) {
	for c := range v {
		if v[c] = float32(math.Inf(1)); c >= int(features.F0Semitone) {
			v[c] = 0
		}
	}
	return v
}()

// nulls is a row of which nothing is known.
var nulls = func() (v [features.NumColumns]float32) {
	for c := range v {
		v[c] = features.Null
	}
	return v
}()
