package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/attune-cx/attune/internal/bench"
	"github.com/attune-cx/attune/internal/demo"
	"github.com/attune-cx/attune/internal/load"
)

type loadCmd struct {
	URL       string        `default:"http://127.0.0.1:8080" help:"Base URL of the service."`
	Metrics   string        `default:"http://127.0.0.1:9464/metrics" help:"Metrics of the service, read before and after; empty: not."`
	Token     string        `env:"ATTUNE_TOKEN" help:"Bearer token with the scope ingest."`
	Legs      int           `default:"20" help:"RTP legs, two an interaction."`
	Audio     string        `type:"existingdir" help:"Folder of WAV files to play (default: the bundled speech)." placeholder:"DIR"`
	Customers bool          `help:"Customers on every leg: all of the prosody. Otherwise each second one is an agent's."`
	Chats     int           `default:"0" help:"Chat interactions beside them."`
	For       time.Duration `default:"30s" help:"How long."`
	WarmUp    time.Duration `default:"5s" help:"How much of it does not count in what the service's metrics tell."`
	Loss      float64       `help:"Share of packets lost, 0..1."`
	Burst     float64       `help:"Mean length of a loss in packets."`
	Jitter    time.Duration `help:"Largest delay of a packet."`
	Reorder   float64       `help:"Share of packets that come late and out of order."`
	Duplicate float64       `help:"Share of packets that come twice."`
	Seed      uint64        `default:"1" help:"The same seed harms the same packets."`
	JSON      bool          `help:"Print the report as JSON."`
}

func (loadCmd) Help() string {
	return `Sends to the loopback and test addresses of a service of yours. Every leg plays
speech from its own place: in the bundled call, or in all recordings of --audio.

Example:  attune load --legs 100 --for 1m --loss 0.05 --burst 3 --jitter 40ms
          attune load --legs 1200 --audio recordings/ --customers --json`
}

// loadReport is what `attune load --json` prints.
type loadReport struct {
	load.Report
	Recordings    int            `json:"recordings"` // 0: the bundled speech
	SpeechSeconds float64        `json:"speech_seconds"`
	Service       *serviceReport `json:"service"` // null: its metrics were not read
}

// serviceReport is what the service's metrics tell of the time after the warm-up.
type serviceReport struct {
	Seconds     float64  `json:"seconds"`
	Events      int64    `json:"events"`
	P50MS       *float64 `json:"p50_ms"` // packet to acknowledgement; null without events
	P90MS       *float64 `json:"p90_ms"`
	P99MS       *float64 `json:"p99_ms"`
	CPU         float64  `json:"cpu_cores"`
	CPUPerLegMS float64  `json:"cpu_ms_per_leg_second"`
	Taken       float64  `json:"packets_taken"`
	KernelLost  float64  `json:"kernel_lost"`
	LateSteps   float64  `json:"late_steps"`
}

// Run sends load.
func (c *loadCmd) Run(w *world) error {
	if c.Legs < 0 || c.Chats < 0 || c.Legs+c.Chats == 0 || c.For <= 0 || c.Loss < 0 || c.Loss >= 1 {
		return usageError{fmt.Errorf("--legs %d --chats %d --for %s --loss %g: want something to send, a time above 0, loss in 0..1", c.Legs, c.Chats, c.For, c.Loss)}
	}
	speech, err := c.speech(w)
	if err != nil {
		return err
	}
	client := &bench.Client{Client: load.Client{Base: c.URL, Token: c.Token, HTTP: &http.Client{Timeout: 10 * time.Second}}}
	defer client.EndAll(context.WithoutCancel(w.ctx))
	streams, err := client.Legs(w.ctx, bench.LegsSpec{N: c.Legs, Sound: speech.Sound, AllCustomers: c.Customers, Network: load.Impairment{
		Loss: c.Loss, Burst: c.Burst, Jitter: c.Jitter, Reorder: c.Reorder, Duplicate: c.Duplicate, Seed: c.Seed}})
	if err != nil {
		return err
	}
	report := loadReport{Recordings: speech.Files, SpeechSeconds: speech.Length().Seconds()}
	if err := c.send(w, client, streams, &report); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(w.out).Encode(report)
	}
	c.print(w, &report)
	return nil
}

