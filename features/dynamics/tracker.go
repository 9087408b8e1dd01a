package dynamics

import (
	"math/bits"
	"time"

	"github.com/attune-cx/attune"
)

// ringSteps is how far legs may run apart before the slower one's speech no
// longer counts: 5.12 s.
const ringSteps = 512

// maxEnded bounds the turns that wait to be drained; beyond it the oldest goes.
const maxEnded = 64

// Tracker follows one interaction. It is not safe for concurrent use and does
// not allocate after [New].
type Tracker struct {
	cfg     Config
	n       int
	parties [MaxParticipants]party
	ring    [ringSteps]uint8 // bit i: party i speaks in that step
	settled int64            // steps counted so far
	newest  int64            // newest step heard, exclusive

	floor       floorCount
	silentSteps int64 // length of the stretch of silence under way
	ended       [maxEnded]attune.Turn
	first, held int // ring of ended turns
}

// New returns a tracker at offset 0.
func New(cfg Config) *Tracker { return &Tracker{cfg: cfg.withDefaults()} }

// Add makes a participant known and returns the index that [Tracker.Hop] takes:
// the same one for the same id, -1 when [MaxParticipants] are followed already.
func (t *Tracker) Add(p attune.Participant) (index int) {
	for i := range t.parties[:t.n] {
		if t.parties[i].who.ID == p.ID {
			t.parties[i].who.Role = p.Role
			return i
		}
	}
	if t.n == MaxParticipants {
		return -1
	}
	t.parties[t.n].who = p
	t.n++
	return t.n - 1
}

// Hop tells whether party index spoke in the 10 ms that begin at offset at.
// Legs may be told in any order within 5 s of each other; what comes after its
// step has settled is left out. An index of -1 is ignored.
func (t *Tracker) Hop(index int, at time.Duration, speech bool) {
	if index < 0 || index >= t.n || at < 0 {
		return
	}
	k := int64(at / step)
	if k >= t.settled+ringSteps {
		t.settle(k - ringSteps + 1)
	}
	if k < t.settled {
		return
	}
	t.newest = max(t.newest, k+1)
	if speech {
		t.ring[k%ringSteps] |= 1 << index
	}
}

// Advance counts every step that has settled by now.
func (t *Tracker) Advance(now time.Duration) {
	t.settle(int64((now - t.cfg.Settle) / step))
}

// Finish counts every step that was told, and ends the turns under way.
func (t *Tracker) Finish() {
	t.settle(t.newest)
	for i := range t.parties[:t.n] {
		t.endTurn(i)
	}
}

// TurnEnded hands over the oldest turn that ended and was not handed over yet.
func (t *Tracker) TurnEnded() (attune.Turn, bool) {
	if t.held == 0 {
		return attune.Turn{}, false
	}
	turn := t.ended[t.first]
	t.first = (t.first + 1) % maxEnded
	t.held--
	return turn, true
}

func (t *Tracker) settle(until int64) {
	for t.settled < until {
		if t.settled >= t.newest && t.still() {
			t.rest(until)
			break
		}
		t.next()
	}
	t.newest = max(t.newest, t.settled)
}

// next counts the oldest step that is not settled.
func (t *Tracker) next() {
	slot := t.settled % ringSteps
	mask := t.ring[slot]
	t.ring[slot] = 0
	t.walk(mask, time.Duration(t.settled)*step)
	t.settled++
}

// walk counts one settled step in which the parties of mask spoke.
func (t *Tracker) walk(mask uint8, at time.Duration) {
	second := int64(at / time.Second)
	speakers := bits.OnesCount8(mask)
	t.floor.add(second, speakers)
	t.silence(speakers == 0)
	for i := range t.parties[:t.n] {
		p := &t.parties[i]
		if mask&(1<<i) == 0 {
			p.speaking = false
			if !p.inTurn && p.burst > 0 { // a click: too short to open a turn
				p.burst, p.turn = 0, p.lastTurn
			}
			if p.inTurn && at-p.turn.End >= t.cfg.TurnGap-step {
				t.endTurn(i)
			}
			continue
		}
		t.speak(i, at, mask&^(1<<i))
	}
}

