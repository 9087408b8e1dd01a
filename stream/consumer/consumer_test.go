package consumer_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
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
)

func TestMain(m *testing.M) {
	redis.Quiet()
	goleak.VerifyTestMain(m)
}

const patience = 60 * time.Second

// fixture is a server with a stream of events in it.
type fixture struct {
	*testing.T
	url    string
	client goredis.UniversalClient
	keys   stream.Keys
}

// onBoth runs a test on the embedded server and on a real one.
func onBoth(t *testing.T, test func(*fixture)) {
	t.Run("embedded", func(t *testing.T) {
		s, err := embedded.Start("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		test(newFixture(t, s.URL()))
	})
	t.Run("redis", func(t *testing.T) { test(newFixture(t, streamtest.StartServer(t).URL())) })
}

func newFixture(t *testing.T, url string) *fixture {
	f := &fixture{T: t, url: url}
	f.client = f.connect(url)
	f.keys, _ = stream.NewKeys("", 2)
	err := f.client.HSet(context.Background(), f.keys.Meta(), "shards", 2, "hash", stream.HashName, "schema_version", stream.SchemaVersion).Err()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fixture) connect(url string) goredis.UniversalClient {
	f.Helper()
	c, err := redis.NewClient(url)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { c.Close() })
	return c
}

// put appends n cues of an interaction, from seq on.
func (f *fixture) put(id string, from, n int) {
	f.Helper()
	it := streamtest.Interaction(id)
	for seq := from; seq < from+n; seq++ {
		text, err := stream.Encode(streamtest.Cue(it, time.Second, fmt.Sprint("c-", seq)), stream.Stamp{Seq: uint64(seq), Epoch: 1})
		if err != nil {
			f.Fatal(err)
		}
		f.add(f.keys.Events(f.keys.Shard(id)), "data", text)
		f.client.XAdd(context.Background(), &goredis.XAddArgs{Stream: f.keys.Interaction(id), ID: fmt.Sprint(seq, "-0"), Values: []any{"data", text}})
	}
}

func (f *fixture) add(key string, values ...any) {
	f.Helper()
	if err := f.client.XAdd(context.Background(), &goredis.XAddArgs{Stream: key, Values: values}).Err(); err != nil {
		f.Fatal(err)
	}
}

// log is what a handler got, in order.
type log struct {
	mu  sync.Mutex
	ids []string
}

func (l *log) add(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ids = append(l.ids, id)
}

func (l *log) get() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.ids...)
}

// run starts a consumer; the function that it returns ends it.
func (f *fixture) run(cfg consumer.Config, client goredis.UniversalClient, handle func(context.Context, *consumer.Received) error) (*consumer.Consumer, func()) {
	f.Helper()
	cfg.Block = 20 * time.Millisecond
	c, err := consumer.New(cfg, client)
	if err != nil {
		f.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx, handle) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			f.Errorf("Run: %v", err)
		}
	})
	f.Cleanup(stop)
	return c, stop
}

func (f *fixture) until(what string, ok func() bool) {
	f.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			f.Fatalf("never came true: %s", what)
		}
	}
}

func (f *fixture) pending(group string) (n int64) {
	for shard := range f.keys.Shards {
		p, err := f.client.XPending(context.Background(), f.keys.Events(shard), group).Result()
		if err == nil {
			n += p.Count
		}
	}
	return n
}

func TestEveryEventOnceAndInOrder(t *testing.T) {
	onBoth(t, func(f *fixture) {
		var got log
		f.put("call-1", 1, 30)
		c, stop := f.run(consumer.Config{Group: "router"}, f.client, func(_ context.Context, r *consumer.Received) error {
			got.add(r.ID)
			return nil
		})
		f.put("call-2", 1, 30)
		f.until("60 events were handled", func() bool { return c.Stats().Handled == 60 })
		f.until("all are acknowledged", func() bool { return f.pending("router") == 0 })
		stop()
		next := map[string]uint64{}
		for _, id := range got.get() {
			interaction, _, seq, err := stream.ParseID(id)
			if err != nil || seq != next[interaction]+1 {
				f.Errorf("%s after seq %d", id, next[interaction])
			}
			next[interaction] = seq
		}
	})
}

