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
	Rate      int        // samples per second: 8000 or 16000
	Set       Set        // columns; zero is Full
	Lanes     int        // 1..16, 0 = 16; few lanes suit work on single files
	Workspace *Workspace // shared with the goroutine's other groups; nil is one of its own
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
	desk  *desk

	joined  []uint32 // ^0 where a leg has the lane
	put     []uint32 // ^0 where a block is staged for the next run
	ready   []uint32 // ^0 where the last run finished a row
	active  []uint32 // the lanes of the present step: put or alone
	alone   []uint32 // the lane that is flushed
	arrive  []block  // the staged blocks, whose samples lie at past.next
	serial  []int64  // rows delivered, per lane
	segment []int32  // newest stretch of each lane
	waiting bool     // rows of the group wait for their spectrum

	past     past
	flux     []float32 // [row][lane] magnitudes of the row before, see flux
	vad      vad
	voice    voice
	syllable syllable
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
	if cfg.Workspace == nil {
		cfg.Workspace = new(Workspace)
	}
	desk, err := cfg.Workspace.desk(cfg)
	if err != nil {
		return nil, err
	}
	l, mask := cfg.Lanes, func() []uint32 { return make([]uint32, cfg.Lanes) }
	g := &Group{
		cfg: cfg, lanes: l, n: cfg.Rate / 100, desk: desk,
		joined: mask(), put: mask(), ready: mask(), active: mask(), alone: mask(),
		arrive: make([]block, l), serial: make([]int64, l), segment: make([]int32, l),
	}
	g.past.init(g.n, l)
	g.vad.init(l)
	if cfg.Set == Full {
		g.flux = make([]float32, desk.frame.flux.rows*l)
		g.syllable.init(l)
		return g, g.voice.init(cfg, desk.pitch)
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
	g.settle()
	g.past.clear(lane)
	g.put[lane], g.ready[lane] = 0, 0
	g.serial[lane], g.segment[lane] = 0, 0
	g.vad.clear(lane)
	if g.cfg.Set == Full {
		dsp.ClearLane(g.flux, lane, g.lanes)
		g.voice.clear(lane)
		g.syllable.clear(lane)
	}
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
	last := g.past.block(lane, newest)
	segment := last.segment
	if gap := b.At - last.at - audio.Step; segment == 0 || gap.Abs() > audio.Step/2 {
		segment = g.segment[lane] + 1
	}
	x := g.past.next(lane)
	missing := max(g.n-len(b.Samples), 0)
	dsp.Admit(x[:g.n-missing], b.Samples, loudest)
	clear(x[g.n-missing:])
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
	g.settle()
	g.active = active
	for l, a := range active {
		if a != 0 {
			g.past.take(l, g.arrive[l])
			g.segment[l] = max(g.segment[l], g.arrive[l].segment)
		}
	}
	g.desk.frame.run(g)
	if g.cfg.Set == Full {
		g.voice.run(g)
		g.syllable.run(g)
	}
	g.finish()
}

// settle ends the analysis of rows that wait for it.
func (g *Group) settle() {
	if g.waiting {
		g.desk.voiced.settle()
	}
}

// Take copies the row that the last run finished for the lane, and reports
// whether there was one. A row is given once. Taking rows after all groups of a
// [Workspace] have run is cheaper than after each.
func (g *Group) Take(lane int, dst *features.Hop) bool {
	if g.ready[lane] == 0 {
		return false
	}
	g.ready[lane] = 0
	g.settle()
	g.smooth(dst, lane)
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
	hop := &g.desk.hop
	step := func() {
		g.step(g.alone)
		if g.Take(lane, hop) {
			emit(hop)
		}
	}
	if g.put[lane] != 0 {
		step()
	}
	for range delayBlocks {
		clear(g.past.next(lane))
		g.arrive[lane] = block{}
		step()
	}
	g.put[lane] = 0
}
