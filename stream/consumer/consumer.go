package consumer

import (
	"context"
	"fmt"
	"sync/atomic"

	goredis "github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/attune-cx/attune/stream"
)

// Entry is one entry of a stream, as it was delivered.
type Entry struct {
	Shard      int
	EntryID    string
	Values     map[string]any // fields of the entry
	Deliveries int            // this one included
}

// Field is the text of a field, "" when it is not there.
func (e *Entry) Field(name string) string {
	s, _ := e.Values[name].(string)
	return s
}

// Received is an event that was read from a stream.
type Received struct {
	*stream.Envelope
	Entry Entry
}

// Stats counts what a consumer did. Times handled do not include doubles.
type Stats struct {
	Handled, Failed, Doubles, Dead, Claimed uint64
}

// Consumer reads one stream of every shard through a consumer group.
type Consumer struct {
	cfg    Config
	client goredis.UniversalClient

	handled, failed, doubles, dead, claimed atomic.Uint64
}

// New returns a consumer on client, which stays the caller's to close. It does not
// connect.
func New(cfg Config, client goredis.UniversalClient) (*Consumer, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	if _, err := stream.NewKeys(cfg.Tenant, cfg.Shards); err != nil {
		return nil, err
	}
	return &Consumer{cfg: cfg, client: client}, nil
}

// Run hands every event to handle until ctx ends, then returns nil; or an error
// that someone must put right: no permission, a key of another type, streams of an
// unknown kind. While Redis does not answer it waits.
//
// handle is called by one goroutine a shard, in the order of the stream. After nil
// the entry is acknowledged. After an error it stays pending and comes again when
// MinIdle has passed, behind newer ones; after MaxDeliveries, or an error that
// wraps [ErrReject], it goes to the dead stream. An entry that is no event goes
// there at once.
func (c *Consumer) Run(ctx context.Context, handle func(context.Context, *Received) error) error {
	return c.run(ctx, func(e *Entry) (string, func(context.Context) error, error) {
		env, err := stream.Decode([]byte(e.Field("data")))
		if err != nil {
			return "", nil, err
		}
		return env.ID, func(ctx context.Context) error { return handle(ctx, &Received{Envelope: env, Entry: *e}) }, nil
	})
}

// RunEntries is [Consumer.Run] for entries that are not events.
func (c *Consumer) RunEntries(ctx context.Context, handle func(context.Context, *Entry) error) error {
	return c.run(ctx, func(e *Entry) (string, func(context.Context) error, error) {
		return e.EntryID, func(ctx context.Context) error { return handle(ctx, e) }, nil
	})
}

// opener names an entry for the set of doubles and says how to handle it.
type opener func(*Entry) (id string, handle func(context.Context) error, err error)

func (c *Consumer) run(ctx context.Context, open opener) error {
	k, err := stream.NewKeys(c.cfg.Tenant, c.cfg.Shards)
	if c.cfg.Shards == 0 && err == nil {
		k, err = Discover(ctx, c.client, c.cfg.Tenant, c.cfg.Block)
	}
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for n := range k.Shards {
		r := &reader{
			c: c, shard: n, open: open, seen: newSeen(c.cfg.Seen),
			key: key(k, c.cfg.Stream, n), dead: k.Dead(n, c.cfg.Stream),
		}
		group.Go(func() error {
			if err := r.run(ctx); err != nil {
				return fmt.Errorf("consumer: %s: %w", r.key, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// Stats returns the counts so far.
func (c *Consumer) Stats() Stats {
	return Stats{
		Handled: c.handled.Load(), Failed: c.failed.Load(), Doubles: c.doubles.Load(),
		Dead: c.dead.Load(), Claimed: c.claimed.Load(),
	}
}
