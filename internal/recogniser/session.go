package recogniser

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/internal/pipeline"
)

const (
	// idle is how long a leg sends nothing until silence is sent in its place.
	idle = 600 * time.Millisecond
	// interimEvery is how often interim words are passed on at most.
	interimEvery = 300 * time.Millisecond
	// tellEvery is how often a leg's lost sound is logged at most.
	tellEvery = 10 * time.Second
)

// session is one leg's talk with the server, over one connection after another.
type session struct {
	b       *Bridge
	leg     pipeline.HeardLeg
	queue   *queue
	chunk   chunk
	lost    time.Duration // sound dropped and not yet logged
	toldAt  time.Time     // when lost sound was logged last
	speaker speaker       // of the reading goroutine, and of run between connections
	interim time.Time     // when interim words were passed on last

	presence presence
	asked    time.Time // when the oldest sound was sent that is not answered; zero = all is
	answers  uint64    // of the connection, when asked was looked at
}

// ErrSilent marks a server that takes sound and does not answer.
var ErrSilent = errors.New("recogniser: no answer")

// errOver ends a session: its interaction takes no more words.
var errOver = errors.New("recogniser: the interaction is over")

// run talks until the leg has ended and its last words are said.
func (s *session) run() {
	s.b.counts.sessions.Inc()
	defer s.b.counts.sessions.Dec()
	backoff := s.b.cfg.MinBackoff
	for s.awaitSound() {
		heard, err := s.connection()
		if err == nil || errors.Is(err, errOver) || s.b.ctx.Err() != nil {
			break
		}
		if heard { // the server works: begin again at once
			backoff = s.b.cfg.MinBackoff
		}
		s.presence.broken(s.queue.next())
		s.b.counts.cuts.Inc()
		s.b.cfg.Log.Warn("recogniser", "interaction", s.leg.InteractionID, "leg", s.leg.LegID, "retry_in", backoff, "error", err)
		if !s.pause(backoff) {
			break
		}
		if _, closed := s.queue.waiting(); closed && !heard { // nobody waits for these words any more
			break
		}
		backoff = min(2*backoff, s.b.cfg.MaxBackoff)
	}
	s.tellLost(true)
}

// awaitSound waits until there is something to send; false when there will be nothing.
func (s *session) awaitSound() bool {
	for {
		sound, closed := s.queue.waiting()
		if sound || closed {
			return sound
		}
		select {
		case <-s.queue.wake:
		case <-s.b.ctx.Done():
			return false
		}
	}
}

// pause waits before another attempt; false when the leg has ended meanwhile.
func (s *session) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			return true
		case <-s.b.ctx.Done():
			return false
		case <-s.queue.wake:
			if _, closed := s.queue.waiting(); closed {
				return false
			}
		}
	}
}

// connection talks over one connection. It returns nil when the leg has ended
// and its last words are said, and whether the server has answered anything.
func (s *session) connection() (heard bool, err error) {
	ctx, cancel := context.WithCancel(s.b.ctx)
	defer cancel()
	l, err := connect(ctx, s.b.cfg.URL, s.leg.Rate, true)
	if err != nil {
		s.gone()
		return false, err
	}
	defer l.close()
	s.b.counts.connects.Inc()
	s.asked, s.answers = time.Time{}, 0
	read := make(chan error, 1)
	go func() { read <- s.listen(ctx, l, &heard) }()
	err, over := s.send(ctx, l, read)
	if !over { // the reader goes on until its connection is gone
		cancel()
		if why := <-read; errors.Is(why, errOver) {
			err = why
		}
	}
	if t, ok := s.speaker.settle(); ok {
		err = errors.Join(err, s.say(s.b.ctx, t))
	}
	return heard, err
}

