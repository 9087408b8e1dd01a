package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/stream"
)

// tenant is what the publisher knows about one tenant's keys.
type tenant struct {
	keys      stream.Keys
	announced atomic.Bool
	seen      []trimSeen // by shard; the maintainer's alone
}

// trimSeen is what a look at a shard's stream showed: the ids of its ends, and the
// greatest that was removed, where the server tells it.
type trimSeen struct{ first, last, deleted entryID }

// tenant returns the record of a tenant, making it on first sight.
func (p *Publisher) tenant(name string) *tenant {
	if t, ok := p.tenants.Load(name); ok {
		return t.(*tenant)
	}
	keys, err := stream.NewKeys(name, p.cfg.Shards)
	if err != nil {
		keys = stream.Keys{Tenant: name, Shards: p.cfg.Shards} // its lines were refused before
	}
	t, _ := p.tenants.LoadOrStore(name, &tenant{keys: keys, seen: make([]trimSeen, p.cfg.Shards)})
	return t.(*tenant)
}

// announce writes the meta key where readers start. If it is there with another
// number of shards, an interaction's events would be in two streams: [ErrShards].
func (p *Publisher) announce(ctx context.Context, name string) error {
	t := p.tenant(name)
	if t.announced.Load() {
		return nil
	}
	shards := strconv.Itoa(p.cfg.Shards)
	pipe := p.client.Pipeline()
	pipe.HSetNX(ctx, t.keys.Meta(), "shards", shards)
	have := pipe.HGet(ctx, t.keys.Meta(), "shards")
	if _, err := pipe.Exec(ctx); err != nil {
		return err
	}
	if have.Val() != shards {
		return fmt.Errorf("%w: %s says %s, configured are %s; keep the old number, or drain the readers and delete the key",
			ErrShards, t.keys.Meta(), have.Val(), shards)
	}
	err := p.client.HSet(ctx, t.keys.Meta(), "hash", stream.HashName, "schema_version", stream.SchemaVersion,
		"retain_ms", p.cfg.Retain.Milliseconds()).Err()
	if err != nil {
		return err
	}
	t.announced.Store(true)
	return nil
}

// forgetAfter is how long a line without an event is kept in memory.
const forgetAfter = time.Hour

// maintain trims streams, tells forced trims, and lets old lines go.
func (p *Publisher) maintain(ctx context.Context) {
	tick := time.NewTicker(p.cfg.Trim)
	defer tick.Stop()
	failing := false
	for {
		err := p.trimAll(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			p.cfg.Logger.Warn("redis: streams are not trimmed; entries outlive the retention", "error", explain(err))
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, s := range p.shards {
			s.sweep(p.cfg.Now() - forgetAfter)
		}
		p.tenants.Range(func(_, t any) bool {
			t.(*tenant).announced.Store(false) // written again, should somebody have removed it
			return true
		})
	}
}

// trimAll trims every stream of every tenant and returns the first error: the next
// tick tries again.
func (p *Publisher) trimAll(ctx context.Context) (first error) {
	p.tenants.Range(func(_, t any) bool {
		for n := range p.cfg.Shards {
			err := p.trim(ctx, t.(*tenant), n)
			if err != nil && first == nil {
				first = err
			}
			if err != nil && Classify(err) != Stop {
				return false // the others would not answer either
			}
		}
		return ctx.Err() == nil
	})
	return first
}

// trim removes what is older than the retention from a shard's streams, exactly,
// and offers a gap event when something else removed what is younger.
func (p *Publisher) trim(ctx context.Context, t *tenant, n int) error {
	ctx, cancel := context.WithTimeout(ctx, 4*p.cfg.Timeout)
	defer cancel()
	now, err := p.client.Time(ctx).Result() // entry ids are of the server's clock
	if err != nil {
		return err
	}
	cutoff := entryID{ms: uint64(max(0, now.Add(-p.cfg.Retain).UnixMilli()))}
	pipe := p.client.Pipeline()
	for _, key := range []string{t.keys.Events(n), t.keys.Hints(n), t.keys.Dead(n, "events"), t.keys.Dead(n, "hints"), t.keys.Dead(n, "text")} {
		pipe.XTrimMinID(ctx, key, cutoff.String())
	}
	told := pipe.HGet(ctx, t.keys.Trim(n), "told")
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, goredis.Nil) {
		return err
	}
	look, err := p.look(ctx, t.keys.Events(n))
	if err != nil {
		return err
	}
	from, to, lost := forced(&t.seen[n], look, cutoff, parseEntryID(told.Val()))
	if !lost {
		return nil
	}
	p.tellTrim(t, n, from, to)
	return p.client.HSet(ctx, t.keys.Trim(n), "told", to.String()).Err()
}

