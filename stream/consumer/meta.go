package consumer

import (
	"context"
	"fmt"
	"strconv"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/redis"
)

// Discover reads a tenant's meta key: how many shards there are. It waits until a
// publisher has written the key, asking again every poll, until ctx ends. It
// returns an error for a hash function or version that this package does not know.
func Discover(ctx context.Context, client goredis.UniversalClient, tenant string, poll time.Duration) (stream.Keys, error) {
	k, err := stream.NewKeys(tenant, 1)
	if err != nil {
		return k, err
	}
	for {
		meta, err := client.HGetAll(ctx, k.Meta()).Result()
		if err == nil && meta["shards"] != "" && meta["hash"] != "" {
			return keysOf(k, meta)
		}
		if err != nil && redis.Classify(err) == redis.Stop {
			return k, fmt.Errorf("consumer: read %s: %w", k.Meta(), err)
		}
		if !sleep(ctx, poll) {
			return k, ctx.Err()
		}
	}
}

func keysOf(k stream.Keys, meta map[string]string) (stream.Keys, error) {
	if meta["hash"] != stream.HashName || meta["schema_version"] != strconv.Itoa(stream.SchemaVersion) {
		return k, fmt.Errorf("consumer: %s says hash %q, schema version %q; this version reads %q, %d",
			k.Meta(), meta["hash"], meta["schema_version"], stream.HashName, stream.SchemaVersion)
	}
	shards, err := strconv.Atoi(meta["shards"])
	if err != nil || shards < 1 {
		return k, fmt.Errorf("consumer: %s says shards %q", k.Meta(), meta["shards"])
	}
	return stream.NewKeys(k.Tenant, shards)
}

// sleep reports whether ctx still runs after d.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
