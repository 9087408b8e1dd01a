package pipeline

import (
	"context"
	"errors"
	"math/bits"
	"sync/atomic"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio"
	chain "github.com/attune-cx/attune/audio/leg"
	"github.com/attune-cx/attune/audio/receiver"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/features/prosody"
)

// maxCatchUp bounds the blocks that one step takes from a leg, so that a late
// shard catches up without starving its sockets.
const maxCatchUp = 20

// idleAfter is how long a leg may give no sound before its last rows are asked for.
const idleAfter = 200 * time.Millisecond

// shard holds interactions and steps them. All of it belongs to one goroutine,
// except commands, pushed and counts.
type shard struct {
	cfg      *Config
	recv     *receiver.Receiver // nil: no sockets
	commands chan func(now time.Duration)
	pushed   chan *pushedPacket // media that arrived elsewhere (WHIP)
	counts   counts
	tables   *chain.Tables
	forget   func(*attune.Interaction) // takes it out of the directory
	inline   bool                      // commands run in the caller's goroutine (Offline)
	closed   chan struct{}

	interactions map[string]*interaction
	running      []*interaction // the same, to be stepped
	groups       []*laneGroup
	workspace    prosody.Workspace // of the groups
	heard        map[receiver.LegID]*leg
	turns        uint // steps so far

	block audio.Block
	hop   features.Hop
}

// counts are read by the metrics while the shard runs.
type counts struct {
	interactions, legs          atomic.Int64
	packets, hops, runs         atomic.Int64
	lostSamples, pushDropped    atomic.Int64
	unparsed, denied, lateSteps atomic.Int64
}

func newShard(cfg *Config, recv *receiver.Receiver) *shard {
	s := &shard{
		cfg: cfg, recv: recv,
		commands:     make(chan func(time.Duration), 256),
		pushed:       make(chan *pushedPacket, 4096),
		tables:       chain.NewTables(),
		forget:       func(*attune.Interaction) {},
		closed:       make(chan struct{}),
		interactions: make(map[string]*interaction),
		heard:        make(map[receiver.LegID]*leg),
	}
	if recv != nil {
		recv.HandleRTCP(func(id receiver.LegID, packet []byte, _ time.Duration) {
			if l := s.heard[id]; l != nil {
				l.rtcp(packet)
			}
		})
	}
	return s
}

// run steps the shard every 10 ms, and at once when a command comes, until ctx ends.
func (s *shard) run(ctx context.Context) error {
	ticker := time.NewTicker(audio.Step)
	defer ticker.Stop()
	last := s.cfg.Now()
	for {
		select {
		case <-ctx.Done():
			close(s.closed)
			s.drainCommands()
			return nil
		case <-ticker.C:
			now := s.cfg.Now()
			if now-last > 5*audio.Step {
				s.counts.lateSteps.Add(1)
			}
			last = now
			s.step(now)
		case cmd := <-s.commands:
			cmd(s.cfg.Now())
		}
	}
}

// step is one turn of the shard: everything that came in, every leg, every
// interaction that is due.
func (s *shard) step(now time.Duration) {
	s.drainCommands()
	s.drainPushed()
	if s.recv != nil {
		s.recv.Poll(now, s.packet)
	}
	s.hops(now)
	for i := len(s.running) - 1; i >= 0; i-- { // backwards: one that ends leaves its place to the last
		x := s.running[i]
		x.due(now)
		if now-x.lastHeard > s.cfg.IdleTimeout {
			s.end(x, now)
		}
	}
}

func (s *shard) drainCommands() {
	for {
		select {
		case cmd := <-s.commands:
			cmd(s.cfg.Now())
		default:
			return
		}
	}
}

// hops moves every leg's sound through its lane group: a block of each, and more
// only of those that would have too many left. A packet brings two blocks as a
// rule; one of them in each step keeps the lanes of a group full, where both at
// once would run each group twice with half of its lanes.
func (s *shard) hops(now time.Duration) {
	s.turns++
	for round := range maxCatchUp {
		more := false
		for _, g := range s.groups {
			if round == 0 {
				g.turn = everyLane
			}
			if s.hopGroup(g, now) {
				more = true
			}
		}
		if !more {
			break
		}
		for _, g := range s.groups {
			s.takeRows(g)
		}
	}
	s.flushIdle()
}

