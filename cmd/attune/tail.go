package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/consumer"
	"github.com/attune-cx/attune/stream/redis"
)

type tailCmd struct {
	Redis       string `default:"redis://127.0.0.1:6379/0" env:"ATTUNE_REDIS" help:"Redis URL."`
	Tenant      string `default:"default" help:"Tenant."`
	Interaction string `help:"Only this interaction." placeholder:"ID"`
	Type        string `help:"Only types that begin so, as attune.cue." placeholder:"PREFIX"`
	All         bool   `help:"Begin with what the streams still hold."`
	JSON        bool   `help:"Print each event's CloudEvents JSON, one a line."`
	Lines       bool   `help:"Print a line for each change, not a table, on a terminal too."`
}

func (tailCmd) Help() string {
	return `On a terminal, a table with a line for each interaction, those that need a human
soonest first. Elsewhere, or with --lines, a line for each event; a score that reads as
the one before it is not printed again. --json prints every event.

Example:  attune tail
          attune tail --redis redis://127.0.0.1:6379/0 --type attune.cue --json`
}

// Run follows the events.
func (c *tailCmd) Run(w *world) error {
	client, err := redis.NewClient(c.Redis)
	if err != nil {
		return usageError{err}
	}
	defer client.Close()
	if err := reachable(w.ctx, client); err != nil {
		return err
	}
	o := tailOptions{interaction: c.Interaction, kind: c.Type, all: c.All, json: c.JSON}
	if w.isTerm && !c.JSON && !c.Lines {
		return watch(w.ctx, w, client, c.Tenant, o)
	}
	return follow(w.ctx, w, client, c.Tenant, o)
}

func reachable(ctx context.Context, client goredis.UniversalClient) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if err := client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("redis does not answer: %w: start redis-server, or give its URL with --redis", err)
	}
	return nil
}

// tailOptions choose what is printed.
type tailOptions struct {
	interaction, kind string
	all, json         bool
}

// each hands over the chosen events until ctx ends.
func (o *tailOptions) each(ctx context.Context, client goredis.UniversalClient, tenant string, take func(*consumer.Received) error) error {
	cfg := consumer.TailConfig{Tenant: tenant}
	if o.all {
		cfg.From = "0"
	}
	err := consumer.Tail(ctx, client, cfg, func(e *consumer.Received) error {
		if o.interaction != "" && e.Data.InteractionID != o.interaction || !strings.HasPrefix(string(e.Type), o.kind) {
			return nil
		}
		return take(e)
	})
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// watch keeps a table on the terminal until ctx ends.
func watch(ctx context.Context, w *world, client goredis.UniversalClient, tenant string, o tailOptions) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	b := newBoard()
	ended := make(chan error, 1)
	go func() {
		ended <- o.each(ctx, client, tenant, func(e *consumer.Received) error { b.apply(e.Envelope); return nil })
	}()
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			return err
		case <-tick.C:
			width, height := terminalSize(w.out)
			b.draw(w.out, width, height)
		}
	}
}

// follow prints events until ctx ends.
func follow(ctx context.Context, w *world, client goredis.UniversalClient, tenant string, o tailOptions) error {
	told := tally{}
	return o.each(ctx, client, tenant, func(e *consumer.Received) error {
		line := e.Entry.Field("data")
		if !o.json {
			if !told.news(e.Envelope) {
				return nil
			}
			line = tailLine(e.Envelope)
		}
		_, err := fmt.Fprintln(w.out, line)
		return err
	})
}

// tally is what was last told of each participant's scores, by interaction.
type tally map[string]map[string]string

// news reports whether e tells something that the line before it did not.
func (t tally) news(e *stream.Envelope) bool {
	d := &e.Data
	switch e.Type {
	case stream.InteractionCompleted, stream.InteractionFailed, stream.Erased:
		delete(t, d.InteractionID)
		return true
	case stream.ScoreUpdated:
	default:
		return true
	}
	who := ""
	if d.ParticipantID != nil {
		who = *d.ParticipantID
	}
	if t[d.InteractionID] == nil {
		t[d.InteractionID] = map[string]string{}
	}
	now := scoreGist(d)
	if t[d.InteractionID][who] == now {
		return false
	}
	t[d.InteractionID][who] = now
	return true
}

// tailLine is an event in one line for people.
func tailLine(e *stream.Envelope) string {
	d := &e.Data
	at := clockTime(time.Duration(d.EndOffsetMS) * time.Millisecond)
	return fmt.Sprintf("%-14s %4d %s  %-27s %s", d.InteractionID, d.Seq, at, strings.TrimPrefix(string(e.Type), "attune."), gist(e.Type, d))
}

// gist is what matters most of an event.
func gist(t stream.Type, d *stream.Body) string {
	switch t {
	case stream.ScoreUpdated:
		return scoreGist(d) + latencyGist(d)
	case stream.CueOpened:
		return fmt.Sprintf("%s: %s (%s)", d.Title, d.Advice, d.Why)
	case stream.CueClosed:
		return fmt.Sprintf("%s: %s", d.Title, orDash(d.ClosedReason))
	case stream.PromiseUpdated:
		return fmt.Sprintf("%s %s by %s", d.What, d.State, strings.ToLower(d.By))
	case stream.ExpectationUpdated:
		return fmt.Sprintf("%s: %s", d.Name, d.State)
	case stream.RouteHint:
		return fmt.Sprintf("%s %s (%s), urgency %d: %s", d.Target, d.State, d.DecisionPoint, d.Urgency, strings.Join(d.Reasons, ", "))
	case stream.Gap:
		return fmt.Sprintf("%s, %d ms of leg %s", d.Cause, d.EndOffsetMS-d.BeginOffsetMS, orDash(d.LegID))
	}
	return ""
}

func scoreGist(d *stream.Body) string {
	name := mainScore(d)
	s := d.Scores[name]
	if s.Value == nil {
		return fmt.Sprintf("%s %s (%s)", name, number(s.Value), whyNull(&s))
	}
	return fmt.Sprintf("%s %s (confidence %.2f)", name, number(s.Value), s.Confidence)
}

// mainScore is the score that matters most of a participant: a customer's stress,
// the empathy of those who serve.
func mainScore(d *stream.Body) scoring.Name {
	if d.ParticipantRole != nil && *d.ParticipantRole != attune.RoleCustomer {
		return scoring.Empathy
	}
	return scoring.Stress
}

// whyNull says why a score has no value.
func whyNull(s *stream.Score) string {
	if s.Reason != nil {
		return string(*s.Reason)
	}
	return string(s.State)
}

func latencyGist(d *stream.Body) string {
	if ms := d.Latency.AudioEndToPublishMS; ms != nil {
		return fmt.Sprintf("  %.0f ms", *ms)
	}
	return ""
}

func orDash(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}

func port(addr string) string {
	_, p, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	return p
}
