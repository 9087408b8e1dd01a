package redis_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/consumer"
	"github.com/attune-cx/attune/stream/redis"
	"github.com/attune-cx/attune/stream/streamtest"
)

// A Cluster of one node checks slots as a large one does: a call whose keys lie in
// two of them fails.
func TestSixteenShardsOnACluster(t *testing.T) {
	bus, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, busPort, _ := net.SplitHostPort(bus.Addr().String())
	bus.Close()
	s := streamtest.StartServer(t, "--cluster-enabled", "yes", "--cluster-port", busPort)
	ctx := context.Background()
	node := goredis.NewClient(&goredis.Options{Addr: s.Addr()})
	defer node.Close()
	if err := node.ClusterAddSlotsRange(ctx, 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); !strings.Contains(node.ClusterInfo(ctx).Val(), "cluster_state:ok"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the cluster never became ready")
		}
	}
	_, port, _ := net.SplitHostPort(s.Addr())
	r := run(t, s.URL()+"?addr=localhost:"+port, redis.Config{Shards: 16, Trim: 20 * time.Millisecond})
	if _, ok := r.client.(*goredis.ClusterClient); !ok {
		t.Fatalf("the URL names two nodes, the client is a %T", r.client)
	}
	const interactions, cues = 40, 10
	for i := range cues {
		for n := range interactions {
			r.p.Offer(streamtest.Cue(streamtest.Interaction(fmt.Sprint("call-", n)), time.Second, fmt.Sprint("c-", i)))
		}
	}
	r.flush()
	seen := 0
	for shard := range 16 {
		for id, entries := range streamtest.CheckSequence(t, streamtest.Read(t, r.client, r.keys.Events(shard))) {
			if len(entries) != cues || stream.Shard(id, 16) != shard {
				t.Errorf("%s: %d events in shard %d", id, len(entries), shard)
			}
			seen++
		}
	}
	if seen != interactions {
		t.Errorf("%d interactions, %d were offered", seen, interactions)
	}
	group, err := consumer.New(consumer.Config{Group: "router", Block: 20 * time.Millisecond}, r.client)
	if err != nil {
		t.Fatal(err)
	}
	reading, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- group.Run(reading, func(context.Context, *consumer.Received) error { return nil })
	}()
	r.until("a group read all shards", func() bool { return group.Stats().Handled == interactions*cues })
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if r.p.Err() != nil {
		t.Error(r.p.Err())
	}
}
