package api

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/embedded"
)

// Whoever comes while nobody else looks on sees every event once: what Redis
// holds, then what comes, without a hole between the two.
func TestNothingIsMissedByTheFirstReader(t *testing.T) {
	srv, err := embedded.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	opts, err := redis.ParseURL(srv.URL())
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(opts)
	defer client.Close()
	keys := stream.Keys{Tenant: "t", Shards: 1}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	events := NewEvents(client, keys)
	ran := make(chan error, 1)
	go func() { ran <- events.Run(ctx) }()
	go write(ctx, client, keys)
	for try := range 12 {
		time.Sleep(time.Duration(try*17) * time.Millisecond)
		live, leave := events.subscribe("ix")
		past, err := events.past(ctx, "ix", 0)
		if err != nil {
			t.Fatal(err)
		}
		last := uint64(len(past))
		for want := last + 30; last < want; {
			select {
			case n := <-live.lines:
				if n.seq > last+1 {
					t.Fatalf("try %d: after %d, of which %d from Redis, came %d", try, last, len(past), n.seq)
				}
				last = max(last, n.seq)
			case <-time.After(10 * time.Second):
				t.Fatalf("try %d: nothing after %d", try, last)
			}
		}
		leave()
	}
	cancel()
	if err := <-ran; err != nil {
		t.Error(err)
	}
}

// write appends numbered events to the shard's stream and the interaction's.
func write(ctx context.Context, client *redis.Client, keys stream.Keys) {
	for seq := 1; ctx.Err() == nil; seq++ {
		pipe := client.TxPipeline()
		pipe.XAdd(ctx, &redis.XAddArgs{Stream: keys.Events(0), Values: []string{"data", "{}", "type", "t", "subject", "ix", "seq", strconv.Itoa(seq)}})
		pipe.XAdd(ctx, &redis.XAddArgs{Stream: keys.Interaction("ix"), ID: strconv.Itoa(seq) + "-0", Values: []string{"data", "{}", "type", "t"}})
		pipe.Exec(ctx)
		time.Sleep(2 * time.Millisecond)
	}
}
