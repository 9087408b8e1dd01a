package bench

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/internal/config"
	"github.com/attune-cx/attune/internal/demo"
	"github.com/attune-cx/attune/internal/pipeline"
	"github.com/attune-cx/attune/internal/service"
)

// serviceConfig is a service on loopback with enough ports.
func serviceConfig(cfg *PathConfig) config.Config {
	c := demo.Config("127.0.0.1:0")
	c.Engine.Shards = cfg.Shards
	c.RTP.Ports = min(64, max(8, cfg.Legs/4))
	c.Engine.MaxInteractions = max(c.Engine.MaxInteractions, cfg.Legs)
	if cfg.Redis != "" {
		c.Redis.Embedded, c.Redis.URL, c.Redis.AcceptUnchecked = false, cfg.Redis, true
	}
	return c
}

// open makes a leg and says where its sender sends. A port takes one unheard leg
// at a time; naming the SSRC lets several wait on one.
func open(ctx context.Context, s *service.Service, id string, who attune.Participant, consent attune.Consent, ssrc uint32) (netip.AddrPort, error) {
	for {
		info, _, err := s.Engine.AddLeg(ctx, id, pipeline.LegSpec{Participant: who, Consent: consent, RTP: true, SSRC: ssrc})
		if errors.Is(err, pipeline.ErrBusy) && ctx.Err() == nil {
			sleep(ctx, 20*time.Millisecond)
			continue
		}
		return info.RTP, err
	}
}
