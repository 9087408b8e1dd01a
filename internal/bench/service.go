package bench

import (
	"context"
	"net"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/internal/config"
	"github.com/attune-cx/attune/internal/demo"
	"github.com/attune-cx/attune/internal/load"
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

// open makes a leg that knows its sender by address, so that many share a port.
func open(ctx context.Context, s *service.Service, id string, who attune.Participant, consent attune.Consent, stream *load.Stream) error {
	var err error
	if stream.Socket, err = load.Listen(); err != nil {
		return err
	}
	from := stream.Socket.LocalAddr().(*net.UDPAddr).AddrPort()
	info, _, err := s.Engine.AddLeg(ctx, id, pipeline.LegSpec{Participant: who, Consent: consent, RTP: true, SSRC: stream.SSRC, Remote: from})
	stream.To = info.RTP
	return err
}
