package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/attune-cx/attune/internal/demo"
	"github.com/attune-cx/attune/internal/service"
)

type demoCmd struct {
	Listen string        `default:"127.0.0.1:0" help:"Address of the API and the overlay."`
	Stay   bool          `help:"Keep the pages up after the call until interrupted."`
	For    time.Duration `help:"Stop after this long." placeholder:"DURATION"`
	Quiet  bool          `help:"Do not follow the events in the terminal."`
}

func (demoCmd) Help() string {
	return `Starts a Redis-protocol server in this process, plays a bundled two-party call as
RTP over loopback and a chat over HTTP, in real time, into the real pipeline, and
prints the pages to open. Both voices are synthetic; the call's transcript is
supplied, not recognised.

Example:  attune demo`
}

// Run runs the demo.
func (c *demoCmd) Run(w *world) error {
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	if c.For > 0 {
		ctx, cancel = context.WithTimeout(ctx, c.For)
		defer cancel()
	}
	log := slog.New(slog.NewTextHandler(w.err, &slog.HandlerOptions{Level: slog.LevelError}))
	s, err := service.New(ctx, demo.Config(c.Listen), service.Options{Log: log})
	if err != nil {
		return err
	}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.Run(gctx) })
	g.Go(func() error {
		defer cancel()
		return c.play(gctx, w, s)
	})
	return g.Wait()
}

func (c *demoCmd) play(ctx context.Context, w *world, s *service.Service) error {
	base := "http://" + s.Addr()
	d, err := demo.New(ctx, base)
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, `Attune demo: one call (RTP over loopback, transcript supplied) and one chat (HTTP), in real time.

  overlay of the call   %s/overlay/?interaction=%s
  overlay of the chat   %s/overlay/?interaction=%s
  events (SSE)          curl -N %s/v1/interactions/%s/events
  Redis protocol        redis-cli -p %s XREAD COUNT 10 STREAMS %s 0
  metrics               curl http://%s/metrics

`, base, d.Call, base, d.Chat, base, d.Call, port(s.RedisAddr()), s.Keys.Events(0), s.MetricsAddr())
	g, gctx := errgroup.WithContext(ctx)
	followCtx, stop := context.WithCancel(gctx)
	if !c.Quiet {
		g.Go(func() error { return follow(followCtx, w, s.Redis, s.Keys.Tenant, tailOptions{}) })
	}
	g.Go(func() error {
		defer stop()
		if err := d.Play(gctx); err != nil {
			return err
		}
		wait(gctx, 2*time.Second) // the last events reach the terminal
		if c.Stay {
			fmt.Fprintln(w.out, "\nThe call is over; the pages stay up. Interrupt to stop.")
			<-gctx.Done()
		}
		return nil
	})
	return g.Wait()
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
