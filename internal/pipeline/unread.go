package pipeline

import (
	"context"
	"fmt"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

// Recogniser tells that the words of a leg come from offset at on, or stopped
// coming there: its recogniser answers, or is away. While they do not come the
// scores stand on the voice, and what was not heard is told as a gap of the words
// when they come again or the leg ends. Saying the same twice changes nothing.
func (e *Engine) Recogniser(ctx context.Context, ref, legID string, hears bool, at time.Duration) error {
	return e.onLeg(ctx, ref, legID, func(l *leg, now time.Duration) {
		offset := l.x.offset(now)
		l.x.scores.Recogniser(l.who.ID, hears, offset)
		if hears {
			l.tellUnread(at)
		} else if l.unread == nil {
			l.unread = &stream.GapInfo{Cause: stream.GapShed, LegID: l.id, Modality: scoring.BasisWords, Span: attune.Span{Begin: at}}
		}
		l.x.step(offset)
	})
}

// Unread tells that the recogniser of a leg did not hear a stretch: it was too
// slow, and the sound was dropped.
func (e *Engine) Unread(ctx context.Context, ref, legID string, span attune.Span) error {
	return e.onLeg(ctx, ref, legID, func(l *leg, _ time.Duration) {
		if l.unread == nil { // else it is part of what is told later
			l.tellWords(&stream.GapInfo{Cause: stream.GapShed, LegID: l.id, Modality: scoring.BasisWords, Span: span})
		}
	})
}

func (e *Engine) onLeg(ctx context.Context, ref, legID string, fn func(*leg, time.Duration)) error {
	return e.at(ctx, ref, func(x *interaction, now time.Duration) error {
		for _, l := range x.legs {
			if l.id == legID {
				fn(l, now)
				return nil
			}
		}
		return fmt.Errorf("leg %q of interaction %q: %w", legID, x.it.ID, ErrNotFound)
	})
}

// tellUnread ends the stretch without a recogniser and tells it.
func (l *leg) tellUnread(at time.Duration) {
	if g := l.unread; g != nil {
		l.unread = nil
		g.Span.End = at
		l.tellWords(g)
	}
}

func (l *leg) tellWords(g *stream.GapInfo) {
	if g.Span.End > g.Span.Begin {
		l.x.emit(&stream.Event{Type: stream.Gap, At: g.Span.End, Participant: &l.who, Gap: g})
	}
}
