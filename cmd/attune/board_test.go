package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

func told(t stream.Type, id string, change func(*stream.Body)) *stream.Envelope {
	e := &stream.Envelope{Type: t}
	e.Data.InteractionID = id
	if change != nil {
		change(&e.Data)
	}
	return e
}

func scored(id string, role attune.Role, name scoring.Name, value float64) *stream.Envelope {
	return told(stream.ScoreUpdated, id, func(d *stream.Body) {
		d.ParticipantRole = &role
		d.Scores = map[scoring.Name]stream.Score{name: {Value: &value, Confidence: .8}}
		d.EndOffsetMS = 61_000
	})
}

// The board's lines stand in the order in which a human is needed.
func TestBoard(t *testing.T) {
	b := newBoard()
	for _, e := range []*stream.Envelope{
		scored("calm", attune.RoleCustomer, scoring.Stress, .2),
		scored("angry", attune.RoleCustomer, scoring.Stress, .9),
		scored("angry", attune.RoleAgent, scoring.Empathy, .4),
		scored("over", attune.RoleCustomer, scoring.Stress, 1),
		told(stream.CueOpened, "calm", func(d *stream.Body) { d.CueID, d.Title = "1", "Acknowledge first" }),
		told(stream.CueOpened, "calm", func(d *stream.Body) { d.CueID, d.Title = "2", "Already told" }),
		told(stream.CueClosed, "calm", func(d *stream.Body) { d.CueID = "2" }),
		told(stream.RouteHint, "calm", func(d *stream.Body) { d.State, d.Target, d.Urgency = "open", "supervisor", 90 }),
		told(stream.Gap, "angry", nil),
		told(stream.InteractionCompleted, "over", nil),
		told(stream.InteractionStarted, "gone", nil),
		told(stream.Erased, "gone", nil),
	} {
		b.apply(e)
	}
	got := b.table(200, 20)
	if len(got) != 4 {
		t.Fatalf("%d lines:\n%s", len(got), strings.Join(got, "\n"))
	}
	for i, want := range [][]string{
		{"INTERACTION", "STRESS"},
		{"calm", "0.20", "Acknowledge first", "supervisor, urgency 90"},
		{"angry", "01:01.0", "0.90 #####", "0.40 ##", "1 gaps"},
		{"over", "ended"},
	} {
		for _, w := range want {
			if !strings.Contains(got[i], w) {
				t.Errorf("line %d lacks %q: %s", i, w, got[i])
			}
		}
	}
	if strings.Contains(got[1], "Already told") {
		t.Errorf("a closed cue stands: %s", got[1])
	}
	if got := b.table(40, 3); len(got) != 3 || !strings.Contains(got[2], "and 2 more") || len(got[1]) != 40 {
		t.Errorf("small terminal:\n%s", strings.Join(got, "\n"))
	}
}

// What ended long ago leaves the table.
func TestBoardForgets(t *testing.T) {
	b := newBoard()
	for i := range 3 * keepEnded {
		b.apply(told(stream.InteractionCompleted, fmt.Sprint("c-", i), nil))
	}
	if got := len(b.table(80, 1000)) - 1; got != keepEnded {
		t.Errorf("%d ended interactions are kept, want %d", got, keepEnded)
	}
}

// A drawn table is drawn over, and not drawn again while nothing is new.
func TestBoardDraws(t *testing.T) {
	b := newBoard()
	var out bytes.Buffer
	b.draw(&out, 80, 24)
	if out.Len() != 0 {
		t.Errorf("nothing was told, but %q drawn", &out)
	}
	b.apply(scored("a", attune.RoleCustomer, scoring.Stress, .5))
	b.draw(&out, 80, 24)
	first := out.Len()
	b.draw(&out, 80, 24)
	if first == 0 || out.Len() != first {
		t.Errorf("drew %d, then %d bytes", first, out.Len()-first)
	}
	b.apply(scored("a", attune.RoleCustomer, scoring.Stress, .6))
	out.Reset()
	b.draw(&out, 80, 24)
	if !strings.HasPrefix(out.String(), "\x1b[2A") || !strings.Contains(out.String(), "0.60") {
		t.Errorf("drew %q", &out)
	}
}
