package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/attune-cx/attune/stream/consumer"
	"github.com/attune-cx/attune/stream/redis"
	"github.com/attune-cx/attune/stream/routing"
)

type routeCmd struct {
	Redis  string `default:"redis://127.0.0.1:6379/0" env:"ATTUNE_REDIS" help:"Redis URL."`
	Tenant string `default:"default" help:"Tenant."`
	Group  string `default:"attune-route" help:"Consumer group: one for each engine."`
	Name   string `help:"Name of this consumer within the group (default: the host's name)."`
	Shape  string `enum:"plain,taskrouter,connect,genesys" default:"plain" help:"How the engine wants to be told: plain, taskrouter, connect or genesys."`
}

func (routeCmd) Help() string {
	return `Reads routing hints through a consumer group and prints every change of an open hint
once, as a JSON line: opened, superseded, withdrawn or expired.

Example:  attune route --group my-acd --shape taskrouter`
}

// Run prints hints until interrupted.
func (c *routeCmd) Run(w *world) error {
	shape, err := routing.ParseShape(c.Shape)
	if err != nil {
		return usageError{err}
	}
	client, err := redis.NewClient(c.Redis)
	if err != nil {
		return usageError{err}
	}
	defer client.Close()
	if err := reachable(w.ctx, client); err != nil {
		return err
	}
	group, err := consumer.New(consumer.Config{Tenant: c.Tenant, Stream: consumer.Hints, Group: c.Group, Name: c.Name}, client)
	if err != nil {
		return usageError{err}
	}
	desk := &routeDesk{board: routing.NewBoard(0), shape: shape, out: w.out}
	g, ctx := errgroup.WithContext(w.ctx)
	g.Go(func() error {
		return group.Run(ctx, func(_ context.Context, e *consumer.Received) error { return desk.take(e) })
	})
	g.Go(func() error { return desk.expire(ctx) })
	return g.Wait()
}

// routeDesk keeps the board of open hints and prints what changes on it.
type routeDesk struct {
	mu    sync.Mutex // shards are read side by side
	board *routing.Board
	shape routing.Shape
	out   io.Writer
}

func (d *routeDesk) take(e *consumer.Received) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	changes, err := d.board.Apply(e.Envelope, time.Now())
	if err != nil {
		return fmt.Errorf("%w: %w", consumer.ErrReject, err)
	}
	return d.print(changes)
}

// expire closes hints that nobody renewed: the publisher may be gone.
func (d *routeDesk) expire(ctx context.Context) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-ticker.C:
			d.mu.Lock()
			err := d.print(d.board.Expire(now))
			d.mu.Unlock()
			if err != nil {
				return err
			}
		}
	}
}

func (d *routeDesk) print(changes []routing.Change) error {
	for _, c := range changes {
		line, err := routing.Marshal(d.shape, c.Hint)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(d.out, "%s\n", line); err != nil {
			return err
		}
	}
	return nil
}