func TestDoublesAreDroppedAndLateOnesAreNot(t *testing.T) {
	onBoth(t, func(f *fixture) {
		var got log
		f.put("call-1", 2, 3) // 2 3 4, then the older 1 comes late, then 2 and 3 again
		f.put("call-1", 1, 1)
		f.put("call-1", 2, 2)
		c, _ := f.run(consumer.Config{Group: "router"}, f.client, func(_ context.Context, r *consumer.Received) error {
			got.add(r.ID)
			return nil
		})
		f.until("the doubles were seen", func() bool { return c.Stats().Doubles == 2 })
		f.until("all are acknowledged", func() bool { return f.pending("router") == 0 })
		if want := "call-1/1/2 call-1/1/3 call-1/1/4 call-1/1/1"; strings.Join(got.get(), " ") != want {
			f.Errorf("handled %v, want %s", got.get(), want)
		}
	})
}

func TestWhatACrashedConsumerHeldIsTakenOver(t *testing.T) {
	onBoth(t, func(f *fixture) {
		f.put("call-1", 1, 5)
		ctx := context.Background()
		key := f.keys.Events(f.keys.Shard("call-1"))
		f.client.XGroupCreateMkStream(ctx, key, "router", "0")
		held, err := f.client.XReadGroup(ctx, &goredis.XReadGroupArgs{Group: "router", Consumer: "gone", Streams: []string{key, ">"}, Count: 3}).Result()
		if err != nil || len(held[0].Messages) != 3 {
			f.Fatal(held, err)
		}
		var got log
		deliveries := map[string]int{}
		c, stop := f.run(consumer.Config{Group: "router", Name: "alive", MinIdle: 20 * time.Millisecond}, f.client,
			func(_ context.Context, r *consumer.Received) error {
				got.add(r.ID)
				deliveries[r.ID] = r.Entry.Deliveries
				return nil
			})
		f.until("all were handled", func() bool { return c.Stats().Handled == 5 })
		f.until("all are acknowledged", func() bool { return f.pending("router") == 0 })
		stop()
		if c.Stats().Claimed < 3 || deliveries["call-1/1/1"] != 2 || deliveries["call-1/1/5"] != 1 {
			f.Errorf("claimed %d, deliveries %v", c.Stats().Claimed, deliveries)
		}
	})
}

func TestARestartedConsumerBeginsWithWhatItHeld(t *testing.T) {
	onBoth(t, func(f *fixture) {
		f.put("call-1", 1, 5)
		reached := make(chan struct{})
		cfg := consumer.Config{Group: "router", Name: "one"}
		_, stop := f.run(cfg, f.client, func(ctx context.Context, r *consumer.Received) error {
			if r.Data.Seq == 3 {
				close(reached)
				<-ctx.Done() // it ends in the middle of the work
				return ctx.Err()
			}
			return nil
		})
		<-reached
		stop()
		f.put("call-1", 6, 1)
		var got log
		c, _ := f.run(cfg, f.client, func(_ context.Context, r *consumer.Received) error {
			got.add(r.ID)
			return nil
		})
		f.until("the rest was handled", func() bool { return c.Stats().Handled == 4 })
		if want := "call-1/1/3 call-1/1/4 call-1/1/5 call-1/1/6"; strings.Join(got.get(), " ") != want {
			f.Errorf("handled %v, want %s", got.get(), want)
		}
	})
}

