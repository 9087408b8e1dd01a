package pipeline

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio/receiver"
	"github.com/attune-cx/attune/stream"
)

// Engine runs the interactions of one process. Its methods are safe for
// concurrent use and may be called once Run has started.
type Engine struct {
	cfg    Config
	shards []*shard

	mu       sync.RWMutex
	contacts map[string]*contact // by interaction id
	external map[string]string   // external id -> interaction id
}

// New makes an engine and opens its sockets; Run starts it.
func New(cfg Config) (*Engine, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	e := &Engine{cfg: cfg, contacts: make(map[string]*contact), external: make(map[string]string)}
	for i := range cfg.Shards {
		recv, err := listen(cfg.RTP, i, cfg.Shards)
		if err != nil {
			e.closeSockets()
			return nil, err
		}
		s := newShard(&e.cfg, recv)
		s.forget = e.forget
		e.shards = append(e.shards, s)
	}
	e.register()
	return e, nil
}

// Run steps the shards until ctx ends, then completes what is still going on.
func (e *Engine) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, s := range e.shards {
		g.Go(func() error { return s.run(ctx) })
	}
	err := g.Wait()
	for _, s := range e.shards {
		s.endAll(e.cfg.Now())
	}
	e.closeSockets()
	return err
}

func (e *Engine) closeSockets() {
	for _, s := range e.shards {
		if s.recv != nil {
			s.recv.Close()
		}
	}
}

// Create begins an interaction. With an id that is there already it changes
// nothing and returns what is there and false.
func (e *Engine) Create(ctx context.Context, it attune.Interaction) (*attune.Interaction, bool, error) {
	if it.ID == "" {
		it.ID = newID()
	}
	if it.Purpose == "" {
		it.Purpose = attune.PurposeLive
	}
	it.Tenant, it.Began = e.cfg.Tenant, e.cfg.Wall()
	it.ExternalIDs = maps.Clone(it.ExternalIDs)
	if err := checkInteraction(&it); err != nil {
		return nil, false, err
	}
	c, made, err := e.reserve(&it)
	if err != nil || !made {
		if c != nil {
			return c.it, false, err
		}
		return nil, false, err
	}
	var failed error
	err = c.shard.do(ctx, func(now time.Duration) { failed = c.shard.begin(&it, now) })
	if err == nil {
		err = failed
	}
	if err != nil {
		e.forget(&it)
		return nil, false, err
	}
	return &it, true, nil
}

// reserve enters it into the directory, unless it is there or there is no room.
func (e *Engine) reserve(it *attune.Interaction) (*contact, bool, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if c, ok := e.contacts[it.ID]; ok {
		return c, false, nil
	}
	for kind, id := range it.ExternalIDs {
		if other, ok := e.external[id]; ok {
			return nil, false, fmt.Errorf("%w: external id %s %q belongs to interaction %q", ErrConflict, kind, id, other)
		}
	}
	if len(e.contacts) >= e.cfg.MaxInteractions {
		return nil, false, fmt.Errorf("%w: %d interactions are running (engine.max_interactions)", ErrBusy, len(e.contacts))
	}
	if err := e.cfg.Sink.Admit(); err != nil {
		return nil, false, fmt.Errorf("%w: %w", ErrBusy, err)
	}
	c := newContact(it, e.shardOf(it.ID), e.cfg.Salt)
	e.contacts[it.ID] = c
	for _, id := range it.ExternalIDs {
		e.external[id] = it.ID
	}
	return c, true, nil
}

// forget takes an ended interaction out of the directory.
func (e *Engine) forget(it *attune.Interaction) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.contacts, it.ID)
	for _, id := range it.ExternalIDs {
		delete(e.external, id)
	}
}

func (e *Engine) shardOf(id string) *shard { return e.shards[stream.Shard(id, len(e.shards))] }

// find looks an interaction up by its id or any of its external ids.
func (e *Engine) find(ref string) (*contact, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if c, ok := e.contacts[ref]; ok {
		return c, nil
	}
	if c, ok := e.contacts[e.external[ref]]; ok {
		return c, nil
	}
	return nil, fmt.Errorf("interaction %q: %w: not running here (ended, or never created)", ref, ErrNotFound)
}

