package pipeline

import (
	"errors"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

// A recogniser that goes and comes, one that drops sound, and one that is away
// when the call ends: each stretch is told once, as a gap of the words.
func TestUnread(t *testing.T) {
	sink := stream.NewMemorySink()
	o, err := NewOffline(config(t, sink), attune.Interaction{ID: "i1"})
	if err != nil {
		t.Fatal(err)
	}
	l := addLeg(t, o, attune.RoleCustomer, all)
	play(t, o, l, voice(8000, 180))
	e, ctx := o.engine, t.Context()
	for _, step := range []error{
		e.Recogniser(ctx, "i1", l.l.id, true, 0),
		e.Recogniser(ctx, "i1", l.l.id, false, 200*time.Millisecond),
		e.Recogniser(ctx, "i1", l.l.id, false, 300*time.Millisecond),
		e.Unread(ctx, "i1", l.l.id, attune.Span{Begin: 300 * time.Millisecond, End: 400 * time.Millisecond}), // within the other
		e.Recogniser(ctx, "i1", l.l.id, true, 600*time.Millisecond),
		e.Unread(ctx, "i1", l.l.id, attune.Span{Begin: 700 * time.Millisecond, End: 800 * time.Millisecond}),
		e.Recogniser(ctx, "i1", l.l.id, false, 900*time.Millisecond),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	if err := e.Recogniser(ctx, "i1", "no-such-leg", true, 0); !errors.Is(err, ErrNotFound) {
		t.Errorf("a leg that is not there: %v", err)
	}
	if err := o.End(); err != nil {
		t.Fatal(err)
	}
	var got []attune.Span
	for _, ev := range sink.Events() {
		if ev.Type == stream.Gap && ev.Gap.Modality == scoring.BasisWords {
			got = append(got, ev.Gap.Span)
			if ev.Gap.Cause != stream.GapShed || ev.Gap.LegID != l.l.id || ev.Participant == nil {
				t.Errorf("%+v", ev.Gap)
			}
		}
	}
	want := []attune.Span{{Begin: 200 * time.Millisecond, End: 600 * time.Millisecond}, {Begin: 700 * time.Millisecond, End: 800 * time.Millisecond}}
	if len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2].Begin != 900*time.Millisecond || got[2].End < time.Second {
		t.Errorf("gaps %v, want %v and one from 900ms to the end", got, want)
	}
}
