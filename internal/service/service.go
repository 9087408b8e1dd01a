package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	goredis "github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/attune-cx/attune/internal/api"
	"github.com/attune-cx/attune/internal/config"
	"github.com/attune-cx/attune/internal/pipeline"
	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/embedded"
	"github.com/attune-cx/attune/stream/redis"
)

// redisWait is how long Redis may take to answer at start.
const redisWait = 5 * time.Second

// drain is how long what is still to be said may take at the end.
const drain = 5 * time.Second

// Service is one running process. Its exported parts serve tests and the demo.
type Service struct {
	Engine *pipeline.Engine
	Redis  goredis.UniversalClient
	Keys   stream.Keys

	cfg       config.Config
	log       *slog.Logger
	onAck     func(redis.Ack)
	hops      pipeline.HopTap
	embedded  *embedded.Server
	publisher *redis.Publisher
	events    *api.Events
	whip      io.Closer // nil: off
	api       net.Listener
	metrics   net.Listener
	registry  *prometheus.Registry
	handler   http.Handler
	closers   []func()
}

// Options are what a caller may look in with.
type Options struct {
	Log   *slog.Logger    // nil = silent
	OnAck func(redis.Ack) // called for each event that Redis acknowledged; it must be quick
	Hops  pipeline.HopTap // called with each row of features of each leg; it must be quick
}

// New builds the service and takes its ports; Run starts it. When it fails,
// everything it had taken is given back.
func New(ctx context.Context, cfg config.Config, opts Options) (_ *Service, err error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{cfg: cfg, log: opts.Log, onAck: opts.OnAck, hops: opts.Hops, registry: prometheus.NewRegistry()}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	s.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	start := time.Now()
	now := func() time.Duration { return time.Since(start) }
	for _, step := range []func() error{
		s.listen,
		func() error { return s.connect(ctx, now) },
		func() error { return s.engine(now) },
		s.edge,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Close gives back what New has taken. Run calls it.
func (s *Service) Close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		s.closers[i]()
	}
	s.closers = nil
}

// Registry holds the metrics.
func (s *Service) Registry() *prometheus.Registry { return s.registry }

func (s *Service) onClose(fn func()) { s.closers = append(s.closers, fn) }

func (s *Service) listen() error {
	for _, l := range []struct {
		key, addr string
		to        *net.Listener
	}{{"http.listen", s.cfg.HTTP.Listen, &s.api}, {"metrics.listen", s.cfg.Metrics.Listen, &s.metrics}} {
		ln, err := net.Listen("tcp", l.addr)
		if err != nil {
			return fmt.Errorf("%s: %w: is another attune running? Stop it, or set %s to a free port", l.key, err, l.key)
		}
		*l.to = ln
		s.onClose(func() { ln.Close() })
	}
	return nil
}

func (s *Service) connect(ctx context.Context, now func() time.Duration) error {
	url := s.cfg.Redis.URL
	if s.cfg.Redis.Embedded {
		srv, err := embedded.Start("127.0.0.1:0")
		if err != nil {
			return err
		}
		s.embedded, url = srv, srv.URL()
		s.onClose(srv.Close)
	}
	client, err := redis.NewClient(url)
	if err != nil {
		return fmt.Errorf("redis.url: %w", err)
	}
	s.Redis = client
	s.onClose(func() { client.Close() })
	if err := s.waitForRedis(ctx, url); err != nil {
		return err
	}
	if s.Keys, err = stream.NewKeys(s.cfg.Tenant, s.cfg.Redis.Shards); err != nil {
		return err
	}
	s.publisher, err = redis.New(redis.Config{
		Tenant: s.cfg.Tenant, Shards: s.cfg.Redis.Shards, Retain: s.cfg.Redis.Retain, StateTTL: s.cfg.Redis.StateTTL,
		Queue: s.cfg.Redis.Queue, AcceptUnsafe: s.cfg.Redis.AcceptUnchecked, Now: now, OnAck: s.onAck, Logger: s.log,
	}, client, s.registry)
	if err != nil {
		return err
	}
	s.events = api.NewEvents(client, s.Keys)
	return s.publisher.Check(ctx)
}

func (s *Service) waitForRedis(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, redisWait)
	defer cancel()
	for {
		err := s.Redis.Ping(ctx).Err()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("redis at %s does not answer: %w: start redis-server, set redis.url, or set redis.embedded: true for a trial", redactURL(url), err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func redactURL(url string) string {
	if o, err := goredis.ParseURL(url); err == nil {
		return o.Addr
	}
	return "redis.url"
}

// Addr is where the API listens.
func (s *Service) Addr() string { return s.api.Addr().String() }

// MetricsAddr is where /metrics listens.
func (s *Service) MetricsAddr() string { return s.metrics.Addr().String() }

// RedisAddr is where the embedded server listens, "" without one.
func (s *Service) RedisAddr() string {
	if s.embedded == nil {
		return ""
	}
	return s.embedded.Addr()
}

// Run serves until ctx ends, then completes what is going on, publishes what
// waits and gives everything back.
func (s *Service) Run(ctx context.Context) error {
	defer s.Close()
	servers := []*http.Server{api.HTTPServer(s.handler), api.HTTPServer(s.metricsHandler())}
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx)) // outlives ctx while requests finish
	defer cancel()
	publishing, stopPublishing := context.WithCancel(context.WithoutCancel(ctx))
	defer stopPublishing()

	var pub errgroup.Group
	pub.Go(func() error { return s.publisher.Run(publishing) })
	g, gctx := errgroup.WithContext(inner)
	g.Go(func() error { return s.Engine.Run(gctx) })
	g.Go(func() error { return s.events.Run(gctx) })
	g.Go(func() error { return s.readTexts(gctx) })
	g.Go(func() error { return serve(servers[0], s.api) })
	g.Go(func() error { return serve(servers[1], s.metrics) })
	g.Go(func() error {
		select {
		case <-ctx.Done():
		case <-gctx.Done():
		}
		s.stop(servers)
		cancel()
		return nil
	})
	err := g.Wait()
	last, done := context.WithTimeout(context.Background(), drain)
	defer done()
	return errors.Join(err, s.publisher.Close(last), pub.Wait())
}

// stop ends requests; pages that stream are cut, they reconnect elsewhere.
func (s *Service) stop(servers []*http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for _, srv := range servers {
		if srv.Shutdown(ctx) != nil {
			srv.Close()
		}
	}
	if s.whip != nil {
		s.whip.Close()
	}
}

func serve(srv *http.Server, ln net.Listener) error {
	if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (s *Service) metricsHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{}))
	return mux
}
