package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"golang.org/x/sync/errgroup"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/internal/demo"
	"github.com/attune-cx/attune/internal/load"
	"github.com/attune-cx/attune/internal/service"
	"github.com/attune-cx/attune/stream/redis"
)

// defaultWarmUp is how long the path runs before anything counts.
const defaultWarmUp = 5 * time.Second

// flight is how long a packet may be on its way over loopback.
const flight = 200 * time.Millisecond

// PathConfig says what to send.
type PathConfig struct {
	Legs         int
	For          time.Duration // counted, after the warm-up
	WarmUp       time.Duration // 0 = 5 s
	Redis        string        // URL; "" = embedded
	Shards       int
	Loss         float64
	AllCustomers bool // every leg a customer's; otherwise each second one an agent's
}

// PathResult is what was measured.
type PathResult struct {
	Legs         int     `json:"legs"`
	Redis        string  `json:"redis"`
	P50MS        float64 `json:"p50_ms"`
	P99MS        float64 `json:"p99_ms"`
	Events       int64   `json:"events"`
	CPU          float64 `json:"cpu_cores"`
	SenderCPU    float64 `json:"sender_cpu_cores"`
	CPUPerLegMS  float64 `json:"cpu_ms_per_leg_second"` // without the sender
	AllocsPerHop float64 `json:"allocs_per_hop"`        // of the whole process, scores and events included
	Sent         int     `json:"packets_sent"`
	Taken        float64 `json:"packets_taken"`
	KernelLost   float64 `json:"kernel_lost"`
	LateSteps    float64 `json:"late_steps"`
}

// Path runs the whole service in this process and sends RTP to it over
// loopback, each leg from its own place in the bundled speech.
func Path(ctx context.Context, cfg PathConfig) (PathResult, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	acks := &ackTimes{hist: hdrhistogram.New(1, 60_000_000, 3)}
	s, err := service.New(ctx, serviceConfig(&cfg), service.Options{OnAck: acks.add})
	if err != nil {
		return PathResult{}, err
	}
	var g errgroup.Group
	g.Go(func() error { return s.Run(ctx) })
	streams, err := legs(ctx, s, &cfg)
	if err != nil {
		cancel()
		return PathResult{}, fmt.Errorf("%w (%w)", err, g.Wait())
	}
	sender := &sending{}
	sending, stop := context.WithCancel(ctx)
	defer stop()
	sent := make(chan error, 1)
	go func() { sent <- sender.run(sending, streams) }()
	r := PathResult{Legs: cfg.Legs, Redis: cfg.Redis}
	if r.Redis == "" {
		r.Redis = "embedded Redis-protocol server"
	}
	measure(ctx, &cfg, s, acks, sender, &r)
	stop()
	err = <-sent
	sleep(ctx, flight) // what was sent last is taken before it is counted
	r.Sent, r.Taken = sender.report.Packets, metric(s, "attune_rtp_packets_total")
	r.KernelLost, r.LateSteps = metric(s, "attune_receiver_kernel_lost_total"), metric(s, "attune_late_steps_total")
	cancel()
	return r, errors.Join(err, g.Wait())
}

// measure reads the counters before and after.
func measure(ctx context.Context, cfg *PathConfig, s *service.Service, acks *ackTimes, sender *sending, r *PathResult) {
	sleep(ctx, cmp.Or(cfg.WarmUp, defaultWarmUp))
	acks.reset()
	cpu, sent, allocs, hops := cpuTime(), sender.cpu(), mallocs(), metric(s, "attune_hops_total")
	start := time.Now()
	sleep(ctx, cfg.For)
	wall := time.Since(start)
	cpu, sent = cpuTime()-cpu, sender.cpu()-sent
	hops = metric(s, "attune_hops_total") - hops
	r.CPU, r.SenderCPU = cpu.Seconds()/wall.Seconds(), sent.Seconds()/wall.Seconds()
	r.CPUPerLegMS = float64((cpu - sent).Microseconds()) / 1000 / wall.Seconds() / float64(cfg.Legs)
	r.AllocsPerHop = float64(mallocsSince(allocs)) / max(1, hops)
	r.P50MS, r.P99MS, r.Events = acks.read()
}

// legs opens two legs an interaction and gives each its sound.
func legs(ctx context.Context, s *service.Service, cfg *PathConfig) ([]load.Stream, error) {
	sound, err := demo.MuLaw()
	if err != nil {
		return nil, err
	}
	all := attune.Consent{AnalyseVoice: true, AnalyseText: true, Basis: "benchmark"}
	var out []load.Stream
	for i := range cfg.Legs {
		id := fmt.Sprintf("bench-%d", i/2)
		if i%2 == 0 {
			if _, _, err := s.Engine.Create(ctx, attune.Interaction{ID: id, Purpose: attune.PurposeTest}); err != nil {
				return nil, err
			}
		}
		role := []attune.Role{attune.RoleCustomer, attune.RoleAgent}[i%2]
		who := attune.Participant{Role: role}
		if cfg.AllCustomers {
			who = attune.Participant{ID: fmt.Sprintf("customer%d", i%2), Role: attune.RoleCustomer}
		}
		stream := load.Stream{Payload: sound, Loop: true, Start: load.Place(i, len(sound)),
			SSRC: uint32(i + 1), Delay: time.Duration(i%20) * time.Millisecond, Network: load.Impairment{Loss: cfg.Loss, Seed: 1}}
		if err := open(ctx, s, id, who, all, &stream); err != nil {
			return nil, err
		}
		out = append(out, stream)
	}
	return out, nil
}

// ackTimes gathers packet-to-acknowledgement times.
type ackTimes struct {
	mu   sync.Mutex
	hist *hdrhistogram.Histogram
}

func (a *ackTimes) add(ack redis.Ack) {
	if ack.Latency < 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.hist.RecordValue(ack.Latency.Microseconds())
}

func (a *ackTimes) reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.hist.Reset()
}

func (a *ackTimes) read() (p50, p99 float64, n int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return float64(a.hist.ValueAtQuantile(50)) / 1000, float64(a.hist.ValueAtQuantile(99)) / 1000, a.hist.TotalCount()
}

// sending runs the sender on a thread of its own, so that its CPU time can be
// told from the service's.
type sending struct {
	report load.Report
	mu     sync.Mutex
	tid    int
}

func (s *sending) run(ctx context.Context, streams []load.Stream) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	s.mu.Lock()
	s.tid = threadID()
	s.mu.Unlock()
	var err error
	s.report, err = load.Send(ctx, streams)
	return err
}

func (s *sending) cpu() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return threadCPU(s.tid)
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// metric is the value of a counter or gauge without labels.
func metric(s *service.Service, name string) float64 {
	families, err := s.Registry().Gather()
	if err != nil {
		return 0
	}
	for _, f := range families {
		if f.GetName() == name && len(f.GetMetric()) > 0 {
			m := f.GetMetric()[0]
			return m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	return 0
}
