package redis

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// metrics of a publisher. No label takes a value that a caller, caller's id or
// error text could widen.
type metrics struct {
	latency  prometheus.Histogram
	acked    prometheus.Counter
	merged   prometheus.Counter
	refused  prometheus.Counter
	invalid  prometheus.Counter
	beside   prometheus.Counter
	back     prometheus.Counter
	trimmed  prometheus.Counter
	failures map[Class]prometheus.Counter
}

func newMetrics(reg prometheus.Registerer, p *Publisher) *metrics {
	with := promauto.With(reg) // a nil registerer registers nothing
	counter := func(name, help string) prometheus.Counter {
		return with.NewCounter(prometheus.CounterOpts{Name: "attune_" + name, Help: help})
	}
	m := &metrics{
		latency: with.NewHistogram(prometheus.HistogramOpts{
			Name:                           "attune_packet_to_ack_seconds",
			Help:                           "From the arrival of the newest packet or message that an event depends on to its acknowledgement by Redis.",
			Buckets:                        []float64{.001, .0025, .005, .01, .015, .02, .025, .03, .04, .05, .06, .08, .1, .15, .25, .5, 1, 2.5},
			NativeHistogramBucketFactor:    1.1,
			NativeHistogramMaxBucketNumber: 160,
		}),
		acked:   counter("events_acknowledged_total", "Events that Redis acknowledged."),
		merged:  counter("score_updates_merged_total", "Score updates that a newer one of the same participant replaced before they were sent."),
		refused: counter("interactions_refused_total", "Interactions refused because too many life-cycle events wait for Redis."),
		invalid: counter("events_invalid_total", "Events that were not complete and could not be encoded."),
		beside:  counter("events_partly_written_total", "Events in the stream whose state, interaction or hint key was of another type."),
		back:    counter("events_lost_by_redis_total", "Acknowledged events that the fence shows to be gone after a failover."),
		trimmed: counter("stream_forced_trims_total", "Trims of a shard's stream that took entries younger than the retention."),
	}
	vec := with.NewCounterVec(prometheus.CounterOpts{Name: "attune_publish_errors_total",
		Help: "Attempts to send that failed, by what is done about it."}, []string{"reason"})
	m.failures = make(map[Class]prometheus.Counter)
	for _, c := range []Class{Retry, Resolve, Reload, Order, Stop} {
		m.failures[c] = vec.WithLabelValues(string(c))
	}
	with.NewGaugeFunc(prometheus.GaugeOpts{Name: "attune_publish_queue_events", Help: "Events that wait for an acknowledgement."},
		func() float64 { return float64(p.pending.Load()) })
	with.NewGaugeFunc(prometheus.GaugeOpts{Name: "attune_publish_queue_kept_events", Help: "Of them, those that may not be merged."},
		func() float64 { return float64(p.kept.Load()) })
	with.NewGaugeFunc(prometheus.GaugeOpts{Name: "attune_publish_queue_kept_capacity", Help: "Kept events at which new interactions are refused."},
		func() float64 { return float64(p.cfg.Queue) })
	return m
}
