package redis_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/redis"
	"github.com/attune-cx/attune/stream/streamtest"
)

const patience = 60 * time.Second

// running is a publisher on a server, both gone when the test ends.
type running struct {
	*testing.T
	p      *redis.Publisher
	client goredis.UniversalClient
	keys   stream.Keys
	mu     sync.Mutex
	acked  map[string]bool
}

func run(t *testing.T, url string, cfg redis.Config) *running {
	t.Helper()
	r := &running{T: t, acked: map[string]bool{}}
	cfg.OnAck = func(a redis.Ack) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.acked[string(stream.AppendID(nil, a.Event.Interaction.ID, a.Stamp.Epoch, a.Stamp.Seq))] = true
	}
	var err error
	if r.client, err = redis.NewClient(url); err != nil {
		t.Fatal(err)
	}
	if r.p, err = redis.New(cfg, r.client, nil); err != nil {
		t.Fatal(err)
	}
	if r.keys, err = stream.NewKeys(cfg.Tenant, cfg.Shards); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		r.client.Close()
	})
	return r
}

func (r *running) flush() {
	r.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := r.p.Flush(ctx); err != nil {
		r.Fatal(err)
	}
}

func (r *running) until(what string, ok func() bool) {
	r.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.Fatalf("never came true: %s", what)
		}
	}
}

func (r *running) acks() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.acked)
}

// check fails unless the stream is without gap or double, and holds all of n cues
// and everything that was acknowledged.
func (r *running) check(n int) {
	r.Helper()
	entries := streamtest.Read(r, r.client, r.keys.Events(0))
	streamtest.CheckSequence(r, entries)
	there, cues := map[string]bool{}, map[string]int{}
	for _, e := range entries {
		there[e.Envelope.ID] = true
		if e.Envelope.Type == stream.CueOpened {
			cues[e.Data.CueID]++
		}
	}
	for id := range r.acked {
		if !there[id] {
			r.Errorf("%s was acknowledged and is not there", id)
		}
	}
	for i := range n {
		if got := cues[fmt.Sprint("c-", i)]; got != 1 {
			r.Errorf("cue c-%d is there %d times", i, got)
		}
	}
}

func (r *running) cues(from, to int) {
	it := streamtest.Interaction("call-1")
	for i := from; i < to; i++ {
		r.p.Offer(streamtest.Cue(it, time.Second, fmt.Sprint("c-", i)))
	}
}

func TestKilledRedisLosesAndDoublesNothing(t *testing.T) {
	s := streamtest.StartServer(t)
	r := run(t, s.URL(), redis.Config{})
	n := 0
	for range 4 {
		for range 40 {
			r.cues(n, n+5)
			n += 5
			if n%20 == 0 {
				before := r.acks()
				r.until("something was acknowledged", func() bool { return r.acks() > before || r.p.Pending() == 0 })
			}
		}
		s.Kill()
		r.cues(n, n+50)
		n += 50
		s.Start()
	}
	r.flush()
	r.check(n)
	if r.p.Err() != nil {
		t.Errorf("all went through, and yet Err says %v", r.p.Err())
	}
}

// A server that is stopped neither answers nor refuses: the worst case for
// whoever waits. Offer must come back each time although nothing moves.
func TestFrozenRedisHoldsNobodyUp(t *testing.T) {
	s := streamtest.StartServer(t)
	r := run(t, s.URL(), redis.Config{Queue: 100})
	r.cues(0, 10)
	r.flush()
	s.Freeze()
	offered := make(chan struct{})
	go func() {
		defer close(offered)
		r.cues(10, 110)
		for i := range 5000 {
			r.p.Offer(streamtest.Score(streamtest.Interaction("call-1"), time.Duration(i)*time.Second, .5))
		}
	}()
	select {
	case <-offered:
	case <-time.After(patience):
		t.Fatal("Offer waits for a server that does not answer")
	}
	if err := r.p.Admit(); !errors.Is(err, stream.ErrOverloaded) {
		t.Errorf("100 of 100 wait, Admit said %v", err)
	}
	r.until("the publisher says why events wait", func() bool { return r.p.Err() != nil })
	s.Thaw()
	r.flush()
	r.check(110)
}

func TestFullRedisTakesEventsAgainWhenThereIsRoom(t *testing.T) {
	s := streamtest.StartServer(t)
	r := run(t, s.URL(), redis.Config{})
	r.cues(0, 5)
	r.flush()
	ctx := context.Background()
	limit := func(bytes string) {
		if err := r.client.ConfigSet(ctx, "maxmemory", bytes).Err(); err != nil {
			t.Fatal(err)
		}
	}
	limit("1") // less than it uses already
	r.cues(5, 10)
	r.until("the publisher says that memory is full", func() bool { return r.p.Err() != nil && strings.Contains(r.p.Err().Error(), "OOM") })
	limit("0")
	r.flush()
	r.check(10)
}

func TestForgottenFunctionsAreLoadedAgain(t *testing.T) {
	s := streamtest.StartServer(t)
	r := run(t, s.URL(), redis.Config{})
	r.cues(0, 5)
	r.flush()
	if err := r.client.FunctionFlush(context.Background()).Err(); err != nil {
		t.Fatal(err)
	}
	r.cues(5, 10)
	r.flush()
	r.check(10)
}