// Lookup returns the interaction that ref names: its id or an external id.
func (e *Engine) Lookup(ref string) (*attune.Interaction, error) {
	c, err := e.find(ref)
	if err != nil {
		return nil, err
	}
	return c.it, nil
}

// Join names a participant and what may be analysed of it. words says that its
// text is to be expected (a transcript, or messages).
func (e *Engine) Join(ctx context.Context, ref string, p attune.Participant, ch attune.Channel, consent attune.Consent, words bool) (string, error) {
	c, err := e.find(ref)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	who, err := c.person(p.ID, p.Role)
	if err != nil {
		return "", err
	}
	who.channel, who.consent, who.words = ch, consent, words
	c.set(who)
	return who.ID, e.on(ctx, c, func(x *interaction, _ time.Duration) error {
		x.join(who.Participant, ch, consent, words)
		return nil
	})
}

// Consent changes what may be analysed of a participant, from now on.
func (e *Engine) Consent(ctx context.Context, ref, participant string, role attune.Role, consent attune.Consent) error {
	c, err := e.find(ref)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	who, err := c.person(participant, role)
	if err != nil {
		return err
	}
	who.consent = consent
	c.set(who)
	return e.on(ctx, c, func(x *interaction, now time.Duration) error {
		x.consent(who.Participant, who.channel, consent, now)
		return nil
	})
}

// Pause stops all analysis of the interaction before decoding; cause is
// "pause" or "pci".
func (e *Engine) Pause(ctx context.Context, ref string, cause stream.GapCause) error {
	if cause != stream.GapPause && cause != stream.GapPCI {
		return fmt.Errorf("%w: pause cause %q, use pause or pci", ErrInvalid, cause)
	}
	return e.at(ctx, ref, func(x *interaction, now time.Duration) error { x.pause(cause, now); return nil })
}

// Resume goes on after a pause.
func (e *Engine) Resume(ctx context.Context, ref string) error {
	return e.at(ctx, ref, func(x *interaction, now time.Duration) error { x.resume(now); return nil })
}

// End completes the interaction: last scores go out, its legs' ports are given back.
func (e *Engine) End(ctx context.Context, ref string) error {
	c, err := e.find(ref)
	if err != nil {
		return err
	}
	return e.on(ctx, c, func(x *interaction, now time.Duration) error { c.shard.end(x, now); return nil })
}

// Snapshot returns the newest score event of each participant.
func (e *Engine) Snapshot(ctx context.Context, ref string) ([]*stream.Event, error) {
	var out []*stream.Event
	err := e.at(ctx, ref, func(x *interaction, _ time.Duration) error {
		for _, p := range x.people {
			if ev := x.latest[p.ID]; ev != nil {
				out = append(out, ev)
			}
		}
		return nil
	})
	return out, err
}

func (e *Engine) at(ctx context.Context, ref string, fn func(*interaction, time.Duration) error) error {
	c, err := e.find(ref)
	if err != nil {
		return err
	}
	return e.on(ctx, c, fn)
}

// on runs fn on the interaction's shard.
func (e *Engine) on(ctx context.Context, c *contact, fn func(*interaction, time.Duration) error) error {
	var failed error
	err := c.shard.do(ctx, func(now time.Duration) {
		x := c.shard.interactions[c.it.ID]
		if x == nil {
			failed = fmt.Errorf("interaction %q: %w", c.it.ID, ErrEnded)
			return
		}
		failed = fn(x, now)
	})
	if err != nil {
		return err
	}
	return failed
}

// listen opens shard i's part of the port range.
func listen(cfg *receiver.Config, i, shards int) (*receiver.Receiver, error) {
	if cfg == nil {
		return nil, nil
	}
	part := *cfg
	part.Ports = cfg.Ports / shards
	if i < cfg.Ports%shards {
		part.Ports++
	}
	if cfg.FirstPort != 0 {
		part.FirstPort = cfg.FirstPort + i*(cfg.Ports/shards) + min(i, cfg.Ports%shards)
	}
	return receiver.New(part)
}

// Warnings are what the sockets found that does not keep them from working.
func (e *Engine) Warnings() []error {
	var out []error
	for _, s := range e.shards {
		if s.recv != nil {
			out = append(out, s.recv.Warnings()...)
		}
	}
	return out
}
