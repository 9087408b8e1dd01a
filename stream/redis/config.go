package redis

import (
	"log/slog"
	"time"

	"github.com/attune-cx/attune/stream"
)

// Config of a publisher. The zero value of every field means the default it names.
type Config struct {
	Tenant  string        // whose meta key and streams are made at once; "" = default. Others follow with their first event
	Shards  int           // streams a tenant, 1..1024; 0 = 1; take 16 on a Cluster
	Retain  time.Duration // age at which entries are trimmed; 0 = 24 h
	Replica int           // replicas that must have an event before it counts as acknowledged; 0 = none. Not on a Cluster

	StateTTL             time.Duration // of the state hash after the newest event; 0 = Retain
	InteractionTTL       time.Duration // of an interaction's own stream; 0 = 1 h
	InteractionLength    int           // entries kept in it; 0 = 600
	NoInteractionStreams bool          // write none: the overlay and SSE then have nothing to read

	Queue    int           // life-cycle events that may wait before Admit refuses; 0 = 65 536
	Batch    int           // events in one pipeline; 0 = 128
	Timeout  time.Duration // of one pipeline; 0 = 300 ms
	Backoff  time.Duration // longest pause between attempts while Redis is away; 0 = 500 ms
	StopWait time.Duration // pause after an error that someone must put right; 0 = 5 s
	Trim     time.Duration // between trims of what is older than Retain; 0 = 10 s

	// AcceptUnsafe starts on a server that would lose what it acknowledged: one that
	// evicts keys at maxmemory. For rehearsals only.
	AcceptUnsafe bool

	// Now is the monotonic clock of [stream.Event.Newest]; nil = time since New.
	Now func() time.Duration
	// OnAck is called by a worker after Redis acknowledged an event; nil = nothing.
	// It must be quick: the shard waits for it.
	OnAck func(Ack)
	// Logger gets state changes (Redis away, back, stopped), never an event; nil = none.
	Logger *slog.Logger
}

// Ack tells that an event is in Redis.
type Ack struct {
	Event *stream.Event
	Stamp stream.Stamp
	// Latency from the newest packet behind the event to this moment, of Config.Now;
	// negative when no packet led to it.
	Latency time.Duration
}

// withDefaults returns c with every zero field set.
func (c Config) withDefaults() Config {
	or := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	orInt := func(n *int, v int) {
		if *n <= 0 {
			*n = v
		}
	}
	or(&c.Retain, 24*time.Hour)
	or(&c.StateTTL, c.Retain)
	or(&c.InteractionTTL, time.Hour)
	or(&c.Timeout, Timeout)
	or(&c.Backoff, 500*time.Millisecond)
	or(&c.StopWait, 5*time.Second)
	or(&c.Trim, 10*time.Second)
	orInt(&c.InteractionLength, 600)
	orInt(&c.Queue, 65536)
	orInt(&c.Batch, 128)
	if c.Now == nil {
		start := time.Now()
		c.Now = func() time.Duration { return time.Since(start) }
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// fenceTTL makes a fence outlive the entries that it guards: a retry of an event
// whose entry is still there must find it done.
func (c Config) fenceTTL() time.Duration { return c.Retain + 24*time.Hour }
