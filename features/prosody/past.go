package prosody

import (
	"time"

	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/dsp"
)

// past is the last 80 ms of every lane: blocks of samples and the rows that begin
// with them, at places 0, the oldest, to newest. Each lane turns a ring of its
// own, so that a step moves no samples and a lane that stands still stays as it is.
type past struct {
	n, lanes int
	sound    []float32 // [slot][lane][sample], and a block of silence after it
	blocks   []block   // [lane][slot]
	rows     []row     // [lane][slot]
	oldest   []uint32  // slot of place 0, by lane
	starts   []int32   // scratch of spread
}

// block is what is known of 10 ms beside the samples.
type block struct {
	at      time.Duration
	segment int32 // stretch without a jump, from 1; 0 is no block at all
	lost    int32 // samples

	mean float32 // of the samples
}

// row is what was measured of a block, before smoothing.
type row struct {
	v         [features.NumColumns]float32
	level     float32 // dBFS of the 20 ms window, see samples
	concealed bool    // the pitch was bridged
	nucleus   bool    // of a syllable
}

func (p *past) init(n, lanes int) {
	p.n, p.lanes = n, lanes
	p.sound = make([]float32, (depth*lanes+1)*n)
	p.blocks, p.rows = make([]block, depth*lanes), make([]row, depth*lanes)
	p.oldest, p.starts = make([]uint32, lanes), make([]int32, lanes)
}

func (p *past) clear(l int) {
	clear(p.blocks[l*depth:][:depth])
	clear(p.rows[l*depth:][:depth])
	for place := range depth {
		clear(p.samples(l, place))
	}
}

func (p *past) slot(l, place int) int { return int((p.oldest[l] + uint32(place)) % uint32(depth)) }

func (p *past) block(l, place int) *block { return &p.blocks[l*depth+p.slot(l, place)] }

func (p *past) row(l, place int) *row { return &p.rows[l*depth+p.slot(l, place)] }

func (p *past) start(l, place int) int { return (p.slot(l, place)*p.lanes + l) * p.n }

func (p *past) samples(l, place int) []float32 { return p.sound[p.start(l, place):][:p.n] }

// next is where the block after the newest is laid down before it is taken in:
// over the samples of place 0, which no step needs again.
func (p *past) next(l int) []float32 { return p.samples(l, 0) }

// take moves the lane on by the block that lies at next.
func (p *past) take(l int, b block) {
	p.oldest[l] = uint32(p.slot(l, 1))
	*p.block(l, newest) = b
}

// note takes down the means of the newest blocks, by lane.
func (p *past) note(means []float32, active []uint32) {
	for l, a := range active {
		if a != 0 {
			p.block(l, newest).mean = means[l]
		}
	}
}

// mean is that of all samples that lie on the side of any gap on which the row at
// voiceRow lies.
func (p *past) mean(l int) float32 {
	var sum, blocks float32
	for i := range depth {
		if b := p.block(l, i); b.segment == p.block(l, voiceRow).segment {
			sum += b.mean
			blocks++
		}
	}
	return sum / blocks
}

// beside is the block at a place, or silence where a gap parts it from the one at
// place centre: it gives the start in sound.
func (p *past) beside(l, place, centre int) int {
	if p.block(l, place).segment != p.block(l, centre).segment {
		return depth * p.lanes * p.n
	}
	return p.start(l, place)
}

// spread writes count blocks from place first on to dst, [sample][lane], with
// silence beyond a gap as seen from place centre.
func (p *past) spread(dst []float32, first, count, centre int) {
	for i := range count {
		for l := range p.starts {
			p.starts[l] = int32(p.beside(l, first+i, centre))
		}
		dsp.Spread(dst[i*p.n*p.lanes:], p.sound, p.starts, p.n)
	}
}

// copyOut writes count blocks of one lane from place first on to dst, likewise.
func (p *past) copyOut(dst []float32, l, first, count, centre int) {
	for i := range count {
		copy(dst[i*p.n:], p.sound[p.beside(l, first+i, centre):][:p.n])
	}
}

// wave writes all blocks of one lane to dst, without their mean, for what follows
// the voice's own period. One mean for all 80 ms: followed from block to block,
// which hold no whole number of periods, it would sway and move the marks.
func (p *past) wave(dst []float32, l int) {
	mean := p.mean(l)
	for i := range depth {
		dsp.Lower(dst[i*p.n:][:p.n], p.samples(l, i), mean)
	}
}

// lost returns how many samples of the 20 ms window of a row were lost.
func (p *past) lost(l, place int) int32 {
	b, after := p.block(l, place), p.block(l, place+1)
	if after.segment == b.segment {
		return b.lost + after.lost
	}
	return b.lost
}

// whole returns the samples around the centre of the row at voiceRow that
// arrived and lie on its side of any gap, lo..hi-1 counted from the begin of place
// 0. lo is not below hi when the row's own block was lost.
func (p *past) whole(l int) (lo, hi int) {
	usable := func(i int) bool {
		return p.block(l, i).segment == p.block(l, voiceRow).segment && p.block(l, i).lost == 0
	}
	if !usable(voiceRow) {
		return centre(p.n), centre(p.n)
	}
	first, last := voiceRow, voiceRow
	for first > 0 && usable(first-1) {
		first--
	}
	for last < newest && usable(last+1) {
		last++
	}
	return first * p.n, (last + 1) * p.n
}

// centre is the sample at the centre of the row at voiceRow, for blocks of n.
func centre(n int) int { return (voiceRow + 1) * n }
