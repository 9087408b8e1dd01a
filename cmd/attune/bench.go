package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"time"

	"github.com/attune-cx/attune/internal/bench"
)

type benchCmd struct {
	Legs benchLegsCmd `cmd:"" default:"withargs" help:"Legs per core: the whole prosody of every leg, in the live layout (CPU time)."`
	Path benchPathCmd `cmd:"" help:"The whole path: RTP over loopback to the acknowledgement of Redis."`
}

type benchLegsCmd struct {
	Rate    int           `enum:"8000,16000" default:"8000" help:"Rate of the legs in Hz."`
	Legs    int           `default:"256" help:"Legs."`
	For     time.Duration `default:"3s" help:"CPU time to spend."`
	Hops    int           `help:"Hops of every leg instead, for counting instructions."`
	Timing  bool          `help:"Only voice activity, as of an agent's leg."`
	JSON    bool          `help:"Print JSON."`
	Kernels string        `enum:",generic,avx2,avx512" default:"" help:"Instructions to use: generic, avx2 or avx512 (default: the best that the CPU has)."`
	Scoring bool          `help:"With the functionals over a sliding span, once a second." default:"true" negatable:""`
}

func (benchLegsCmd) Help() string {
	return `Example:  attune bench legs --rate 16000 --json`
}

// Run measures the prosody engine.
func (c *benchLegsCmd) Run(w *world) error {
	if c.Legs < 1 || c.For <= 0 || c.Hops < 0 {
		return usageError{fmt.Errorf("--legs %d --for %s --hops %d: legs and time must be above 0, hops not below", c.Legs, c.For, c.Hops)}
	}
	r, err := bench.Legs(bench.LegsConfig{Rate: c.Rate, Legs: c.Legs, CPU: c.For, Hops: c.Hops, Timing: c.Timing, Functionals: c.Scoring, Kernels: c.Kernels})
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(w.out).Encode(r)
	}
	fmt.Fprintf(w.out, `%s %s, %s, %s
%d legs of %d Hz, %d hops each: %.2f us CPU per leg and hop, %.0f legs at 100 %% of a core
%.1f allocations per hop, %.1f KB per leg
`, runtime.GOOS, runtime.GOARCH, r.CPUModel, r.Kernels, r.Legs, r.Rate, r.HopsPerLeg, r.MicrosPerHop, r.LegsPerCore, r.AllocsPerHop, float64(r.BytesPerLeg)/1024)
	return nil
}

type benchPathCmd struct {
	Legs     int           `default:"100" help:"Legs: half customers, half agents."`
	For      time.Duration `default:"20s" help:"How long."`
	Redis    string        `help:"Redis URL (default: embedded)." placeholder:"URL"`
	Shards   int           `default:"0" help:"Shards of the engine (0: one per core)."`
	JSON     bool          `help:"Print JSON."`
	Loss     float64       `help:"Share of packets lost."`
	Customer bool          `help:"Customers on every leg: all of the prosody."`
}

func (benchPathCmd) Help() string {
	return `Example:  attune bench path --legs 100 --redis redis://127.0.0.1:6379/0`
}

// Run measures the whole path in one process: the CPU time holds the sender's.
func (c *benchPathCmd) Run(w *world) error {
	if c.Legs < 1 || c.For <= 0 || c.Loss < 0 || c.Loss >= 1 {
		return usageError{fmt.Errorf("--legs %d --for %s --loss %g: want legs and time above 0, loss in 0..1", c.Legs, c.For, c.Loss)}
	}
	r, err := bench.Path(w.ctx, bench.PathConfig{Legs: c.Legs, For: c.For, Redis: c.Redis, Shards: c.Shards, Loss: c.Loss, AllCustomers: c.Customer})
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(w.out).Encode(r)
	}
	fmt.Fprintf(w.out, `%d legs for %s, %s
packet to acknowledgement: p50 %.1f ms, p99 %.1f ms over %d events
CPU %.2f ms per leg and second without the sender (%.1f %% of a core in all, the sender %.1f %%)
%d packets sent, %.0f taken, %.0f lost in the kernel; shard steps 50 ms late: %.0f; allocations %.2f per hop
`, r.Legs, c.For, r.Redis, r.P50MS, r.P99MS, r.Events, r.CPUPerLegMS, 100*r.CPU, 100*r.SenderCPU,
		r.Sent, r.Taken, r.KernelLost, r.LateSteps, r.AllocsPerHop)
	return nil
}
