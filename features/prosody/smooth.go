package prosody

import "github.com/attune-cx/attune/features"

// finish smooths the row that leaves and hands it out, for the lanes that have
// one.
func (g *Group) finish() {
	for l, a := range g.active {
		if a == 0 {
			continue
		}
		b := g.blocks[l*depth:][:depth]
		if b[doneRow].segment == 0 {
			continue
		}
		h := &g.done[l]
		*h = features.Hop{
			Row: g.serial[l], At: b[doneRow].at,
			Lost: uint16(g.lost(l, doneRow)), Concealed: b[doneRow].concealed,
			LevelDBFS: features.Null,
		}
		if h.Lost == 0 && g.cfg.Set == Full {
			h.LevelDBFS = g.frame.samples.level[doneRow*g.lanes+l]
		}
		g.smooth(h, l)
		h.V[features.VAD] = g.frame.vad.decided(g, l)
		if g.cfg.Set == Full {
			h.V[features.Syllable] = g.syllable.lane[l].decided(h.Voiced())
		}
		g.serial[l]++
		g.ready[l] = ^uint32(0)
	}
}

// smooth writes the columns of the leaving row. The 25 descriptors are the mean
// of the row and its neighbours (sma3); a null row stays null and null neighbours
// and those beyond a gap are left out. In columns that are 0 where unvoiced
// (nz), zeros stay zero and are left out of the mean.
func (g *Group) smooth(h *features.Hop, lane int) {
	b := g.blocks[lane*depth:][:depth]
	for c := range features.NumColumns {
		v := g.at(doneRow, c, lane)
		if c < features.NumLLD && v == v {
			nz := c >= int(features.F0Semitone)
			sum, n := v, float32(1)
			for _, place := range [2]int{doneRow - 1, doneRow + 1} {
				w := g.at(place, c, lane)
				if b[place].segment == b[doneRow].segment && w == w && !(nz && w == 0) {
					sum, n = sum+w, n+1
				}
			}
			if !(nz && v == 0) {
				v = sum / n
			}
		}
		h.V[c] = v
	}
}

// at returns one value of the rows slab.
func (g *Group) at(place, c, lane int) float32 {
	return g.rows[(place*features.NumColumns+c)*g.lanes+lane]
}
