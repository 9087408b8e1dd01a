package prosody

import (
	"errors"
	"fmt"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/dsp"
)

// Lanes is the widest group.
const Lanes = 16

// Delay is how long after the begin of its block, in media time, a row is
// finished: the windows of pitch end 30 ms after the block's begin (those of 60 ms
// at 40 ms, which hides behind the pitch), the pitch is decided 30 ms later, and
// the moving average waits for 10 ms more. A row is thus taken after the run of
// the sixth block after its own, 60 ms after its centre.
const Delay = 70 * time.Millisecond

const (
	delayBlocks = int(Delay/features.HopStep) - 1 // blocks put after a row's own until it is finished
	depth       = delayBlocks + 2                 // blocks kept: the finished row needs one before it
	newest      = depth - 1                       // place of the newest block
	frameRow    = newest - 1                      // place of the row whose 20 ms window is complete
	voiceRow    = 2                               // place of the row whose pitch was decided
	doneRow     = 1                               // place of the row that leaves
)

// Set says which columns a group computes.
type Set uint8

const (
	// Full computes every column.
	Full Set = iota
	// Timing computes VAD alone, for an agent's leg; all other columns are Null.
	Timing
)

// ErrRate is returned for a rate other than 8000 and 16000.
var ErrRate = errors.New("prosody: rate is not 8000 or 16000")

// ErrLanes is returned for a number of lanes out of 1..16.
var ErrLanes = errors.New("prosody: lanes out of range")

// Config shapes a group. Only Rate has no default.
type Config struct {
	Rate  int // samples per second: 8000 or 16000
	Set   Set // columns; zero is Full
	Lanes int // 1..16, 0 = 16; few lanes suit work on single files
}

// Group steps up to Config.Lanes legs of one rate together, one 10 ms block
// each. A lane that was not put in a run keeps its state bit for bit, and no
// lane ever sees another's samples.
//
// A group allocates nothing after [NewGroup] and is not safe for concurrent
// use: it belongs to one shard.
type Group struct {
	cfg   Config
	lanes int
	n     int // samples of a block

	joined []uint32 // ^0 where a leg has the lane
	put    []uint32 // ^0 where a block is staged for the next run
	alone  []uint32 // the lane that is flushed
	active []uint32 // the lanes of the present step: put or alone
	staged []float32
	arrive []block // the staged blocks' facts

	history *dsp.Line // [depth*n][lane] samples
	heard   []float32 // a block as it is staged
	cut     []float32 // history of a window with the other side of gaps cleared
	blocks  []block   // [lane][depth]
	serial  []int64   // rows delivered, per lane
	segment []int32   // newest stretch of each lane

	rows  []float32 // [depth-1][column][lane]: the rows up to frameRow
	fresh []float32 // the row that is measured
	blank []float32 // a row of nulls
	ready []uint32
	done  []features.Hop

	frame    frame
	voice    voice
	syllable syllable
}

// block is what a lane remembers of one block beside its samples.
type block struct {
	at        time.Duration
	segment   int32 // stretch without a jump, from 1; 0 is no block at all
	lost      int32 // samples
	concealed bool  // the pitch of its row was bridged
}

// NewGroup makes an empty group. It returns [ErrRate] or [ErrLanes], wrapped.
func NewGroup(cfg Config) (*Group, error) {
	if cfg.Lanes == 0 {
		cfg.Lanes = Lanes
	}
	if cfg.Rate != 8000 && cfg.Rate != 16000 {
		return nil, fmt.Errorf("%w: %d", ErrRate, cfg.Rate)
	}
	if cfg.Lanes < 1 || cfg.Lanes > Lanes {
		return nil, fmt.Errorf("%w: %d, want 1..%d", ErrLanes, cfg.Lanes, Lanes)
	}
	l, n := cfg.Lanes, cfg.Rate/100
	g := &Group{
		cfg: cfg, lanes: l, n: n,
		joined: make([]uint32, l), put: make([]uint32, l),
		staged: make([]float32, n*l), arrive: make([]block, l),
		history: dsp.NewLine(depth*n, l), heard: make([]float32, n), cut: make([]float32, depth*n*l),
		blocks: make([]block, depth*l),
		serial: make([]int64, l), segment: make([]int32, l),
		rows:  make([]float32, (depth-1)*features.NumColumns*l),
		fresh: make([]float32, features.NumColumns*l),
		blank: make([]float32, features.NumColumns*l), alone: make([]uint32, l),
		ready: make([]uint32, l), done: make([]features.Hop, l),
	}
	g.syllable.init(l)
	for i := range g.blank {
		g.blank[i] = features.Null
	}
	if err := errors.Join(g.frame.init(cfg), g.voice.init(cfg)); err != nil {
		return nil, err
	}
	return g, nil
}

// Join takes a free lane and clears its state; ok is false when all are taken.
func (g *Group) Join() (lane int, ok bool) {
	for l, j := range g.joined {
		if j == 0 {
			g.joined[l] = ^uint32(0)
			g.clear(l)
			return l, true
		}
	}
	return 0, false
}

