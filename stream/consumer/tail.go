package consumer

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/redis"
)

// TailConfig says what to follow. The zero value follows every new event of the
// default tenant.
type TailConfig struct {
	Tenant  string
	Stream  string             // Events or Hints; "" = Events
	From    string             // "$" only what comes, "0" from the oldest, or the id of an entry to go on after; "" = "$"
	Shards  int                // 0 = as the meta key says, waiting until it is there
	Block   time.Duration      // longest wait, and for the end of ctx to be noticed; 0 = 500 ms
	Skipped func(Entry, error) // told of entries that are no event; nil = they are left out silently
}

// Tail follows a stream without a group: it takes nothing from anybody and leaves
// nothing behind. each is called for one event at a time, in order within an
// interaction, until ctx ends (nil) or each returns an error, which Tail returns.
// While Redis does not answer it waits, and goes on where it was.
func Tail(ctx context.Context, client goredis.UniversalClient, cfg TailConfig, each func(*Received) error) error {
	positive(&cfg.Block, 500*time.Millisecond)
	if cfg.From == "" {
		cfg.From = "$"
	}
	k, err := stream.NewKeys(cfg.Tenant, cfg.Shards)
	if cfg.Shards == 0 && err == nil {
		k, err = Discover(ctx, client, cfg.Tenant, cfg.Block)
	}
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	var one sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	for n := range k.Shards {
		group.Go(func() error {
			return follow(ctx, client, cfg, n, key(k, cfg.Stream, n), func(r *Received) error {
				one.Lock()
				defer one.Unlock()
				return each(r)
			})
		})
	}
	return group.Wait()
}

// TailInteraction follows the stream of one interaction from the event after seq
// on (0 = from the oldest that is kept): what a page beside a call reads, with the
// seq as the event id to go on after. It does not end with the interaction.
func TailInteraction(ctx context.Context, client goredis.UniversalClient, k stream.Keys, id string, after uint64, each func(*Received) error) error {
	cfg := TailConfig{From: strconv.FormatUint(after, 10) + "-0", Block: 500 * time.Millisecond}
	return follow(ctx, client, cfg, k.Shard(id), k.Interaction(id), each)
}

// follow reads one key until ctx ends.
func follow(ctx context.Context, client goredis.UniversalClient, cfg TailConfig, shard int, key string, each func(*Received) error) error {
	from, pause := cfg.From, time.Duration(0)
	for ctx.Err() == nil {
		messages, err := next(ctx, client, key, &from, cfg.Block)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && redis.Classify(err) == redis.Stop:
			return fmt.Errorf("consumer: %s: %w", key, err)
		case err != nil:
			pause = min(max(2*pause, 10*time.Millisecond), time.Second)
			sleep(ctx, pause)
			continue
		}
		pause = 0
		for _, m := range messages {
			if err := hand(cfg, shard, m, each); err != nil {
				return err
			}
			from = m.ID
		}
	}
	return nil
}

// next waits for entries after from. "$" is resolved once, so that what comes
// between two reads is not missed.
func next(ctx context.Context, client goredis.UniversalClient, key string, from *string, block time.Duration) ([]goredis.XMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, block+2*time.Second)
	defer cancel()
	if *from == "$" {
		last, err := client.XRevRangeN(ctx, key, "+", "-", 1).Result()
		if err != nil {
			return nil, err
		}
		*from = "0-0"
		if len(last) > 0 {
			*from = last[0].ID
		}
	}
	streams, err := client.XRead(ctx, &goredis.XReadArgs{Streams: []string{key, *from}, Count: 256, Block: block}).Result()
	if errors.Is(err, goredis.Nil) || (err == nil && len(streams) == 0) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return streams[0].Messages, nil
}

func hand(cfg TailConfig, shard int, m goredis.XMessage, each func(*Received) error) error {
	e := Entry{Shard: shard, EntryID: m.ID, Values: m.Values, Deliveries: 1}
	env, err := stream.Decode([]byte(e.Field("data")))
	if err != nil {
		if cfg.Skipped != nil {
			cfg.Skipped(e, err)
		}
		return nil
	}
	return each(&Received{Envelope: env, Entry: e})
}
