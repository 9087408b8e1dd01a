package pipeline

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/attune-cx/attune/audio/receiver"
)

// register exposes the shards' counts; they are summed when somebody looks.
func (e *Engine) register() {
	sum := func(read func(*shard) float64) func() float64 {
		return func() float64 {
			total := 0.0
			for _, s := range e.shards {
				total += read(s)
			}
			return total
		}
	}
	gauge := func(name, help string, read func(*shard) float64) {
		e.cfg.Registerer.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, sum(read)))
	}
	counter := func(name, help string, read func(*shard) float64) {
		e.cfg.Registerer.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, sum(read)))
	}
	gauge("attune_interactions", "Interactions that are going on.", func(s *shard) float64 { return float64(s.counts.interactions.Load()) })
	gauge("attune_legs", "Legs that are open.", func(s *shard) float64 { return float64(s.counts.legs.Load()) })
	counter("attune_rtp_packets_total", "RTP packets taken by a leg.", func(s *shard) float64 { return float64(s.counts.packets.Load()) })
	counter("attune_rtp_unparsed_total", "RTP packets that a leg could not use.", func(s *shard) float64 { return float64(s.counts.unparsed.Load()) })
	counter("attune_hops_total", "Hops of 10 ms analysed.", func(s *shard) float64 { return float64(s.counts.hops.Load()) })
	counter("attune_lane_runs_total", "Runs of groups of 16 lanes; hops over runs is how full they were.", func(s *shard) float64 { return float64(s.counts.runs.Load()) })
	counter("attune_lost_samples_total", "Samples lost on the way and kept out of features.", func(s *shard) float64 { return float64(s.counts.lostSamples.Load()) })
	counter("attune_push_dropped_total", "Packets from WebRTC dropped because a shard was behind.", func(s *shard) float64 { return float64(s.counts.pushDropped.Load()) })
	counter("attune_late_steps_total", "Steps of a shard that came 50 ms late or more.", func(s *shard) float64 { return float64(s.counts.lateSteps.Load()) })
	counter("attune_receiver_denied_total", "Datagrams from sources that are not allowed.", received(func(c receiver.Counters) uint64 { return c.Denied }))
	counter("attune_receiver_foreign_total", "Datagrams from addresses that no leg belongs to.", received(func(c receiver.Counters) uint64 { return c.Foreign + c.Unproven + c.Stale }))
	counter("attune_receiver_kernel_lost_total", "Datagrams dropped by the kernel: receive buffer full.", received(func(c receiver.Counters) uint64 { return c.KernelLost }))
}

func received(read func(receiver.Counters) uint64) func(*shard) float64 {
	return func(s *shard) float64 {
		if s.recv == nil {
			return 0
		}
		return float64(read(s.recv.Counters()))
	}
}
