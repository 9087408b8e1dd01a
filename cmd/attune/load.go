package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/attune-cx/attune/internal/bench"
	"github.com/attune-cx/attune/internal/load"
)

type loadCmd struct {
	URL       string        `default:"http://127.0.0.1:8080" help:"Base URL of the service."`
	Token     string        `env:"ATTUNE_TOKEN" help:"Bearer token with the scope ingest."`
	Legs      int           `default:"20" help:"RTP legs, two an interaction."`
	Chats     int           `default:"0" help:"Chat interactions beside them."`
	For       time.Duration `default:"30s" help:"How long."`
	Loss      float64       `help:"Share of packets lost, 0..1."`
	Burst     float64       `help:"Mean length of a loss in packets."`
	Jitter    time.Duration `help:"Largest delay of a packet."`
	Reorder   float64       `help:"Share of packets that come late and out of order."`
	Duplicate float64       `help:"Share of packets that come twice."`
	Seed      uint64        `default:"1" help:"The same seed harms the same packets."`
	JSON      bool          `help:"Print the report as JSON."`
}

func (loadCmd) Help() string {
	return `Sends to the loopback and test addresses of a service of yours; every leg plays its own
part of the bundled speech.

Example:  attune load --legs 100 --for 1m --loss 0.05 --burst 3 --jitter 40ms`
}

// Run sends load.
func (c *loadCmd) Run(w *world) error {
	if c.Legs < 0 || c.Chats < 0 || c.Legs+c.Chats == 0 || c.For <= 0 || c.Loss < 0 || c.Loss >= 1 {
		return usageError{fmt.Errorf("--legs %d --chats %d --for %s --loss %g: want something to send, a time above 0, loss in 0..1", c.Legs, c.Chats, c.For, c.Loss)}
	}
	client := &bench.Client{Client: load.Client{Base: c.URL, Token: c.Token, HTTP: &http.Client{Timeout: 10 * time.Second}}}
	ctx, cancel := context.WithTimeout(w.ctx, c.For)
	defer cancel()
	streams, err := client.Legs(w.ctx, c.Legs, load.Impairment{
		Loss: c.Loss, Burst: c.Burst, Jitter: c.Jitter, Reorder: c.Reorder, Duplicate: c.Duplicate, Seed: c.Seed})
	if err != nil {
		return err
	}
	var report load.Report
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { var err error; report, err = load.Send(gctx, streams); return err })
	for i := range c.Chats {
		g.Go(func() error { return client.Chat(gctx, i) })
	}
	err = g.Wait()
	client.EndAll(context.WithoutCancel(w.ctx))
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(w.out).Encode(report)
	}
	fmt.Fprintf(w.out, "%d legs: %d packets sent, %d lost on purpose, %d sent twice; the sender was at most %s late\n",
		report.Streams, report.Packets, report.Lost, report.Duplicated, report.Late.Round(time.Millisecond))
	return nil
}
