package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio/pcap"
	"github.com/attune-cx/attune/internal/replay"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

// printScores shows an interaction: a timeline, then the last scores of each party.
func printScores(w *world, play *replay.Play, events []*stream.Event) error {
	fmt.Fprintf(w.out, "%s  %s\n\n", play.Interaction.ID, clockTime(lastAt(events)))
	printTimeline(w.out, events)
	printLast(w.out, events)
	return nil
}

func lastAt(events []*stream.Event) time.Duration {
	if len(events) == 0 {
		return 0
	}
	return events[len(events)-1].At
}

// printTimeline prints a line for each 5 s of the customer's stress and one for
// everything that happened.
func printTimeline(out io.Writer, events []*stream.Event) {
	next := time.Duration(0)
	for _, e := range events {
		switch e.Type {
		case stream.ScoreUpdated:
			if e.Snapshot.Role != attune.RoleCustomer || e.At < next {
				continue
			}
			next = e.At + 5*time.Second
			s := e.Snapshot.Scores[scoring.Stress]
			fmt.Fprintf(out, "%s  stress %s %s\n", clockTime(e.At), number(s.Value), bar(s))
		default:
			if line := describe(e); line != "" {
				fmt.Fprintf(out, "%s  %s\n", clockTime(e.At), line)
			}
		}
	}
	fmt.Fprintln(out)
}

// describe says in one line what an event tells; "" for scores and life-cycle.
func describe(e *stream.Event) string {
	switch e.Type {
	case stream.CueOpened:
		return fmt.Sprintf("  cue    %s: %s (%s)", e.Cue.Title, e.Cue.Advice, e.Cue.Why)
	case stream.CueClosed:
		return fmt.Sprintf("  cue    %s closed: %s", e.Cue.Title, e.Cue.Closed)
	case stream.PromiseUpdated:
		return fmt.Sprintf("  promise by %s: %s %s", strings.ToLower(e.Promise.By), e.Promise.What, e.Promise.State)
	case stream.ExpectationUpdated:
		return fmt.Sprintf("  expects %s: %s", e.Expectation.Name, e.Expectation.State)
	case stream.RouteHint:
		return fmt.Sprintf("  hint   %s %s (%s), urgency %d: %s", e.Hint.Target, e.Hint.State, e.Hint.DecisionPoint, e.Hint.Urgency, strings.Join(e.Hint.Reasons, ", "))
	case stream.Gap:
		return fmt.Sprintf("  gap    %s, %s", e.Gap.Cause, e.Gap.Span.Len().Round(10*time.Millisecond))
	}
	return ""
}

func printLast(out io.Writer, events []*stream.Event) {
	last := make(map[string]*scoring.Snapshot)
	var order []string
	for _, e := range events {
		if e.Snapshot == nil {
			continue
		}
		if last[e.Snapshot.ParticipantID] == nil {
			order = append(order, e.Snapshot.ParticipantID)
		}
		last[e.Snapshot.ParticipantID] = e.Snapshot
	}
	t := table.NewWriter()
	t.SetOutputMirror(out)
	t.SetStyle(table.StyleLight)
	t.AppendHeader(table.Row{"party", "score", "value", "confidence", "kind", "state", "stands on"})
	for _, id := range order {
		snap := last[id]
		for _, name := range stream.Names(snap.Role) {
			s := snap.Scores[name]
			state := string(s.State)
			if s.Reason != "" {
				state += " (" + string(s.Reason) + ")"
			}
			t.AppendRow(table.Row{id, name, number(s.Value), fmt.Sprintf("%.2f", s.Confidence), s.Kind, state, bases(s.Basis)})
		}
		t.AppendSeparator()
	}
	t.Render()
}

func printStreams(w *world, path string, streams *pcap.Table) error {
	t := table.NewWriter()
	t.SetOutputMirror(w.out)
	t.SetStyle(table.StyleLight)
	t.AppendHeader(table.Row{"SSRC", "from", "to", "codec", "packets", "lost", "begins", "lasts"})
	for _, s := range streams.Streams {
		t.AppendRow(table.Row{fmt.Sprintf("0x%08X", s.SSRC), s.Src, s.Dst, s.Codecs(), s.Packets, fmt.Sprintf("%.1f %%", 100*s.LossRatio()), clockTime(s.First), clockTime(s.Duration())})
	}
	t.Render()
	fmt.Fprintf(w.err, "attune: say whose voice each stream is: attune score %s --leg SSRC=CUSTOMER --leg SSRC=AGENT\n", path)
	return nil
}

func clockTime(d time.Duration) string {
	d = d.Round(100 * time.Millisecond)
	return fmt.Sprintf("%02d:%04.1f", int(d.Minutes()), (d % time.Minute).Seconds())
}

func number(v *float64) string {
	if v == nil {
		return "null"
	}
	return fmt.Sprintf("%.2f", *v)
}

func bar(s scoring.Score) string {
	if s.Value == nil {
		return string(s.Reason)
	}
	return strings.Repeat("█", int(*s.Value*30+.5))
}

func bases(list []scoring.Basis) string {
	out := make([]string, len(list))
	for i, b := range list {
		out[i] = string(b)
	}
	return strings.Join(out, ", ")
}
