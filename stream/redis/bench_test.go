package redis_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/redis"
	"github.com/attune-cx/attune/stream/streamtest"
)

// BenchmarkPublish offers score updates of 200 interactions to a real server and
// waits until all are acknowledged; none may merge, so each goes when the one
// before it is through.
func BenchmarkPublish(b *testing.B) {
	s := streamtest.StartServer(b)
	client, err := redis.NewClient(s.URL())
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	p, err := redis.New(redis.Config{}, client, nil)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	defer func() { cancel(); <-ended }()

	var its [200]*attune.Interaction
	for i := range its {
		its[i] = streamtest.Interaction(fmt.Sprint("call-", i))
	}
	flush := func() {
		if err := p.Flush(ctx); err != nil {
			b.Fatal(err)
		}
	}
	i := 0
	for b.Loop() {
		p.Offer(streamtest.Score(its[i%len(its)], time.Duration(i)*time.Second, .5))
		if i++; i%len(its) == 0 {
			flush()
		}
	}
	flush()
}

// BenchmarkOffer is what the media path pays for an event that merges.
func BenchmarkOffer(b *testing.B) {
	client, err := redis.NewClient("redis://127.0.0.1:1/0")
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	p, err := redis.New(redis.Config{}, client, nil)
	if err != nil {
		b.Fatal(err)
	}
	var sink stream.Sink = p
	e := streamtest.Score(streamtest.Interaction("call-1"), time.Second, .5)
	b.ReportAllocs()
	for b.Loop() {
		sink.Offer(e)
	}
}
