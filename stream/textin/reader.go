package textin

import (
	"context"
	"log/slog"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune/stream/consumer"
)

// Config of a reader. The zero value of every field means the default it names.
type Config struct {
	Tenant        string        // "" = default
	Shards        int           // 0 = as the meta key says, waiting until it is there
	Group         string        // "" = attune; processes that share the work share it
	Name          string        // of this process within the group; "" = the host's name
	Block         time.Duration // longest wait for an entry; 0 = 500 ms
	MinIdle       time.Duration // after which an entry that another holds, or that failed, is tried again; 0 = 30 s
	MaxDeliveries int           // after which it is given up; 0 = 5
	Logger        *slog.Logger  // nil = none
}

// Reader reads the input streams of a tenant.
type Reader struct{ c *consumer.Consumer }

// New returns a reader on client, which stays the caller's to close.
func New(cfg Config, client goredis.UniversalClient) (*Reader, error) {
	if cfg.Group == "" {
		cfg.Group = "attune"
	}
	c, err := consumer.New(consumer.Config{
		Tenant: cfg.Tenant, Shards: cfg.Shards, Stream: consumer.Text, Group: cfg.Group, Name: cfg.Name, Block: cfg.Block,
		MinIdle: cfg.MinIdle, MaxDeliveries: cfg.MaxDeliveries, Private: true, Logger: cfg.Logger,
	}, client)
	if err != nil {
		return nil, err
	}
	return &Reader{c: c}, nil
}

// Run hands the data of every entry to accept until ctx ends (nil) or an error that
// someone must put right. accept is called by one goroutine a shard, in the order of
// the stream; data is valid during the call. After nil the entry is acknowledged and
// deleted. After an error that wraps [consumer.ErrReject] it is given up at once,
// after any other it is tried again when MinIdle has passed; so is what a process
// held that ended. The same text may come twice: its id says so.
func (r *Reader) Run(ctx context.Context, accept func(ctx context.Context, data []byte) error) error {
	return r.c.RunEntries(ctx, func(ctx context.Context, e *consumer.Entry) error {
		return accept(ctx, []byte(e.Field("data")))
	})
}

// Stats counts what the reader did.
func (r *Reader) Stats() consumer.Stats { return r.c.Stats() }
