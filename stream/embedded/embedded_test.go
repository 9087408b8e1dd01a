package embedded_test

import (
	"context"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune/stream/embedded"
)

func TestServerSpeaksAndExpiresByTheWallClock(t *testing.T) {
	s, err := embedded.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	o, err := goredis.ParseURL(s.URL())
	if err != nil || o.Addr != s.Addr() {
		t.Fatalf("URL %q, address %q: %v", s.URL(), s.Addr(), err)
	}
	c := goredis.NewClient(o)
	defer c.Close()
	ctx := context.Background()
	if err := c.Set(ctx, "k", "v", 30*time.Millisecond).Err(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); c.Exists(ctx, "k").Val() == 1; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the key never expired")
		}
	}
}

func TestATakenPortIsNamed(t *testing.T) {
	s, err := embedded.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if second, err := embedded.Start(s.Addr()); err == nil {
		second.Close()
		t.Fatal("two servers on one port")
	}
}
