package dynamics

import "time"

// secondSteps is how many steps a bucket counts.
const secondSteps = int64(time.Second / step)

// still reports whether a step without speech would change no party: nobody holds
// a turn, and no burst of speech is open.
func (t *Tracker) still() bool {
	for i := range t.parties[:t.n] {
		p := &t.parties[i]
		if p.speaking || p.inTurn || p.burst > 0 {
			return false
		}
	}
	return true
}

// rest counts the steps before until as silence, all at once: what [Tracker.walk]
// would count one by one, in time that does not grow with their number. An hour on
// hold, or a clock that was ahead, costs no more than half a minute.
func (t *Tracker) rest(until int64) {
	kept := (until-1)/secondSteps - recentSeconds + 1 // first second that the ring holds at the end
	if early := min(until, kept*secondSteps); early > t.settled {
		t.restIn(&t.floor.total, early)
	}
	for t.settled < until {
		second := t.settled / secondSteps
		t.restIn(t.floor.at(second), min(until, (second+1)*secondSteps))
	}
}

// restIn counts the steps before until in one bucket.
func (t *Tracker) restIn(b *floorBucket, until int64) {
	n := until - t.settled
	before := time.Duration(t.silentSteps) * step
	t.settled += n
	t.silentSteps += n
	length := time.Duration(t.silentSteps) * step
	b.observed += time.Duration(n) * step
	if length < t.cfg.MinSilence {
		return
	}
	if before < t.cfg.MinSilence { // it counts from its beginning
		before = 0
	}
	b.silent += length - before
	b.longest = max(b.longest, length)
}
