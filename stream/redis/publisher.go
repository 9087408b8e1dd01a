package redis

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	goredis "github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/attune-cx/attune/stream"
)

// Publisher is a [stream.Sink] on Redis Streams. Make it with [New], and keep
// [Publisher.Run] running: until then events only wait.
type Publisher struct {
	cfg    Config
	client goredis.UniversalClient
	script *script
	owner  string // tells this process's events in a fence from another's
	m      *metrics
	shards []*shard
	work   []*worker

	pending atomic.Int64 // events offered and not acknowledged
	kept    atomic.Int64 // of them, those that may not be merged
	closed  atomic.Bool
	tenants sync.Map // tenant -> *tenant

	mu      sync.Mutex
	stop    context.CancelFunc // of Run; nil before it
	stopped chan struct{}      // closed when Run has returned
}

var _ stream.Sink = (*Publisher)(nil)

// New returns a publisher on client, which stays the caller's to close. It does
// not connect. reg takes the metrics; nil registers none. It returns [ErrOptions]
// for a client that could hold a worker up (see [NewClient]), and
// [stream.ErrTenant] or an error for a number of shards that cannot be.
func New(cfg Config, client goredis.UniversalClient, reg prometheus.Registerer) (*Publisher, error) {
	keys, err := stream.NewKeys(cfg.Tenant, cfg.Shards)
	if err != nil {
		return nil, err
	}
	if err := checkOptions(client); err != nil {
		return nil, err
	}
	if _, cluster := client.(*goredis.ClusterClient); cluster && cfg.Replica > 0 {
		return nil, fmt.Errorf("%w: Replica is %d, but WAIT does not work through a Cluster client", ErrOptions, cfg.Replica)
	}
	p := &Publisher{cfg: cfg.withDefaults(), client: client, script: newScript(client), stopped: make(chan struct{})}
	p.cfg.Tenant, p.cfg.Shards = keys.Tenant, keys.Shards
	var owner [8]byte
	_, _ = rand.Read(owner[:]) // never fails since Go 1.24
	p.owner = hex.EncodeToString(owner[:])
	p.m = newMetrics(reg, p)
	for n := range p.cfg.Shards {
		s := newShard(n)
		p.shards = append(p.shards, s)
		p.work = append(p.work, &worker{p: p, s: s})
	}
	p.tenant(p.cfg.Tenant)
	return p, nil
}

// Admit says whether a new interaction may begin: an error that wraps
// [stream.ErrOverloaded] while too many life-cycle events wait.
func (p *Publisher) Admit() error {
	kept := p.kept.Load()
	if kept < int64(p.cfg.Queue) && !p.closed.Load() {
		return nil
	}
	p.m.refused.Inc()
	if p.closed.Load() {
		return fmt.Errorf("%w: %w", stream.ErrOverloaded, ErrClosed)
	}
	return fmt.Errorf("%w: %d wait, room for %d", stream.ErrOverloaded, kept, p.cfg.Queue)
}

// Offer takes e. It never blocks, and after an interaction's first event it does
// not allocate once the items of a rush are there to be reused. An event that is
// not complete is counted and left out.
func (p *Publisher) Offer(e *stream.Event) {
	if e.Validate() != nil {
		p.m.invalid.Inc()
		return
	}
	p.offerTo(p.shards[stream.Shard(e.Interaction.ID, len(p.shards))], e)
}

func (p *Publisher) offerTo(s *shard, e *stream.Event) {
	if p.closed.Load() {
		p.m.invalid.Inc()
		return
	}
	tenant := e.Interaction.Tenant
	if tenant == "" {
		tenant = p.cfg.Tenant
	}
	// Counted before a worker can count it down.
	p.pending.Add(1)
	if !mergeable(e) {
		p.kept.Add(1)
	}
	grown, err := s.offer(e, tenant, len(p.shards), p.cfg.Now())
	if err == nil && grown == 1 {
		return
	}
	p.pending.Add(-1)
	if err != nil {
		p.m.invalid.Inc()
		if !mergeable(e) {
			p.kept.Add(-1)
		}
		return
	}
	p.m.merged.Inc()
}

// Run publishes until ctx ends or [Publisher.Close]; one call a publisher. It
// returns nil then, or at once an error that wraps [ErrUnsafe] or [ErrShards]: a
// server that does not answer is no error, it is tried again until it does.
func (p *Publisher) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p.mu.Lock()
	if p.stop != nil {
		p.mu.Unlock()
		return errors.New("redis: Run was called before on this publisher")
	}
	p.stop = cancel
	p.mu.Unlock()
	defer close(p.stopped)

	if err := p.Check(ctx); err != nil && !unreachable(err) && ctx.Err() == nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, w := range p.work {
		group.Go(func() error { w.run(ctx); return nil })
	}
	group.Go(func() error { p.maintain(ctx); return nil })
	return group.Wait()
}

// Flush waits until every event offered so far is acknowledged, or ctx ends; the
// error then says how many wait.
func (p *Publisher) Flush(ctx context.Context) error {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for p.pending.Load() > 0 {
		select {
		case <-ctx.Done():
			return fmt.Errorf("redis: %d events not acknowledged: %w", p.pending.Load(), errors.Join(ctx.Err(), p.Err()))
		case <-tick.C:
		}
	}
	return nil
}

// Close takes no more events, flushes what waits until ctx ends, and stops Run.
// It returns what Flush returns. A second call does nothing more.
func (p *Publisher) Close(ctx context.Context) error {
	p.closed.Store(true)
	err := p.Flush(ctx)
	p.mu.Lock()
	stop := p.stop
	p.mu.Unlock()
	if stop != nil {
		stop()
		<-p.stopped
	}
	return err
}

// Err says why events wait, shard by shard; nil while they go through.
func (p *Publisher) Err() error {
	var all []error
	for _, w := range p.work {
		if err := w.failing.Load(); err != nil {
			all = append(all, fmt.Errorf("%s: %w", w.s, *err))
		}
	}
	return errors.Join(all...)
}

// Pending is how many events wait for an acknowledgement.
func (p *Publisher) Pending() int { return int(p.pending.Load()) }