func TestPoisonGoesToTheDeadStream(t *testing.T) {
	onBoth(t, func(f *fixture) {
		f.put("call-1", 1, 3)
		key := f.keys.Events(f.keys.Shard("call-1"))
		f.add(key, "data", "{not an event")
		var mu sync.Mutex
		attempts := map[uint64]int{}
		c, stop := f.run(consumer.Config{Group: "router", MinIdle: 20 * time.Millisecond, MaxDeliveries: 3}, f.client,
			func(_ context.Context, r *consumer.Received) error {
				mu.Lock()
				defer mu.Unlock()
				attempts[r.Data.Seq]++
				switch r.Data.Seq {
				case 1:
					return errors.New("the service behind is down")
				case 2:
					return fmt.Errorf("%w: no such queue", consumer.ErrReject)
				}
				return nil
			})
		f.until("three entries are dead", func() bool { return c.Stats().Dead == 3 })
		f.until("nothing is pending", func() bool { return f.pending("router") == 0 })
		stop()
		if attempts[1] != 3 || attempts[2] != 1 || attempts[3] != 1 {
			f.Errorf("attempts by seq: %v", attempts)
		}
		dead, err := f.client.XRange(context.Background(), f.keys.Dead(f.keys.Shard("call-1"), "events"), "-", "+").Result()
		if err != nil || len(dead) != 3 {
			f.Fatal(dead, err)
		}
		reasons := fmt.Sprint(dead[0].Values["reason"], dead[1].Values["reason"], dead[2].Values["reason"])
		for _, part := range []string{"the service behind is down", "no such queue", "not an attune event"} {
			if !strings.Contains(reasons, part) {
				f.Errorf("reasons %q do not hold %q", reasons, part)
			}
		}
		if dead[0].Values["entry:data"] == "" || dead[0].Values["group"] != "router" {
			f.Errorf("dead entry: %v", dead[0].Values)
		}
	})
}

func TestLostRepliesLoseAndDoubleNothing(t *testing.T) {
	onBoth(t, func(f *fixture) {
		proxy := streamtest.StartProxy(f, strings.TrimSuffix(strings.TrimPrefix(f.url, "redis://"), "/0"))
		proxy.CutEvery(7)
		var mu sync.Mutex
		handled := map[string]int{}
		c, stop := f.run(consumer.Config{Group: "router", Batch: 4, MaxDeliveries: 1000}, f.connect(proxy.URL()), func(_ context.Context, r *consumer.Received) error {
			mu.Lock()
			defer mu.Unlock()
			handled[r.ID]++
			return nil
		})
		f.put("call-1", 1, 100)
		f.put("call-2", 1, 100)
		f.until("200 events were handled", func() bool { return c.Stats().Handled == 200 })
		proxy.CutEvery(0)
		f.until("all are acknowledged", func() bool { return f.pending("router") == 0 })
		stop()
		for id, n := range handled {
			if n != 1 {
				f.Errorf("%s was handled %d times", id, n)
			}
		}
		if proxy.Cuts() == 0 {
			f.Error("no reply was lost: the test proves nothing")
		}
	})
}

func TestAGroupThatWasErasedIsMadeAgain(t *testing.T) {
	onBoth(t, func(f *fixture) {
		f.put("call-1", 1, 1)
		c, _ := f.run(consumer.Config{Group: "router"}, f.client, func(context.Context, *consumer.Received) error { return nil })
		f.until("the first was handled", func() bool { return c.Stats().Handled == 1 })
		f.client.FlushAll(context.Background())
		f.put("call-1", 2, 1)
		f.until("the second was handled", func() bool { return c.Stats().Handled == 2 })
	})
}

