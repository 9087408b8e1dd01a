package redis_test

import (
	"testing"

	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/attune-cx/attune/stream/embedded"
	"github.com/attune-cx/attune/stream/redis"
	"github.com/attune-cx/attune/stream/streamtest"
)

func TestMain(m *testing.M) {
	redis.Quiet()
	goleak.VerifyTestMain(m)
}

func newPublisher(t testing.TB, o streamtest.Options) (streamtest.Publisher, goredis.UniversalClient) {
	t.Helper()
	client, err := redis.NewClient(o.URL)
	if err != nil {
		t.Fatal(err)
	}
	cfg := redis.Config{Tenant: o.Tenant, Shards: o.Shards, Queue: o.Queue, Retain: o.Retain, StateTTL: o.StateTTL, Trim: o.Trim}
	if o.OnAck != nil {
		cfg.OnAck = func(a redis.Ack) { o.OnAck(a.Event, a.Stamp) }
	}
	p, err := redis.New(cfg, client, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p, client
}

func TestContractOnTheEmbeddedServer(t *testing.T) {
	streamtest.Run(t, func(t testing.TB) string {
		s, err := embedded.Start("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		return s.URL()
	}, newPublisher)
}

func TestContractOnRedis(t *testing.T) {
	streamtest.Run(t, func(t testing.TB) string { return streamtest.StartServer(t).URL() }, newPublisher)
}
