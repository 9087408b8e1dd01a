package textin_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/consumer"
	"github.com/attune-cx/attune/stream/embedded"
	"github.com/attune-cx/attune/stream/redis"
	"github.com/attune-cx/attune/stream/streamtest"
	"github.com/attune-cx/attune/stream/textin"
)

func TestMain(m *testing.M) {
	redis.Quiet()
	goleak.VerifyTestMain(m)
}

func onBoth(t *testing.T, test func(*testing.T, goredis.UniversalClient)) {
	connect := func(t *testing.T, url string) goredis.UniversalClient {
		c, err := redis.NewClient(url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	t.Run("embedded", func(t *testing.T) {
		s, err := embedded.Start("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		test(t, connect(t, s.URL()))
	})
	t.Run("redis", func(t *testing.T) { test(t, connect(t, streamtest.StartServer(t).URL())) })
}

func TestReader(t *testing.T) {
	onBoth(t, func(t *testing.T, c goredis.UniversalClient) {
		ctx, cancel := context.WithCancel(context.Background())
		k, _ := stream.NewKeys("", 2)
		put := func(interaction, data string) {
			t.Helper()
			if err := c.XAdd(ctx, &goredis.XAddArgs{Stream: k.Text(k.Shard(interaction)), Values: []any{"data", data}}).Err(); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 20 {
			put("call-1", fmt.Sprint("m-", i))
		}
		put("call-2", "u-1")
		put("call-2", "my card is 4111")

		r, err := textin.New(textin.Config{Shards: 2, Block: 20 * time.Millisecond, MinIdle: 20 * time.Millisecond}, c)
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order []string
		busy := true
		ended := make(chan error, 1)
		go func() {
			ended <- r.Run(ctx, func(_ context.Context, data []byte) error {
				mu.Lock()
				defer mu.Unlock()
				switch text := string(data); {
				case strings.HasPrefix(text, "my card"):
					return fmt.Errorf("%w: no message", consumer.ErrReject)
				case text == "u-1" && busy: // comes again
					busy = false
					return errors.New("busy")
				case text != "u-1":
					order = append(order, text)
				}
				return nil
			})
		}()
		deadline := time.Now().Add(60 * time.Second)
		for s := r.Stats(); s.Handled != 21 || s.Dead != 1; s = r.Stats() {
			if time.Now().After(deadline) {
				t.Fatalf("never came true: 21 accepted and 1 given up; %+v", s)
			}
			time.Sleep(2 * time.Millisecond)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		for i, id := range order {
			if id != fmt.Sprint("m-", i) {
				t.Fatalf("order: %v", order)
			}
		}
		check := context.Background()
		for shard := range 2 {
			if n := c.XLen(check, k.Text(shard)).Val(); n != 0 {
				t.Errorf("shard %d still holds %d entries with people's words", shard, n)
			}
		}
		dead := fmt.Sprint(c.XRange(check, k.Dead(k.Shard("call-2"), "text"), "-", "+").Val())
		if strings.Contains(dead, "4111") || !strings.Contains(dead, "no message") {
			t.Errorf("dead stream: %s", dead)
		}
	})
}