// flushIdle gives out the last rows of legs that have fallen silent (DTX, hold):
// they would otherwise wait for the next packet.
func (s *shard) flushIdle() {
	for _, g := range s.groups {
		for ; g.idle != 0; g.idle &= g.idle - 1 {
			lane := bits.TrailingZeros32(g.idle)
			l := g.legs[lane]
			l.flowing = false
			g.lanes.Flush(lane, l.take)
		}
	}
}

// hopGroup steps the lanes of a group whose turn it is by one block, and notes
// those that are behind. Each leg's state is looked at once a step: with
// thousands of legs each look is a miss of the cache.
func (s *shard) hopGroup(g *laneGroup, now time.Duration) bool {
	put := 0
	turn := g.turn
	for g.turn = 0; turn != 0; turn &= turn - 1 {
		lane := bits.TrailingZeros32(turn)
		if l := g.legs[lane]; l != nil && s.giveBlock(g, lane, l, now) {
			put++
		}
	}
	if put == 0 {
		return false
	}
	g.lanes.Run()
	s.counts.runs.Add(1)
	s.counts.hops.Add(int64(put))
	return true
}

// trimEvery is how many steps lie between those in which a group catches up: about
// a second, and prime, so that it falls on each step of a packet's length in turn.
const trimEvery = 101

// slack is how many blocks a leg may have left after a step. The second block of a
// packet is one; another lets packets come now before a step and now after it
// without a round for their sake. What a leg got behind by is made up for once a
// second, by all legs of the group in one round.
func (s *shard) slack(g *laneGroup) int {
	if s.turns%trimEvery == g.trim {
		return 1
	}
	return 2
}

// giveBlock puts a leg's next block into its lane; false if it has none.
func (s *shard) giveBlock(g *laneGroup, lane int, l *leg, now time.Duration) bool {
	l.chain.Advance(now)
	if !l.chain.Next(&s.block) {
		if l.flowing && now-l.put > idleAfter {
			g.idle |= 1 << lane
		}
		return false
	}
	g.lanes.Put(lane, &s.block)
	l.took(&s.block, now)
	l.tellGaps()
	if s.block.Lost > 0 {
		s.counts.lostSamples.Add(int64(s.block.Lost))
	}
	if l.chain.Behind(s.slack(g)) {
		g.turn |= 1 << lane
	}
	return true
}

// takeRows hands on the rows that a group's step finished, once all groups have
// stepped: their voiced rows are analysed together.
func (s *shard) takeRows(g *laneGroup) {
	for lane, l := range g.legs {
		if l != nil && g.lanes.Take(lane, &s.hop) {
			l.hop(&s.hop)
		}
	}
}

// begin makes an interaction. It runs on the shard.
func (s *shard) begin(it *attune.Interaction, now time.Duration) error {
	x, err := newInteraction(it, now, s.cfg)
	if err != nil {
		return err
	}
	x.slot = len(s.running)
	s.interactions[it.ID], s.running = x, append(s.running, x)
	s.counts.interactions.Add(1)
	x.start()
	return nil
}

// end completes an interaction and gives back what its legs hold.
func (s *shard) end(x *interaction, now time.Duration) {
	for _, l := range x.legs {
		s.flush(l, now)
	}
	x.finish(now)
	for _, l := range x.legs {
		s.release(l, now)
	}
	s.drop(x)
	s.forget(x.it)
	s.counts.interactions.Add(-1)
}

// drop takes an interaction out of those that run.
func (s *shard) drop(x *interaction) {
	delete(s.interactions, x.it.ID)
	last := s.running[len(s.running)-1]
	s.running[x.slot], last.slot = last, x.slot
	s.running[len(s.running)-1] = nil
	s.running = s.running[:len(s.running)-1]
}

var errShardClosed = errors.New("pipeline: the engine is shutting down")

// do runs fn on the shard and waits for it.
func (s *shard) do(ctx context.Context, fn func(now time.Duration)) error {
	if s.inline {
		fn(s.cfg.Now())
		return nil
	}
	done := make(chan struct{})
	select {
	case s.commands <- func(now time.Duration) { fn(now); close(done) }:
	case <-s.closed:
		return errShardClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-done:
		return nil
	case <-s.closed:
		return errShardClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// endAll completes every interaction; the shard has stopped.
func (s *shard) endAll(now time.Duration) {
	for _, x := range s.interactions {
		s.end(x, now)
	}
}