// speak counts one step of speech of party i beside the others in mask.
func (t *Tracker) speak(i int, at time.Duration, others uint8) {
	p := &t.parties[i]
	bucket := p.at(int64(at / time.Second))
	bucket.speech += step
	if others != 0 {
		bucket.overlap += step
	}
	if !p.speaking && p.burst == 0 && !p.inTurn {
		t.onset(i, at)
	}
	p.speaking = true
	p.burst += step
	p.turn.End = at + step
	if !p.inTurn && p.burst >= t.cfg.MinSpeech {
		p.inTurn = true
	}
	t.overlap(i, at, others)
	if p.inTurn && p.turn.Len() > t.cfg.Backchannel {
		t.takeFloor(i)
	}
}

// onset notes what stood when party i began to speak: whose turn it broke into,
// or how long after whose turn it came.
func (t *Tracker) onset(i int, at time.Duration) {
	p := &t.parties[i]
	p.turn = attune.Span{Begin: at, End: at}
	p.over, p.beside, p.competed, p.responseTo = -1, 0, false, false
	latest := time.Duration(-1)
	for j := range t.parties[:t.n] {
		q := &t.parties[j]
		if j == i || q.turn.End == 0 {
			continue
		}
		end := q.lastTurn.End
		if q.inTurn {
			end = q.turn.End
		}
		if q.inTurn && q.speaking {
			p.over = j
		}
		if end > 0 {
			latest = max(latest, end)
		}
	}
	gap := at - latest
	if p.over < 0 && latest >= 0 && latest > p.lastTurn.End && gap <= t.cfg.MaxResponse {
		p.responseTo, p.gap = true, max(0, gap)
	}
}

// overlap lets an overlap become an interruption once it competes for the floor.
func (t *Tracker) overlap(i int, at time.Duration, others uint8) {
	p := &t.parties[i]
	if p.over < 0 || p.competed {
		return
	}
	if others&(1<<p.over) != 0 {
		p.beside += step
	}
	if p.beside < t.cfg.Competitive || p.turn.Len() <= t.cfg.Backchannel {
		return
	}
	p.competed = true
	p.lastInterruption = attune.Span{Begin: p.turn.Begin, End: at + step}
	second := int64(at / time.Second)
	p.at(second).interruptions++
	t.parties[p.over].at(second).interrupted++
}

// takeFloor counts the response gap of a turn that turned out to be one.
func (t *Tracker) takeFloor(i int) {
	p := &t.parties[i]
	if !p.responseTo {
		return
	}
	p.responseTo = false
	bucket := p.at(int64(p.turn.End-step) / int64(time.Second))
	bucket.responses++
	bucket.responseSum += p.gap
}

func (t *Tracker) endTurn(i int) {
	p := &t.parties[i]
	p.burst = 0
	if !p.inTurn {
		p.turn = p.lastTurn
		return
	}
	p.inTurn, p.speaking = false, false
	second := max(t.settled-1, 0) / int64(time.Second/step)
	if t.isBackchannel(i) {
		p.at(second).backchannels++
		p.turn = p.lastTurn
		return
	}
	t.takeFloor(i)
	bucket := p.at(second)
	bucket.turns++
	bucket.turnSum += p.turn.Len()
	bucket.turnLongest = max(bucket.turnLongest, p.turn.Len())
	p.lastTurn = p.turn
	t.push(attune.Turn{ParticipantID: p.who.ID, Role: p.who.Role, Span: p.turn})
}

// isBackchannel reports whether the turn of party i that ends now is short and
// lies inside a turn of another.
func (t *Tracker) isBackchannel(i int) bool {
	p := &t.parties[i]
	if p.turn.Len() > t.cfg.Backchannel {
		return false
	}
	for j := range t.parties[:t.n] {
		q := &t.parties[j]
		inside := q.turn.Begin < p.turn.Begin && q.turn.End > p.turn.End
		if j != i && inside {
			return true
		}
	}
	return false
}

func (t *Tracker) push(turn attune.Turn) {
	if t.held == maxEnded {
		t.first = (t.first + 1) % maxEnded
		t.held--
	}
	t.ended[(t.first+t.held)%maxEnded] = turn
	t.held++
}

// silence follows the stretch without speech; it counts from its beginning once
// it has lasted Config.MinSilence.
func (t *Tracker) silence(silent bool) {
	if !silent {
		t.silentSteps = 0
		return
	}
	t.silentSteps++
	length := time.Duration(t.silentSteps) * step
	switch {
	case length < t.cfg.MinSilence:
	case length-step < t.cfg.MinSilence:
		t.floor.silence(t.settled, length, length)
	default:
		t.floor.silence(t.settled, step, length)
	}
}
