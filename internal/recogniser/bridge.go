package recogniser

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/internal/pipeline"
)

// Say is how words reach an interaction; see [pipeline.Engine.Say].
type Say func(ctx context.Context, ref string, t pipeline.Text) (pipeline.TextResult, error)

// Config is what a [Bridge] runs on. URL and Say are required.
type Config struct {
	URL        string        // ws:// or wss://
	Roles      []attune.Role // whose legs are sent; nil = CUSTOMER and AGENT
	Queue      time.Duration // sound that may wait for the server, per leg; 0 = 10 s
	Say        Say
	Presence   Presence              // learns of gaps in the words; nil = nobody
	Registerer prometheus.Registerer // nil = counted and not shown
	Log        *slog.Logger          // nil = silent; it never sees words
	MinBackoff time.Duration         // before a second attempt to connect; 0 = 250 ms
	MaxBackoff time.Duration         // it doubles up to this; 0 = 10 s
	AnswerWait time.Duration         // a server that is sent sound and says nothing for so long is left; 0 = 30 s
}

// Bridge sends legs to a recogniser while they are heard. It is the
// [pipeline.Ears] of an engine and safe for concurrent use.
type Bridge struct {
	cfg      Config
	counts   counts
	ctx      context.Context // ends with Close
	cancel   context.CancelFunc
	sessions atomic.Int64 // numbers them, so that utterances have ids of their own
	running  sync.WaitGroup
}

// CheckURL says what is wrong with the address of a recogniser, or nil.
func CheckURL(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("recogniser: %w", err)
	}
	if u.Scheme != "ws" && u.Scheme != "wss" || u.Host == "" {
		return fmt.Errorf("recogniser: %q is not an address such as ws://127.0.0.1:2700", address)
	}
	return nil
}

// New makes a bridge; it connects when a leg has sound.
func New(cfg Config) (*Bridge, error) {
	if err := CheckURL(cfg.URL); err != nil {
		return nil, err
	}
	if cfg.Say == nil {
		return nil, fmt.Errorf("recogniser: Config.Say is nil: words need somewhere to go")
	}
	if cfg.Roles == nil {
		cfg.Roles = []attune.Role{attune.RoleCustomer, attune.RoleAgent}
	}
	if cfg.Queue == 0 {
		cfg.Queue = 10 * time.Second
	}
	if cfg.MinBackoff == 0 {
		cfg.MinBackoff = 250 * time.Millisecond
	}
	if cfg.MaxBackoff == 0 {
		cfg.MaxBackoff = 10 * time.Second
	}
	if cfg.AnswerWait == 0 {
		cfg.AnswerWait = 30 * time.Second
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	b := &Bridge{cfg: cfg}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	b.counts.register(cfg.Registerer)
	return b, nil
}

// Close ends every connection and waits for them.
func (b *Bridge) Close() {
	b.cancel()
	b.running.Wait()
}

// Leg begins to listen to a leg whose role is configured.
func (b *Bridge) Leg(l pipeline.HeardLeg) pipeline.Ear {
	if !slices.Contains(b.cfg.Roles, l.Role) || b.ctx.Err() != nil {
		return nil
	}
	number := b.sessions.Add(1)
	said := 0
	s := &session{b: b, leg: l, queue: newQueue(l.Rate, b.cfg.Queue), speaker: speaker{leg: l, name: func() string {
		said++
		return "asr-" + strconv.FormatInt(number, 10) + "-" + strconv.Itoa(said)
	}}}
	b.running.Go(s.run)
	return ear{s.queue}
}

// ear is a leg's end of a queue.
type ear struct{ q *queue }

func (e ear) Hear(b *audio.Block, at time.Duration) { e.q.put(b, at) }
func (e ear) Allow(on bool)                         { e.q.setAllowed(on) }
func (e ear) Close()                                { e.q.close() }

// counts are what the metrics show.
type counts struct {
	sessions                              prometheus.Gauge
	connects, cuts, dropped, errors, said prometheus.Counter
}

func (c *counts) register(r prometheus.Registerer) {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "attune_recogniser_" + name + "_total", Help: help})
	}
	c.sessions = prometheus.NewGauge(prometheus.GaugeOpts{Name: "attune_recogniser_legs", Help: "Legs whose sound goes to the recogniser."})
	c.connects = counter("connects", "Connections made to the recogniser.")
	c.cuts = counter("cuts", "Connections to the recogniser that failed or could not be made.")
	c.dropped = counter("dropped_seconds", "Seconds of sound dropped because the recogniser was behind or away.")
	c.errors = counter("errors", "Answers of the recogniser that could not be used.")
	c.said = counter("utterances", "Final utterances that the recogniser gave.")
	if r != nil {
		r.MustRegister(c.sessions, c.connects, c.cuts, c.dropped, c.errors, c.said)
	}
}