// Something else uses a key of one interaction: that one waits, the others go on.
func TestOneBrokenInteractionHoldsNoOtherUp(t *testing.T) {
	s := streamtest.StartServer(t)
	r := run(t, s.URL(), redis.Config{StopWait: 20 * time.Millisecond})
	ctx := context.Background()
	broken := streamtest.Interaction("broken")
	if err := r.client.Set(ctx, r.keys.Fence(broken.ID), "mine", 0).Err(); err != nil {
		t.Fatal(err)
	}
	r.p.Offer(streamtest.Cue(broken, time.Second, "b-0"))
	r.until("the broken one is told", func() bool { return r.p.Err() != nil })
	r.cues(0, 20)
	r.until("the others went through", func() bool { return r.acks() == 20 })
	r.client.Del(ctx, r.keys.Fence(broken.ID))
	r.flush()
	r.check(20)
}

// A key beside the stream that holds another type costs that copy, not the event.
func TestWrongTypeBesideTheStream(t *testing.T) {
	s := streamtest.StartServer(t)
	r := run(t, s.URL(), redis.Config{})
	if err := r.client.Set(context.Background(), r.keys.State("call-1"), "mine", 0).Err(); err != nil {
		t.Fatal(err)
	}
	r.cues(0, 3)
	r.flush()
	r.check(3)
}

// The rights that docs/events.md gives to a writer are enough, and reach no other tenant.
func TestWriterNeedsNoMoreThanItsRights(t *testing.T) {
	s := streamtest.StartServer(t)
	admin := goredis.NewClient(&goredis.Options{Addr: s.Addr()})
	defer admin.Close()
	ctx := context.Background()
	if err := admin.FunctionLoadReplace(ctx, redis.Library()).Err(); err != nil {
		t.Fatal(err)
	}
	rule := strings.Fields(documentedRights(t))
	args := make([]any, len(rule))
	for i, word := range rule {
		args[i] = word
	}
	if err := admin.Do(ctx, args...).Err(); err != nil {
		t.Fatal(err)
	}
	r := run(t, "redis://writer:secret@"+s.Addr()+"/0", redis.Config{Tenant: "acme", StopWait: 10 * time.Millisecond})
	it := streamtest.Interaction("call-1")
	it.Tenant = "acme"
	r.p.Offer(streamtest.Cue(it, time.Second, "c-0"))
	r.flush()
	other := streamtest.Interaction("call-1")
	other.Tenant = "globex"
	r.p.Offer(streamtest.Cue(other, time.Second, "c-0"))
	r.until("the other tenant's keys are refused", func() bool { return r.p.Err() != nil && strings.Contains(r.p.Err().Error(), "NOPERM") })
	it.Queue = "still served"
	r.p.Offer(streamtest.Cue(it, time.Second, "c-1"))
	r.until("the own tenant goes on", func() bool { return r.acks() == 2 })
	if n := admin.Exists(ctx, "attune:{globex:0}:events").Val(); n != 0 {
		t.Error("an event reached the other tenant")
	}
}

// documentedRights is the rule of docs/events.md for a tenant and password of the test.
func documentedRights(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "ACL SETUSER ") {
			return strings.NewReplacer("attune-writer", "writer", "CHANGE-ME", "secret", "{default:", "{acme:").Replace(line)
		}
	}
	t.Fatal("docs/events.md gives no ACL rule")
	return ""
}

func TestUnsafeServersAreRefused(t *testing.T) {
	s := streamtest.StartServer(t, "--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru")
	client, err := redis.NewClient(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	p, _ := redis.New(redis.Config{}, client, nil)
	if err := p.Run(context.Background()); !errors.Is(err, redis.ErrUnsafe) || !strings.Contains(err.Error(), "noeviction") {
		t.Errorf("Run on a server that evicts: %v", err)
	}
	accepted, _ := redis.New(redis.Config{AcceptUnsafe: true}, client, nil)
	if err := accepted.Check(context.Background()); err != nil {
		t.Errorf("accepted by flag, and yet: %v", err)
	}
	resharded, _ := redis.New(redis.Config{AcceptUnsafe: true, Shards: 8}, client, nil)
	if err := resharded.Check(context.Background()); !errors.Is(err, redis.ErrShards) {
		t.Errorf("8 shards where there was 1: %v", err)
	}
}

func TestReplicatedModeWaitsForTheReplica(t *testing.T) {
	s := streamtest.StartServer(t)
	r := run(t, s.URL(), redis.Config{Replica: 1})
	r.cues(0, 5)
	r.until("the missing replica is told", func() bool { return r.p.Err() != nil && strings.Contains(r.p.Err().Error(), "replica") })
	if r.acks() != 0 {
		t.Errorf("%d events acknowledged without a replica", r.acks())
	}
	_, port, _ := strings.Cut(s.Addr(), ":")
	streamtest.StartServer(t, "--replicaof", "127.0.0.1 "+port)
	r.flush()
	r.check(5)
}