// send sends what the leg says until it has ended (nil) or the connection has;
// over says that the reader is done.
func (s *session) send(ctx context.Context, l *link, read <-chan error) (err error, over bool) {
	ticker := time.NewTicker(idle / 3)
	defer ticker.Stop()
	last := time.Now()
	for {
		s.queue.take(&s.chunk)
		if err := s.silent(l); err != nil {
			return err, false
		}
		switch {
		case s.chunk.n > 0:
			s.note(s.chunk.dropped, !l.begun && s.back(ctx, s.chunk.when[0].at))
			if err := l.send(ctx, &s.chunk); err != nil {
				return err, false
			}
			last = time.Now()
			if s.asked.IsZero() {
				s.asked = last
			}
		case s.chunk.closed:
			return s.finish(ctx, l, read)
		case s.chunk.allowed && time.Since(last) >= idle:
			if err := l.rest(ctx); err != nil {
				return err, false
			}
		}
		if s.chunk.n == chunkBlocks { // more is waiting
			continue
		}
		select {
		case err := <-read:
			return err, true
		case <-s.queue.wake:
		case <-ticker.C:
		}
	}
}

// silent ends a connection whose server takes sound and says nothing.
func (s *session) silent(l *link) error {
	if n := l.answers.Load(); n != s.answers {
		s.answers, s.asked = n, time.Time{}
	}
	if !s.asked.IsZero() && time.Since(s.asked) > s.b.cfg.AnswerWait {
		return fmt.Errorf("%w for %s: does it speak the Vosk WebSocket protocol?", ErrSilent, s.b.cfg.AnswerWait)
	}
	return nil
}

// finish asks for the last words and waits for them.
func (s *session) finish(ctx context.Context, l *link, read <-chan error) (err error, over bool) {
	if err := l.finish(ctx); err != nil {
		return nil, false // the leg has ended and so has the connection: nothing is left to do
	}
	timer := time.NewTimer(lastWait)
	defer timer.Stop()
	select {
	case <-read:
		return nil, true
	case <-timer.C:
		return nil, false
	}
}

// listen passes on what the server says until the connection ends.
func (s *session) listen(ctx context.Context, l *link, heard *bool) error {
	for {
		a, err := l.read(ctx)
		if errors.Is(err, ErrAnswer) {
			s.b.counts.errors.Inc()
			continue
		}
		if err != nil {
			return err
		}
		*heard = true
		l.answers.Add(1)
		s.presence.answered(l.times.now())
		if a.Text == nil && time.Since(s.interim) < interimEvery {
			continue // the next one says as much and more
		}
		t, ok := s.speaker.text(&a, &l.times)
		if !ok {
			continue
		}
		if err := s.say(ctx, t); err != nil {
			return err
		}
	}
}

// say hands a text to the interaction. It fails only when that is over.
func (s *session) say(ctx context.Context, t pipeline.Text) error {
	if t.Interim {
		s.interim = time.Now()
	} else {
		s.b.counts.said.Inc()
	}
	_, err := s.b.cfg.Say(ctx, s.leg.InteractionID, t)
	switch {
	case errors.Is(err, pipeline.ErrEnded), errors.Is(err, pipeline.ErrNotFound):
		return errOver
	case err != nil && ctx.Err() == nil:
		s.b.counts.errors.Inc()
		s.b.cfg.Log.Warn("recogniser: an utterance was refused", "interaction", s.leg.InteractionID, "leg", s.leg.LegID, "utterance", t.ID, "error", err)
	}
	return nil
}

// note counts blocks that the queue dropped; known says that the interaction
// knows of them.
func (s *session) note(blocks int, known bool) {
	if blocks == 0 {
		return
	}
	if !known {
		s.missed(s.chunk.lost)
	}
	d := time.Duration(blocks) * audio.Step
	s.b.counts.dropped.Add(d.Seconds())
	s.lost += d
	s.tellLost(false)
}

// tellLost logs the gap in what the recogniser hears, now and then, or at once.
func (s *session) tellLost(now bool) {
	if s.lost == 0 || !now && time.Since(s.toldAt) < tellEvery {
		return
	}
	s.b.cfg.Log.Warn("recogniser is behind: the oldest sound was dropped", "interaction", s.leg.InteractionID, "leg", s.leg.LegID, "dropped", s.lost)
	s.tellMissed()
	s.lost, s.toldAt = 0, time.Now()
}