func TestDiscoverWaitsAndRefusesWhatItDoesNotKnow(t *testing.T) {
	onBoth(t, func(f *fixture) {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		found := make(chan stream.Keys, 1)
		go func() {
			k, err := consumer.Discover(ctx, f.client, "later", time.Millisecond)
			if err != nil {
				f.Error(err)
			}
			found <- k
		}()
		later, _ := stream.NewKeys("later", 1)
		f.client.HSet(ctx, later.Meta(), "shards", 16, "hash", stream.HashName, "schema_version", stream.SchemaVersion)
		if k := <-found; k.Shards != 16 || k.Tenant != "later" {
			f.Errorf("found %+v", k)
		}
		for field, value := range map[string]string{"hash": "crc16", "schema_version": "9", "shards": "many"} {
			before := f.client.HGet(ctx, later.Meta(), field).Val()
			f.client.HSet(ctx, later.Meta(), field, value)
			if _, err := consumer.Discover(ctx, f.client, "later", time.Millisecond); err == nil || !strings.Contains(err.Error(), value) {
				f.Errorf("%s %q: %v", field, value, err)
			}
			f.client.HSet(ctx, later.Meta(), field, before)
		}
	})
}

func TestTail(t *testing.T) {
	onBoth(t, func(f *fixture) {
		f.put("call-1", 1, 3)
		errEnough := errors.New("enough")
		read := func(from string, n int) (ids []string, last string) {
			err := consumer.Tail(context.Background(), f.client, consumer.TailConfig{From: from, Block: 20 * time.Millisecond},
				func(r *consumer.Received) error {
					ids, last = append(ids, r.ID), r.Entry.EntryID
					if len(ids) == n {
						return errEnough
					}
					return nil
				})
			if !errors.Is(err, errEnough) {
				f.Fatal(err)
			}
			return ids, last
		}
		ids, last := read("0", 3)
		if fmt.Sprint(ids) != "[call-1/1/1 call-1/1/2 call-1/1/3]" {
			f.Errorf("from the oldest: %v", ids)
		}
		f.put("call-1", 4, 1)
		if ids, _ := read(last, 1); fmt.Sprint(ids) != "[call-1/1/4]" {
			f.Errorf("after %s: %v", last, ids)
		}
		go func() {
			for seq := 5; seq < 8; seq++ {
				time.Sleep(50 * time.Millisecond)
				f.put("call-1", seq, 1)
			}
		}()
		first, _ := read("$", 1)
		_, _, seq, err := stream.ParseID(first[0])
		if err != nil || seq < 5 {
			f.Errorf("only new ones: %v", first)
		}
		f.until("the others were put", func() bool {
			return f.client.XLen(context.Background(), f.keys.Interaction("call-1")).Val() == 7
		})
	})
}

func TestTailInteractionGoesOnAfterASeq(t *testing.T) {
	onBoth(t, func(f *fixture) {
		f.put("call-1", 1, 6)
		f.put("call-2", 1, 6)
		var seqs []string
		errEnough := errors.New("enough")
		err := consumer.TailInteraction(context.Background(), f.client, f.keys, "call-1", 4, func(r *consumer.Received) error {
			seqs = append(seqs, strconv.FormatUint(r.Data.Seq, 10))
			if len(seqs) == 2 {
				return errEnough
			}
			return nil
		})
		if !errors.Is(err, errEnough) || strings.Join(seqs, " ") != "5 6" {
			f.Errorf("%v, %v", seqs, err)
		}
	})
}

func TestWrongTypeEndsRunWithAReason(t *testing.T) {
	f := newFixture(t, streamtest.StartServer(t).URL())
	f.client.Set(context.Background(), f.keys.Events(0), "mine", 0)
	c, _ := consumer.New(consumer.Config{Group: "router", Block: time.Millisecond}, f.client)
	err := c.Run(context.Background(), func(context.Context, *consumer.Received) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "WRONGTYPE") || !strings.Contains(err.Error(), f.keys.Events(0)) {
		t.Errorf("Run: %v", err)
	}
}

func TestConfigIsChecked(t *testing.T) {
	for name, cfg := range map[string]consumer.Config{
		"no group":   {},
		"stream":     {Group: "g", Stream: "everything"},
		"tenant":     {Group: "g", Tenant: "a:b"},
		"too many":   {Group: "g", Shards: stream.MaxShards + 1},
		"below zero": {Group: "g", Shards: -1},
	} {
		if _, err := consumer.New(cfg, nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
