package pipeline

import (
	"log/slog"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/features/dynamics"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

// tick is how often an interaction's scores are stepped when nothing calls for it sooner.
const tick = time.Second

// freshWait is how long a tick waits for the next packet: what it tells then stands
// on what has just come, not on what came before the last step.
const freshWait = 2 * audio.Step

// interaction is one interaction within its shard. Only the shard's goroutine touches it.
type interaction struct {
	it    *attune.Interaction
	began time.Duration // on the engine's clock
	slot  int           // in the shard's running
	sink  stream.Sink
	clock wallClock
	log   *slog.Logger

	agentTiming bool // talk and silence of those who serve are measured

	scores   *scoring.Engine
	dyn      *dynamics.Tracker
	dynamics dynamics.Snapshot
	people   []attune.Participant
	legs     []*leg
	paused   *stream.GapInfo // the pause that is on; nil = none
	read     []reading       // by place in people

	nextTick  time.Duration // offset of the next step
	lastHeard time.Duration // engine clock of the newest packet or message
	newest    time.Duration // arrival of the newest packet or message that a hop or reading used
	updates   []scoring.Update
	latest    map[string]*stream.Event // newest snapshot per participant, for look-ups
}

// wallClock labels events; scores never read it.
type wallClock func() time.Time

func newInteraction(it *attune.Interaction, now time.Duration, cfg *Config) (*interaction, error) {
	scores, err := scoring.NewEngine(it, cfg.Scoring)
	if err != nil {
		return nil, err
	}
	return &interaction{
		it: it, began: now, sink: cfg.Sink, clock: cfg.Wall, log: cfg.Log, agentTiming: cfg.AgentTiming, scores: scores,
		dyn: dynamics.New(dynamics.Config{}), nextTick: tick, lastHeard: now,
		latest: make(map[string]*stream.Event),
	}, nil
}

// offset is now on the interaction's clock.
func (x *interaction) offset(now time.Duration) time.Duration { return max(0, now-x.began) }

func (x *interaction) emit(e *stream.Event) {
	e.Interaction, e.Wall = x.it, x.clock()
	if e.Snapshot != nil {
		x.latest[e.Snapshot.ParticipantID] = e
	}
	x.sink.Offer(e)
}

// join makes p known to the scores and returns its place in the dynamics.
func (x *interaction) join(p attune.Participant, ch attune.Channel, c attune.Consent, words bool) int {
	x.scores.AddParticipant(p, ch, c, words)
	for i, q := range x.people {
		if q.ID == p.ID {
			x.read[i].allowed = c.AnalyseText
			return i
		}
	}
	x.people, x.read = append(x.people, p), append(x.read, reading{allowed: c.AnalyseText})
	return x.dyn.Add(p)
}

// words takes one reading at offset at and steps the scores at once.
func (x *interaction) words(m *lexical.Message, r *lexical.Reading, now time.Duration) {
	if x.paused != nil {
		return
	}
	x.lastHeard, x.newest = now, now
	x.scores.Words(m, r)
	x.step(x.offset(now))
}

// due steps the scores if a second has passed or a turn has ended.
func (x *interaction) due(now time.Duration) {
	at := x.offset(now)
	x.dyn.Advance(at)
	ended := false
	for {
		if _, ok := x.dyn.TurnEnded(); !ok {
			break
		}
		ended = true
	}
	if at < x.nextTick && !ended || !ended && !x.fresh(now) && at < x.nextTick+freshWait {
		return
	}
	for x.nextTick <= at {
		x.nextTick += tick
	}
	for _, l := range x.legs {
		l.fault(x.log)
	}
	x.observe()
	x.step(at)
}

// fresh reports whether sound came since the step before, or no leg can bring any.
func (x *interaction) fresh(now time.Duration) bool {
	return len(x.legs) == 0 || x.newest > now-audio.Step
}

// observe hands the scores what the legs and the dynamics show now.
func (x *interaction) observe() {
	for _, l := range x.legs {
		l.observe(x.scores)
	}
	if len(x.legs) > 0 { // without sound there is no silence either
		x.dyn.Snapshot(&x.dynamics)
		x.scores.Dynamics(&x.dynamics)
	}
}

func (x *interaction) step(at time.Duration) {
	x.updates = x.scores.Step(at, x.updates[:0])
	x.publish(at)
}

func (x *interaction) publish(at time.Duration) {
	for i := range x.updates {
		if e := eventOf(&x.updates[i]); e != nil {
			e.At, e.Newest = at, x.newest
			x.emit(e)
		}
	}
	x.newest = 0 // what comes next depends on what comes next
}

// eventOf names the event that tells of an update.
func eventOf(u *scoring.Update) *stream.Event {
	switch {
	case u.Snapshot != nil:
		return &stream.Event{Type: stream.ScoreUpdated, Snapshot: u.Snapshot}
	case u.Cue != nil && u.Cue.Open:
		return &stream.Event{Type: stream.CueOpened, Cue: u.Cue}
	case u.Cue != nil:
		return &stream.Event{Type: stream.CueClosed, Cue: u.Cue}
	case u.Promise != nil:
		return &stream.Event{Type: stream.PromiseUpdated, Promise: u.Promise}
	case u.Expectation != nil:
		return &stream.Event{Type: stream.ExpectationUpdated, Expectation: u.Expectation}
	case u.Hint != nil:
		return &stream.Event{Type: stream.RouteHint, Hint: u.Hint}
	}
	return nil
}

func (x *interaction) start() {
	x.emit(&stream.Event{Type: stream.InteractionStarted})
}

// pause stops what is heard from offset at on; a second pause changes nothing.
func (x *interaction) pause(cause stream.GapCause, now time.Duration) {
	if x.paused != nil {
		return
	}
	at := x.offset(now)
	x.paused = &stream.GapInfo{Cause: cause, Span: attune.Span{Begin: at}}
	for _, l := range x.legs {
		l.listen(at)
	}
	x.scores.Pause(at, string(cause))
	x.observe()
	x.step(at)
}

// resume goes on and tells the gap.
func (x *interaction) resume(now time.Duration) {
	if x.paused == nil {
		return
	}
	at := x.offset(now)
	g := x.paused
	x.paused = nil
	g.Span.End = at
	for _, l := range x.legs {
		l.listen(at)
	}
	x.scores.Resume(at)
	x.emit(&stream.Event{Type: stream.Gap, At: at, Gap: g})
	x.step(at)
}

// finish says the last word on every score and completes the interaction.
func (x *interaction) finish(now time.Duration) {
	at := x.offset(now)
	if x.paused != nil {
		x.resume(now)
	}
	x.tellWithheld(at)
	x.dyn.Finish()
	x.observe()
	x.updates = x.scores.Finish(at, x.updates[:0])
	x.publish(at)
	x.emit(&stream.Event{Type: stream.InteractionCompleted, At: at})
}
