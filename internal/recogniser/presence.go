package recogniser

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio"
)

// shortest is the shortest stretch that is told as not heard.
const shortest = 500 * time.Millisecond

// Presence is how an interaction learns whether the words of a leg come; see
// [pipeline.Engine.Recogniser] and [pipeline.Engine.Unread].
type Presence interface {
	Recogniser(ctx context.Context, ref, legID string, hears bool, at time.Duration) error
	Unread(ctx context.Context, ref, legID string, span attune.Span) error
}

// presence keeps account of what a leg's server has heard. It belongs to the
// session's own goroutine, except heard.
type presence struct {
	heard   atomic.Int64  // offset up to which the server has answered
	begun   bool          // sound was sent
	cut     bool          // the connection is gone, and none has taken its place
	since   time.Duration // with cut: from where on nothing was heard
	known   bool          // it was told that the words come, or that they do not
	away    bool          // it was told that they do not
	lost    attune.Span   // sound dropped while connected and not yet told
	hasLost bool
}

// answered notes that the server has said something about sound up to at.
func (p *presence) answered(at time.Duration) { p.heard.Store(int64(at)) }

// broken notes that a connection is gone; the next sound waits at offset next.
func (p *presence) broken(next time.Duration) {
	if !p.cut {
		p.cut, p.since = true, next
		if p.begun {
			p.since = min(next, time.Duration(p.heard.Load()))
		}
	}
}

// gone tells once that nobody listens, where a connection cannot be made.
func (s *session) gone() {
	p := &s.presence
	p.broken(s.queue.next())
	if s.b.cfg.Presence == nil || p.known && p.away {
		return
	}
	p.known, p.away = true, true
	s.told(s.b.cfg.Presence.Recogniser(s.b.ctx, s.leg.InteractionID, s.leg.LegID, false, p.since))
}

// back tells that sound is heard from offset at on, and what was not since the
// connection before; all reports whether that is all of it.
func (s *session) back(ctx context.Context, at time.Duration) (all bool) {
	p := &s.presence
	cut, since, away, known := p.cut, p.since, p.away, p.known
	if p.begun = true; !cut {
		p.answered(at) // what comes before it was never sent
	}
	p.cut, p.away, p.known = false, false, true
	if s.b.cfg.Presence == nil {
		return true
	}
	if away || !known {
		if away && at-since < shortest {
			at = since // the queue kept nearly all of it
		}
		s.told(s.b.cfg.Presence.Recogniser(ctx, s.leg.InteractionID, s.leg.LegID, true, at))
	} else if cut && at-since >= shortest {
		s.told(s.b.cfg.Presence.Unread(ctx, s.leg.InteractionID, s.leg.LegID, attune.Span{Begin: since, End: at}))
	}
	return cut
}

// missed notes sound that the queue dropped, and tells it now and then.
func (s *session) missed(span attune.Span) {
	p := &s.presence
	if !p.hasLost {
		p.lost, p.hasLost = span, true
	}
	p.lost.End = max(p.lost.End, span.End)
}

// tellMissed tells the sound that was dropped since it was told last.
func (s *session) tellMissed() {
	p := &s.presence
	if !p.hasLost || p.away || s.b.cfg.Presence == nil {
		return
	}
	p.hasLost = false
	if p.lost.End-p.lost.Begin >= audio.Step {
		s.told(s.b.cfg.Presence.Unread(s.b.ctx, s.leg.InteractionID, s.leg.LegID, p.lost))
	}
}

// told takes the answer to what was told. An interaction that is over needs no
// news; it ends the session when it is offered words.
func (s *session) told(err error) {
	if err != nil {
		s.b.cfg.Log.Debug("recogniser: nobody to tell", "interaction", s.leg.InteractionID, "leg", s.leg.LegID, "error", err)
	}
}
