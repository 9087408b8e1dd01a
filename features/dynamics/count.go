package dynamics

import (
	"math"
	"time"

	"github.com/attune-cx/attune"
)

// recentSeconds is the length of the sliding view, in buckets of a second.
const recentSeconds = 30

// party is one participant's state machine.
type party struct {
	who      attune.Participant
	speaking bool
	inTurn   bool
	burst    time.Duration // speech since the last pause that ended a turn
	turn     attune.Span   // under way, or the last one
	lastTurn attune.Span

	over       int           // whose turn this one began inside, -1 = nobody's
	beside     time.Duration // how long both spoke since
	competed   bool          // it was counted as an interruption
	responseTo bool          // it followed another's turn after gap
	gap        time.Duration

	lastInterruption attune.Span
	total            talkCount // of seconds that left the ring
	ring             [recentSeconds]talkCount
}

// talkCount is one second of one party, or the sum of many.
type talkCount struct {
	second                                                     int64 // which one; of a ring entry
	speech, overlap, responseSum, turnSum, turnLongest         time.Duration
	interruptions, interrupted, backchannels, responses, turns int
}

func (c *talkCount) add(o *talkCount) {
	c.speech += o.speech
	c.overlap += o.overlap
	c.responseSum += o.responseSum
	c.turnSum += o.turnSum
	c.turnLongest = max(c.turnLongest, o.turnLongest)
	c.interruptions += o.interruptions
	c.interrupted += o.interrupted
	c.backchannels += o.backchannels
	c.responses += o.responses
	c.turns += o.turns
}

// at returns the counter of a second, after the one that it replaces has gone
// into the total.
func (p *party) at(second int64) *talkCount {
	c := &p.ring[second%recentSeconds]
	if c.second != second {
		p.total.add(c)
		*c = talkCount{second: second}
	}
	return c
}

// sums returns the counts of the whole call and of the last 30 seconds up to
// and with second.
func (p *party) sums(second int64) (call, recent talkCount) {
	call = p.total
	for i := range p.ring {
		c := &p.ring[i]
		call.add(c)
		if c.second > second-recentSeconds && c.second <= second {
			recent.add(c)
		}
	}
	return call, recent
}

// floorCount counts all parties together; a second is a bucket here too.
type floorCount struct {
	total floorBucket
	ring  [recentSeconds]floorBucket
}

type floorBucket struct {
	second                                     int64
	observed, speech, overlap, silent, longest time.Duration
}

func (f *floorCount) at(second int64) *floorBucket {
	b := &f.ring[second%recentSeconds]
	if b.second != second {
		f.total.add(b)
		*b = floorBucket{second: second}
	}
	return b
}

func (b *floorBucket) add(o *floorBucket) {
	b.observed += o.observed
	b.speech += o.speech
	b.overlap += o.overlap
	b.silent += o.silent
	b.longest = max(b.longest, o.longest)
}

func (f *floorCount) add(second int64, speakers int) {
	b := f.at(second)
	b.observed += step
	if speakers > 0 {
		b.speech += step
	}
	if speakers > 1 {
		b.overlap += step
	}
}

// silence adds to the second of step k; length is the stretch so far.
func (f *floorCount) silence(k int64, more, length time.Duration) {
	b := f.at(k * int64(step) / int64(time.Second))
	b.silent += more
	b.longest = max(b.longest, length)
}

func (f *floorCount) sums(second int64) (call, recent Floor) {
	all, last := f.total, floorBucket{}
	for i := range f.ring {
		b := &f.ring[i]
		all.add(b)
		if b.second > second-recentSeconds && b.second <= second {
			last.add(b)
		}
	}
	return all.floor(), last.floor()
}

func (b *floorBucket) floor() Floor {
	return Floor{Observed: b.observed, Speech: b.speech, Overlap: b.overlap,
		Silence: b.silent, LongestSilence: b.longest}
}

// Snapshot writes the settled state into dst.
func (t *Tracker) Snapshot(dst *Snapshot) {
	*dst = Snapshot{At: time.Duration(t.settled) * step, N: t.n,
		CurrentSilence: time.Duration(t.silentSteps) * step}
	second := max(t.settled-1, 0) * int64(step) / int64(time.Second)
	dst.Call, dst.Recent = t.floor.sums(second)
	var call, recent [MaxParticipants]talkCount
	var allCall, allRecent time.Duration
	for i := range t.parties[:t.n] {
		call[i], recent[i] = t.parties[i].sums(second)
		allCall += call[i].speech
		allRecent += recent[i].speech
	}
	if t.n < 2 {
		allCall, allRecent = 0, 0
	}
	for i := range t.parties[:t.n] {
		p := &t.parties[i]
		dst.Parties[i] = Party{ID: p.who.ID, Role: p.who.Role, Speaking: p.speaking,
			InTurn: p.inTurn, Turn: p.turn, LastInterruption: p.lastInterruption,
			Call: call[i].talk(allCall), Recent: recent[i].talk(allRecent)}
	}
}

func (c *talkCount) talk(all time.Duration) Talk {
	t := Talk{Speech: c.speech, Ratio: math.NaN(), Overlap: c.overlap,
		Interruptions: c.interruptions, Interrupted: c.interrupted, Backchannels: c.backchannels,
		Responses: c.responses, Turns: c.turns, TurnLongest: c.turnLongest}
	if all > 0 {
		t.Ratio = float64(c.speech) / float64(all)
	}
	if c.responses > 0 {
		t.ResponseMean = c.responseSum / time.Duration(c.responses)
	}
	if c.turns > 0 {
		t.TurnMean = c.turnSum / time.Duration(c.turns)
	}
	return t
}
