package service

import (
	"context"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/stream"
)

// erasePage is how many entries of a stream are looked through at once.
const erasePage = 500

// eraser removes an interaction from Redis: its entries in the shard's streams,
// then, with attune.erased, its state and its own stream. What an append-only
// file or a replica's backup still holds goes with their next rewrite.
type eraser struct{ s *Service }

// Erase returns how many entries it deleted. The interaction must have ended.
func (e eraser) Erase(ctx context.Context, id string) (int64, error) {
	if err := e.s.publisher.Flush(ctx); err != nil {
		return 0, fmt.Errorf("erase %q: %w", id, err)
	}
	shard := e.s.Keys.Shard(id)
	var total int64
	for _, key := range []string{e.s.Keys.Events(shard), e.s.Keys.Hints(shard)} {
		n, err := e.purge(ctx, key, id)
		total += n
		if err != nil {
			return total, fmt.Errorf("erase %q from %s: %w", id, key, err)
		}
	}
	e.s.publisher.Offer(&stream.Event{Type: stream.Erased, Wall: time.Now(),
		Interaction: &attune.Interaction{ID: id, Tenant: e.s.cfg.Tenant, Purpose: attune.PurposeLive}})
	return total, e.s.publisher.Flush(ctx)
}

// purge deletes the entries of key whose subject is the interaction.
func (e eraser) purge(ctx context.Context, key, id string) (int64, error) {
	var total int64
	from := "-"
	for {
		msgs, err := e.s.Redis.XRangeN(ctx, key, from, "+", erasePage).Result()
		if err != nil || len(msgs) == 0 {
			return total, err
		}
		if ids := about(msgs, id); len(ids) > 0 {
			n, err := e.s.Redis.XDel(ctx, key, ids...).Result()
			total += n
			if err != nil {
				return total, err
			}
		}
		from = "(" + msgs[len(msgs)-1].ID
	}
}

func about(msgs []goredis.XMessage, id string) []string {
	var ids []string
	for _, m := range msgs {
		if m.Values["subject"] == id {
			ids = append(ids, m.ID)
		}
	}
	return ids
}
