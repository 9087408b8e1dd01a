package prosody

import (
	"github.com/attune-cx/attune/features"
)

// syllable finds syllable nuclei after de Jong & Wempe 2009: peaks of intensity
// with a dip of 2 dB before and after them that are voiced and not far below the
// loudest of the last seconds. A nucleus is told at its own row, or, where the
// dip after it comes later than the delay line can wait, at the row that leaves
// when it comes.
type syllable struct {
	lanes int
	lane  []nuclei
}

// nuclei is the search in one lane.
type nuclei struct {
	level  [depth - 1]float32 // dBFS by place, held where samples were lost
	top    float32            // dBFS, falls by 5 dB a second
	best   float32            // greatest intensity since the dip, or least since the peak
	place  int32              // place of the candidate peak, less than doneRow once it has left
	rising bool               // a dip was passed, a peak is sought
	voiced bool               // the candidate was voiced when it left
	late   bool               // a nucleus that has left was confirmed now
}

const (
	dipDB      = 2.
	nucleusDB  = 25. // below the top
	topFall    = 0.05
	intensityP = frameRow - 2 // place of the newest intensity, a mean over 5 rows
)

func (s *syllable) init(lanes int) {
	s.lanes = lanes
	s.lane = make([]nuclei, lanes)
}

func (s *syllable) clear(lane int) {
	s.lane[lane] = nuclei{top: -60, best: -200, rising: true}
	for i := range s.lane[lane].level {
		s.lane[lane].level[i] = -100
	}
}

// run steps the search by the newest row of each lane.
func (s *syllable) run(g *Group) {
	for l, a := range g.active {
		if a == 0 {
			continue
		}
		n := &s.lane[l]
		level := max(g.past.row(l, frameRow).level, -100)
		if g.past.block(l, frameRow).segment == 0 {
			level = -100
		} else if g.past.lost(l, frameRow) > 0 {
			level = n.level[frameRow]
		}
		copy(n.level[:], n.level[1:])
		n.level[frameRow] = level
		if n.step(g.past.row(l, doneRow).v[features.F0Hz] > 0) {
			g.past.row(l, int(n.place)).nucleus = true
		}
	}
}

// step looks at the newest intensity; leaving tells whether the row that leaves
// is voiced. It reports whether the row at place is found to be a nucleus.
func (n *nuclei) step(leaving bool) (found bool) {
	n.late = false
	if n.place--; n.place == doneRow {
		n.voiced = leaving
	}
	v := &n.level
	p := intensityP
	now := (v[p-2] + v[p+2] + 2*(v[p-1]+v[p+1]) + 3*v[p]) / 9
	n.top = max(n.top-topFall, now, -60)
	switch {
	case n.rising && now > n.best:
		n.best, n.place = now, int32(p)
	case n.rising && now < n.best-dipDB:
		found = n.confirm()
		n.rising, n.best = false, now
	case !n.rising && now < n.best:
		n.best = now
	case !n.rising && now > n.best+dipDB:
		n.rising, n.best, n.place = true, now, int32(p)
	}
	return found
}

// confirm reports whether the candidate's row is a nucleus; where that has left,
// the leaving one is marked in its stead.
func (n *nuclei) confirm() bool {
	if n.best < n.top-nucleusDB {
		return false
	}
	if n.place < doneRow {
		n.late = n.voiced
	}
	return n.place >= doneRow
}

// decided returns the column of the row that leaves: 1 at a nucleus. A mark put
// on a row ahead of time counts where the row turns out voiced.
func (n *nuclei) decided(r *row) float32 {
	if n.late || r.nucleus && r.v[features.F0Hz] > 0 {
		return 1
	}
	return 0
}
