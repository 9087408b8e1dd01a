package pipeline

import (
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/attune-cx/attune/audio/receiver"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

// Config is what an [Engine] runs on. Sink and Reader are required.
type Config struct {
	Tenant          string            // "" = "default"
	Shards          int               // 0 = one per core
	MaxInteractions int               // 0 = 5000
	IdleTimeout     time.Duration     // 0 = 30 min
	RTP             *receiver.Config  // one port range, shared out among the shards; nil = no RTP over UDP
	HoleWait        time.Duration     // how long a missing packet is waited for; 0 = 60 ms
	AgentTiming     bool              // talk and silence of those who serve are measured
	Scoring         scoring.Config    //
	Reader          *lexical.Analyzer // reads words
	Sink            stream.Sink       // takes events
	Hops            HopTap            // sees every finished row, for tests and recorders; nil = nobody
	Ears            Ears              // takes legs' sound for a recogniser; nil = nobody
	Registerer      prometheus.Registerer
	Log             *slog.Logger         // nil = silent; never used per packet
	Wall            func() time.Time     // labels events; nil = time.Now
	Now             func() time.Duration // monotonic; nil = since New
	Salt            string               // of agents' pseudonyms; "" = random per process
}

// HopTap is called with each finished row of each leg, in order of time within a
// leg, on the goroutine of the leg's shard: it must be quick, and may keep a copy
// of the row but not the row. Rows without consent never come to be.
type HopTap func(legID string, h *features.Hop)

func (c *Config) complete() error {
	switch {
	case c.Sink == nil:
		return fmt.Errorf("pipeline: Config.Sink is nil: events need somewhere to go")
	case c.Reader == nil:
		return fmt.Errorf("pipeline: Config.Reader is nil: words need somebody to read them")
	}
	if c.Tenant == "" {
		c.Tenant = "default"
	}
	if c.Shards == 0 {
		c.Shards = runtime.GOMAXPROCS(0)
	}
	if c.MaxInteractions == 0 {
		c.MaxInteractions = 5000
	}
	if c.IdleTimeout == 0 {
		c.IdleTimeout = 30 * time.Minute
	}
	if c.HoleWait == 0 {
		c.HoleWait = 60 * time.Millisecond
	}
	if c.Registerer == nil {
		c.Registerer = prometheus.NewRegistry()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if c.Wall == nil {
		c.Wall = time.Now
	}
	if c.Now == nil {
		start := time.Now()
		c.Now = func() time.Duration { return time.Since(start) }
	}
	if c.Salt == "" {
		c.Salt = newID()
	}
	return nil
}