// speech is what the legs play.
func (c *loadCmd) speech(w *world) (*load.Recordings, error) {
	if c.Audio == "" {
		sound, err := demo.MuLaw()
		return &load.Recordings{Sound: sound}, err
	}
	r, err := load.ReadRecordings(c.Audio)
	if err != nil {
		return nil, err
	}
	for _, err := range r.Skipped {
		fmt.Fprintln(w.err, "attune:", err)
	}
	return r, nil
}

// send plays the legs and the chats until the time is up, and looks at the
// service's metrics after the warm-up and at the end.
func (c *loadCmd) send(w *world, client *bench.Client, streams []load.Stream, report *loadReport) error {
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { var err error; report.Report, err = load.Send(gctx, streams); return err })
	for i := range c.Chats {
		g.Go(func() error { return client.Chat(gctx, i) })
	}
	g.Go(func() error {
		defer cancel()
		report.Service = c.watch(gctx, w)
		return nil
	})
	return g.Wait()
}

// watch waits until the time is up; nil if the metrics cannot be read.
func (c *loadCmd) watch(ctx context.Context, w *world) *serviceReport {
	warm := min(c.WarmUp, c.For/2)
	wait(ctx, warm)
	start := time.Now()
	before, err := c.observe(ctx)
	wait(ctx, c.For-warm)
	if c.Metrics == "" || ctx.Err() != nil {
		return nil
	}
	after, late := c.observe(ctx)
	if err = cmp.Or(err, late); err != nil {
		fmt.Fprintf(w.err, "attune: %v: what the service tells of itself is left out; set --metrics\n", err)
		return nil
	}
	return c.told(after.Since(before), time.Since(start).Seconds())
}

func (c *loadCmd) observe(ctx context.Context) (load.Observed, error) {
	if c.Metrics == "" {
		return load.Observed{}, nil
	}
	return load.Observe(ctx, &http.Client{Timeout: 5 * time.Second}, c.Metrics)
}

func (c *loadCmd) told(o load.Observed, seconds float64) *serviceReport {
	s := &serviceReport{Seconds: seconds, Events: o.Events(), CPU: o.CPU / seconds,
		Taken: o.Packets, KernelLost: o.KernelLost, LateSteps: o.LateSteps}
	if c.Legs > 0 {
		s.CPUPerLegMS = 1000 * s.CPU / float64(c.Legs)
	}
	if s.Events > 0 {
		ms := func(p float64) *float64 { v := 1000 * o.Quantile(p); return &v }
		s.P50MS, s.P90MS, s.P99MS = ms(.5), ms(.9), ms(.99)
	}
	return s
}

func (c *loadCmd) print(w *world, r *loadReport) {
	from := "the bundled speech"
	if r.Recordings > 0 {
		from = fmt.Sprintf("%d recordings", r.Recordings)
	}
	fmt.Fprintf(w.out, "%d legs, each from its own place in %s (%s)\n%d packets sent, %d lost on purpose, %d sent twice; the sender was at most %s late\n",
		r.Streams, from, time.Duration(r.SpeechSeconds*float64(time.Second)).Round(time.Second),
		r.Packets, r.Lost, r.Duplicated, r.Late.Round(time.Millisecond))
	s := r.Service
	if s == nil {
		return
	}
	if s.P50MS != nil {
		fmt.Fprintf(w.out, "packet to acknowledgement: p50 %.1f ms, p90 %.1f ms, p99 %.1f ms over %d events\n", *s.P50MS, *s.P90MS, *s.P99MS, s.Events)
	}
	fmt.Fprintf(w.out, "service: CPU %.3f ms per leg and second (%.1f %% of a core); %.0f packets taken, %.0f lost in the kernel; shard steps 50 ms late: %.0f\n",
		s.CPUPerLegMS, 100*s.CPU, s.Taken, s.KernelLost, s.LateSteps)
}
