package pitch

import (
	"errors"
	"fmt"
	"math"
)

// Errors of [New].
var (
	ErrRate  = errors.New("pitch: rate is neither 8000 nor 16000 Hz")
	ErrLanes = errors.New("pitch: lanes outside 1..16")
	ErrLag   = errors.New("pitch: lag outside 0..8 hops")
	// ErrScratch tells of a [Scratch] made for another number of lanes.
	ErrScratch = errors.New("pitch: scratch is of another number of lanes")
)

// The range of F0 that is searched, in Hz: speech, children's and raised voices
// included. (The eGeMAPS column allows 55-1000 Hz; a speaking voice does not use
// what lies above, and a telephone's tones do.)
const (
	MinHz = 55
	MaxHz = 600
)

// DefaultLag is the number of hops for which the search waits before it decides.
const DefaultLag = 3

// Config sets up a [Tracker].
type Config struct {
	Rate  int // samples per second: 8000 or 16000
	Lanes int // legs in the group, 1..16; 0 is 16
	Lag   int // hops that the Viterbi search looks ahead, 1..8; 0 is DefaultLag

	// Scratch, of as many lanes, is shared with trackers that step before or after
	// this one, never at the same time; nil is a Scratch of its own.
	Scratch *Scratch
}

// Tracker decides F0 and voicing for a group of lanes. A Tracker is not safe for
// concurrent use; it allocates nothing after [New].
type Tracker struct {
	rate, lanes, lag int
	full             uint16 // mask of all lanes
	used             uint16 // those that heard a block since their reset

	front   frontEnd
	search  search
	legs    []leg // one a lane
	scratch *Scratch
}

// result is a decided row.
type result struct {
	f0, voicing, strength float32
	concealed, ok         bool
}

// New returns a tracker whose lanes are all reset.
func New(cfg Config) (*Tracker, error) {
	if cfg.Lanes == 0 {
		cfg.Lanes = 16
	}
	if cfg.Lag == 0 {
		cfg.Lag = DefaultLag
	}
	switch {
	case cfg.Rate != 8000 && cfg.Rate != 16000:
		return nil, fmt.Errorf("%w: %d", ErrRate, cfg.Rate)
	case cfg.Lanes < 1 || cfg.Lanes > 16:
		return nil, fmt.Errorf("%w: %d", ErrLanes, cfg.Lanes)
	case cfg.Lag < 1 || cfg.Lag > maxViterbiLag:
		return nil, fmt.Errorf("%w: %d", ErrLag, cfg.Lag)
	case cfg.Scratch != nil && cfg.Scratch.lanes != cfg.Lanes:
		return nil, fmt.Errorf("%w: %d, want %d", ErrScratch, cfg.Scratch.lanes, cfg.Lanes)
	}
	t := &Tracker{rate: cfg.Rate, lanes: cfg.Lanes, lag: cfg.Lag, full: uint16(1<<cfg.Lanes - 1)}
	t.front = newFrontEnd(cfg.Rate, cfg.Lanes)
	t.search = newSearch(cfg.Lanes, cfg.Lag)
	t.legs = make([]leg, cfg.Lanes)
	t.scratch = cfg.Scratch
	if t.scratch == nil {
		t.scratch = NewScratch(cfg.Lanes)
	}
	for l := range t.legs {
		t.Reset(l)
	}
	return t, nil
}

// Reset forgets all that was heard in lane, as for a new leg.
func (t *Tracker) Reset(lane int) {
	t.used &^= 1 << lane
	t.legs[lane] = leg{peak: initialPeak, floor: initialFloor, usual: unheard()}
}

// use clears the slabs of the lanes in active that were reset: until its first
// block a lane may hold anything, so that the others need not step around it.
func (t *Tracker) use(active uint16) {
	for l := range t.legs {
		if (active&^t.used)>>l&1 == 1 {
			t.front.reset(l)
			t.search.reset(l)
		}
	}
	t.used |= active
}

// Delay is how many hops lie between a row's centre and the end of the newest
// block that its decision needs: two for the analysis window, and the lag.
func (t *Tracker) Delay() int { return lookAhead + t.lag }

// Step takes one 10 ms block of every lane in active, pcm [Rate/100][Lanes] at
// full scale ±1, and decides for each the row whose centre lies [Tracker.Delay]
// hops before the end of the block. A lane outside active keeps its state bit
// for bit, whatever pcm holds there.
//
// lost has the lanes whose block was lost on the way (its samples are not
// looked at), gap those before whose block media time jumped, so that nothing
// is measured across. Step panics if pcm is shorter than [Rate/100][Lanes].
func (t *Tracker) Step(active, lost, gap uint16, pcm []float32) {
	active &= t.full
	t.use(active)
	t.front.step(t.scratch, active, t.used, lost, pcm[:t.rate/100*t.lanes])
	t.scratch.correlate()
	rows, missing := t.arrive(active, lost, gap)
	t.search.step(t.scratch, t.legs, rows, missing, t.used)
	for l := range t.legs {
		if rows>>l&1 == 1 {
			t.search.settle(&t.legs[l], int(t.scratch.best[l]), l)
		}
	}
}

// arrive notes the block of each active lane. rows has those whose row lookAhead
// hops back is there to be searched, missing those of them in which part of its
// 20 ms did not arrive.
func (t *Tracker) arrive(active, lost, gap uint16) (rows, missing uint16) {
	for l := range t.legs {
		g := &t.legs[l]
		if active>>l&1 == 0 {
			continue
		}
		g.arrive(lost>>l&1 == 1, gap>>l&1 == 1, t.scratch.energy[l])
		if g.blocks <= lookAhead {
			continue
		}
		rows |= 1 << l
		g.missing <<= 1
		usable := g.usable()
		if usable&own != own {
			missing |= 1 << l
			g.missing |= 1
		} else if usable != allUsable {
			t.scratch.recorrelate(l, usable)
		}
	}
	return rows, missing
}

// Result is the row of lane that the last [Tracker.Step] decided.
//
// f0Hz is the pitch in Hz, 0 where unvoiced, and null (NaN) where more than
// 40 ms of sound was lost. voicing, 0..1, is what the row alone says for a
// voice, before its neighbours are heard; null with f0Hz. concealed tells that
// part of the row's 20 ms was lost and the value was bridged from its
// neighbours. ok is false while the lane has not heard Delay()+1 blocks.
func (t *Tracker) Result(lane int) (f0Hz, voicing float32, concealed, ok bool) {
	r := &t.legs[lane].out
	return r.f0, r.voicing, r.concealed, r.ok
}

// Strength is the normalised cross-correlation at the decided period of the row
// that [Tracker.Result] tells, 0..1, of the sound below 1.2 kHz; 0 where unvoiced,
// null (NaN) where concealed or lost. A harmonics-to-noise ratio of that band is
// 10 log10(s/(1-s)).
func (t *Tracker) Strength(lane int) float32 { return t.legs[lane].out.strength }

// String describes the stage.
func (t *Tracker) String() string {
	return fmt.Sprintf("pitch %d Hz x %d lanes, %d-%d Hz, %d hops late", t.rate, t.lanes, MinHz, MaxHz, t.Delay())
}

var null = float32(math.NaN())

// grid is the resolution of lags: samples per second of the doubled correlation.
const grid = 2 * coarseRate
