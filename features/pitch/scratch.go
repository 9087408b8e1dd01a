package pitch

import "github.com/attune-cx/attune/internal/dsp/pitchkernel"

// Scratch is the room that a [Tracker.Step] works in, about 70 KB for 16 lanes.
// Nothing in it outlives a step, so that trackers of as many lanes which step one
// after another share one: it stays in the cache while they come and go.
// It is not safe for concurrent use.
type Scratch struct {
	lanes int

	// the front end's
	wide, narrow []float32 // half-band inputs at 16 and 8 kHz, [HalfBandRows + hop][lanes]
	history      []float32 // [historyHops*coarseHop][lanes], the signal around the row that is measured
	speech       []float32 // [coarseHop][lanes], the newest hop above 350 Hz
	energy       []float32 // [lanes], mean square of speech
	saved        []float32 // [2][lanes]

	// the correlator's
	sums      []float32 // [lastLag+1][lanes]
	energies  []float32 // [2*outward+1][lanes]
	partial   []float32 // [2*outward+1][lanes]
	doubled   []float32 // [numDoubled][lanes]
	marks     []uint16  // [markBlocks*32], a bit a lane
	columns   []uint32  // [lanes][markBlocks], the marks of each lane
	at, count []int32   // places of the peaks, [mostPeaks][lanes], and their number, [lanes]

	// the search's
	next             pitchkernel.Paths
	row              []float32            // [rowHeight][lanes]: F0 and r of the candidates, voicing
	proposed         pitchkernel.Proposed // parts of next and row
	level, silence   []float32            // [lanes]
	gain             []float32            // [lanes]
	best, cut, fresh []int32              // [lanes]
}

// NewScratch makes room for trackers of so many lanes, 1..16; 0 is 16.
func NewScratch(lanes int) *Scratch {
	if lanes == 0 {
		lanes = 16
	}
	rows := func(n int) []float32 { return make([]float32, n*lanes) }
	s := &Scratch{
		lanes:   lanes,
		wide:    rows(pitchkernel.HalfBandRows + 160),
		narrow:  rows(pitchkernel.HalfBandRows + 80),
		history: rows(historyHops * coarseHop),
		speech:  rows(coarseHop),
		energy:  rows(1), saved: rows(2),

		sums:     rows(lastLag + 1),
		energies: rows(2*outward + 1), partial: rows(2*outward + 1),
		doubled: rows(numDoubled),
		marks:   make([]uint16, markBlocks*32),
		columns: make([]uint32, markBlocks*lanes),
		at:      make([]int32, mostPeaks*lanes), count: make([]int32, lanes),

		next:  pitchkernel.NewPaths(lanes),
		row:   rows(rowHeight),
		level: rows(1), silence: rows(1), gain: rows(1),
		best: make([]int32, lanes), cut: make([]int32, lanes), fresh: make([]int32, lanes),
	}
	const n = pitchkernel.Candidates
	s.proposed = pitchkernel.Proposed{
		F0: s.row[:n*lanes], Height: s.row[n*lanes:][:n*lanes],
		Octaves: s.next.Octaves[lanes:], Merit: rows(n),
	}
	return s
}