// Leave frees a lane. Rows still in the delay line are gone; see [Group.Flush].
func (g *Group) Leave(lane int) {
	g.joined[lane], g.put[lane], g.ready[lane] = 0, 0, 0
}

// Len returns how many lanes are taken.
func (g *Group) Len() int {
	n := 0
	for _, j := range g.joined {
		n += int(j & 1)
	}
	return n
}

func (g *Group) clear(lane int) {
	dsp.ClearLane(g.history.Rows(), lane, g.lanes)
	dsp.ClearLane(g.staged, lane, g.lanes)
	dsp.ClearLane(g.rows, lane, g.lanes)
	clear(g.blocks[lane*depth:][:depth])
	g.put[lane], g.ready[lane] = 0, 0
	g.serial[lane], g.segment[lane] = 0, 0
	g.frame.clear(lane)
	g.voice.clear(lane)
	g.syllable.clear(lane)
}

// Put stages b, which it copies, as the lane's block of the next [Group.Run];
// a second Put before that run replaces the first. Samples that are not finite
// count as 0, samples beyond ±8 as ±8; samples that are missing count as lost.
// When b.At does not follow the block before it, the windows of either side do
// not reach over the gap, while what is learnt of the line (noise floor) stays.
func (g *Group) Put(lane int, b *audio.Block) {
	if g.joined[lane] == 0 {
		return
	}
	last := &g.blocks[lane*depth+newest]
	segment := last.segment
	if gap := b.At - last.at - audio.Step; segment == 0 || gap.Abs() > audio.Step/2 {
		segment = g.segment[lane] + 1
	}
	missing := max(g.n-len(b.Samples), 0)
	clear(g.heard)
	dsp.Admit(g.heard[:g.n-missing], b.Samples, loudest)
	dsp.Put(g.staged, g.heard, lane, g.lanes)
	g.arrive[lane] = block{at: b.At, segment: segment, lost: int32(b.Lost + missing)}
	g.put[lane] = ^uint32(0)
}

// loudest is the greatest magnitude of a sample that is let in.
const loudest = 8

// Run steps every lane that was put since the last run.
func (g *Group) Run() {
	clear(g.ready)
	g.step(g.put)
	clear(g.put)
}

func (g *Group) step(active []uint32) {
	g.active = active
	g.history.Push(g.staged, active)
	for l, a := range active {
		if a != 0 {
			b := g.blocks[l*depth:][:depth]
			copy(b, b[1:])
			b[newest] = g.arrive[l]
			g.segment[l] = max(g.segment[l], b[newest].segment)
		}
	}
	copy(g.fresh, g.blank)
	g.frame.run(g)
	dsp.Shift(g.rows, g.fresh, active)
	if g.cfg.Set == Full {
		g.voice.run(g)
		g.syllable.run(g)
	}
	g.finish()
}

// row returns the columns of the row at a place, [column][lane].
func (g *Group) row(place int) []float32 {
	n := features.NumColumns * g.lanes
	return g.rows[place*n:][:n]
}

// window returns the samples of count blocks from place first, [sample][lane],
// without what lies beyond a gap as seen from the block at place centre.
func (g *Group) window(first, count, centre int) []float32 {
	w := g.history.Rows()[first*g.n*g.lanes:][:count*g.n*g.lanes]
	whole := true
	for l, a := range g.active {
		b := g.blocks[l*depth:][:depth]
		for i := first; i < first+count && a != 0; i++ {
			if b[i].segment != b[centre].segment {
				if whole {
					w, whole = g.cut[:copy(g.cut, w)], false
				}
				dsp.ClearLane(w[(i-first)*g.n*g.lanes:][:g.n*g.lanes], l, g.lanes)
			}
		}
	}
	return w
}

// lost returns how many samples of the 20 ms window of a row were lost.
func (g *Group) lost(lane, place int) int32 {
	b := g.blocks[lane*depth:][:depth]
	if b[place+1].segment == b[place].segment {
		return b[place].lost + b[place+1].lost
	}
	return b[place].lost
}

// Take copies the row that the last run finished for the lane, and reports
// whether there was one. A row is given once.
func (g *Group) Take(lane int, dst *features.Hop) bool {
	if g.ready[lane] == 0 {
		return false
	}
	*dst = g.done[lane]
	g.ready[lane] = 0
	return true
}

// Flush gives emit the rows still in the lane's delay line, oldest first, their
// windows padded with zeros; the pointer is valid during the call. A block that
// was put and not run goes first. The lane stays joined: a block that is put later
// begins a new stretch. Call it when a leg ends or pauses (DTX, hold), so that its
// last rows need not wait for the next packet. Take the last run's row before.
func (g *Group) Flush(lane int, emit func(*features.Hop)) {
	if g.joined[lane] == 0 {
		return
	}
	clear(g.alone)
	g.alone[lane] = ^uint32(0)
	step := func() {
		g.step(g.alone)
		if g.ready[lane] != 0 {
			g.ready[lane] = 0
			emit(&g.done[lane])
		}
	}
	if g.put[lane] != 0 {
		step()
	}
	dsp.ClearLane(g.staged, lane, g.lanes)
	g.arrive[lane] = block{}
	for range delayBlocks {
		step()
	}
	g.put[lane] = 0
}