// look finds the ends of a stream; one that is not there has none.
func (p *Publisher) look(ctx context.Context, key string) (trimSeen, error) {
	pipe := p.client.Pipeline()
	head, tail := pipe.XRangeN(ctx, key, "-", "+", 1), pipe.XRevRangeN(ctx, key, "+", "-", 1)
	info := pipe.XInfoStream(ctx, key)
	if _, err := pipe.Exec(ctx); err != nil && !hasPrefix(err, "ERR no such key") {
		return trimSeen{}, err
	}
	var seen trimSeen
	for _, m := range head.Val() {
		seen.first = parseEntryID(m.ID)
	}
	for _, m := range tail.Val() {
		seen.last = parseEntryID(m.ID)
	}
	if info.Err() == nil {
		seen.deleted = parseEntryID(info.Val().MaxDeletedEntryID)
	}
	return seen, nil
}

// tellTrim offers the gap event of a forced trim.
func (p *Publisher) tellTrim(t *tenant, n int, from, to entryID) {
	p.m.trimmed.Inc()
	p.cfg.Logger.Warn("redis: entries younger than the retention were removed", "shard", n, "first", from.String(), "last", to.String())
	p.offerTo(p.shards[n], &stream.Event{
		Type: stream.Gap, Wall: time.Now(),
		Interaction: &attune.Interaction{ID: stream.TrimmedID(n), Tenant: t.keys.Tenant},
		Gap:         &stream.GapInfo{Cause: stream.GapTrimmed, FirstEntryID: from.String(), LastEntryID: to.String()},
	})
}

// forced compares a stream with the last look at it. Entries from cutoff on should
// all be there; if the newest that was removed from its head is not older, and was
// not told, the range of what may be lost is returned. Where the server does not
// tell what was removed, an entry must have been the first at the last look to be
// missed.
func forced(seen *trimSeen, now trimSeen, cutoff, told entryID) (from, to entryID, lost bool) {
	before, none := *seen, entryID{}
	*seen = now
	if now.last.less(before.last) { // the key itself was removed
		seen.last = before.last
	}
	switch {
	case now.deleted != none && (now.first == none || now.deleted.less(now.first)):
		to = now.deleted
	case before.first == none:
		return none, none, false
	case now.first == none:
		to = before.last
	case before.first.less(now.first) && !before.first.less(cutoff):
		to = now.first.before()
	}
	if to == none || to.less(cutoff) || !told.less(to) {
		return none, none, false
	}
	from = cutoff
	for _, id := range []entryID{before.first, told} {
		if from.less(id) {
			from = id
		}
	}
	if to.less(from) {
		from = to
	}
	return from, to, true
}

// entryID is the id of a stream entry, <ms>-<n>.
type entryID struct{ ms, n uint64 }

// parseEntryID reads an id; what is not one is the zero id, which no entry has.
func parseEntryID(s string) entryID {
	ms, n, _ := strings.Cut(s, "-")
	var id entryID
	var err error
	if id.ms, err = strconv.ParseUint(ms, 10, 64); err != nil {
		return entryID{}
	}
	id.n, _ = strconv.ParseUint(n, 10, 64)
	return id
}

func (id entryID) less(other entryID) bool {
	return id.ms < other.ms || (id.ms == other.ms && id.n < other.n)
}

// before is the greatest id below id.
func (id entryID) before() entryID {
	switch {
	case id.n > 0:
		return entryID{id.ms, id.n - 1}
	case id.ms > 0:
		return entryID{id.ms - 1, ^uint64(0)}
	}
	return entryID{}
}

func (id entryID) String() string {
	return strconv.FormatUint(id.ms, 10) + "-" + strconv.FormatUint(id.n, 10)
}
