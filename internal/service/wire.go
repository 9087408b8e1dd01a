package service

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"time"

	"github.com/attune-cx/attune/audio/receiver"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/internal/api"
	"github.com/attune-cx/attune/internal/config"
	"github.com/attune-cx/attune/internal/pipeline"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream/overlay"
)

// engine builds the pipeline.
func (s *Service) engine(now func() time.Duration) error {
	words := lexical.Config{Zone: s.cfg.Policy.Zone}
	if s.cfg.Words.Packs != "" {
		words.Packs = os.DirFS(s.cfg.Words.Packs)
	}
	reader, err := lexical.New(words)
	if err != nil {
		return err
	}
	rtp, err := receiverConfig(s.cfg.RTP)
	if err != nil {
		return err
	}
	ears, err := s.recogniser()
	if err != nil {
		return err
	}
	s.Engine, err = pipeline.New(pipeline.Config{
		Tenant: s.cfg.Tenant, Shards: s.cfg.Engine.Shards, MaxInteractions: s.cfg.Engine.MaxInteractions,
		IdleTimeout: s.cfg.Engine.IdleTimeout, RTP: rtp, HoleWait: s.cfg.RTP.HoleWait,
		AgentTiming: s.cfg.Policy.AgentTiming, Scoring: scoring.Config{Policy: scoring.Policy{IgnoreAgentTiming: !s.cfg.Policy.AgentTiming}},
		Reader: reader, Sink: s.publisher, Hops: s.hops, Ears: ears, Registerer: s.registry, Log: s.log, Now: now,
	})
	if err != nil {
		return fmt.Errorf("rtp: %w", err)
	}
	for _, w := range s.Engine.Warnings() {
		s.log.Warn("rtp", "warning", w)
	}
	return nil
}

// receiverConfig is nil where plain RTP is off.
func receiverConfig(c config.RTP) (*receiver.Config, error) {
	if !c.AllowPlain {
		return nil, nil
	}
	allowed, err := c.Allowed()
	if err != nil {
		return nil, err
	}
	listen, err := netip.ParseAddr(c.Listen)
	if err != nil {
		return nil, fmt.Errorf("rtp.listen: %w", err)
	}
	return &receiver.Config{AllowPlain: true, AllowFrom: allowed, Listen: listen, FirstPort: c.FirstPort,
		Ports: c.Ports, ReceiveBytes: c.ReceiveBytes}, nil
}

// edge builds what clients talk to.
func (s *Service) edge() error {
	var tokens *api.Tokens
	if f := s.cfg.HTTP.TokenFile; f != "" {
		var err error
		if tokens, err = api.LoadTokens(f); err != nil {
			return err
		}
	}
	whip, err := s.whipServer(tokens)
	if err != nil {
		return err
	}
	s.handler = api.New(api.Config{
		Engine: s.Engine, Events: s.events, Eraser: eraser{s}, WHIP: whip, WHIPURL: whipPath,
		Overlay: overlay.Handler(overlay.Config{FrameAncestors: s.cfg.Overlay.FrameAncestors}),
		Tokens:  tokens, MaxBody: s.cfg.HTTP.MaxBodyBytes,
		Origins: s.cfg.HTTP.AllowOrigins, Ready: s.ready, Log: s.log, Advertise: s.cfg.RTP.Advertise,
	})
	return nil
}

// ready says whether new interactions are welcome.
func (s *Service) ready(ctx context.Context) error {
	if err := s.publisher.Admit(); err != nil {
		return err
	}
	if err := s.publisher.Err(); err != nil {
		return fmt.Errorf("events wait: %w", err)
	}
	return s.Redis.Ping(ctx).Err()
}
