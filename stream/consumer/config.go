package consumer

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/attune-cx/attune/stream"
)

// ErrReject is what a handler's error wraps when no further attempt can help: the
// entry goes to the dead stream at once.
var ErrReject = errors.New("consumer: entry cannot be handled")

// Which of the streams of a shard to read.
const (
	Events = "events"
	Hints  = "hints"
	Text   = "text"
)

// Config of a consumer. The zero value of every field but Group means the default
// it names.
type Config struct {
	Tenant string // "" = default
	Stream string // Events, Hints or Text; "" = Events
	Group  string // of this engine; every group gets every entry. Needed
	Name   string // of this process within the group, kept over restarts; "" = the host's name
	Shards int    // 0 = as the meta key says, waiting until it is there
	From   string // where a group begins that is not there yet: "0" the oldest entry, "$" only new ones; "" = "0"

	Batch         int           // entries a read; 0 = 64
	Block         time.Duration // longest wait for an entry, and for Run to notice that it shall end; 0 = 500 ms
	MinIdle       time.Duration // after which an entry that another holds, or that failed, is taken over; 0 = 30 s
	MaxDeliveries int           // after which an entry goes to the dead stream; 0 = 5
	Seen          int           // events remembered a shard to drop doubles; 0 = 65 536

	// Private: entries hold what people said. They are deleted once acknowledged, and
	// the dead stream gets the reason of one given up, never its content.
	Private bool

	Logger *slog.Logger // nil = none
}

func (c Config) withDefaults() (Config, error) {
	if c.Group == "" {
		return c, errors.New("consumer: Config.Group is empty; give the name of the engine that reads")
	}
	if c.Tenant == "" {
		c.Tenant = stream.DefaultTenant
	}
	if c.Stream == "" {
		c.Stream = Events
	}
	if c.Stream != Events && c.Stream != Hints && c.Stream != Text {
		return c, fmt.Errorf("consumer: stream %q; use %s, %s or %s", c.Stream, Events, Hints, Text)
	}
	if c.Name == "" {
		c.Name, _ = os.Hostname()
	}
	if c.Name == "" {
		c.Name = "consumer"
	}
	if c.From == "" {
		c.From = "0"
	}
	positive(&c.Batch, 64)
	positive(&c.MaxDeliveries, 5)
	positive(&c.Seen, 65536)
	positive(&c.Block, 500*time.Millisecond)
	positive(&c.MinIdle, 30*time.Second)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

func positive[T int | time.Duration](v *T, or T) {
	if *v <= 0 {
		*v = or
	}
}

// key is the stream of a shard that the config names.
func key(k stream.Keys, name string, shard int) string {
	switch name {
	case Hints:
		return k.Hints(shard)
	case Text:
		return k.Text(shard)
	}
	return k.Events(shard)
}
