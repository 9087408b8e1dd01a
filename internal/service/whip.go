package service

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"github.com/pion/rtp"

	"github.com/attune-cx/attune/audio/webrtc"
	"github.com/attune-cx/attune/internal/api"
	"github.com/attune-cx/attune/internal/pipeline"
)

// whipPath is where browsers publish.
const whipPath = "/whip"

// whipServer opens the WebRTC endpoint, or nothing where it is off.
func (s *Service) whipServer(tokens *api.Tokens) (http.Handler, error) {
	if !s.cfg.WHIP.Enabled {
		return nil, nil
	}
	listen, err := netip.ParseAddrPort(s.cfg.WHIP.UDPListen)
	if err != nil {
		return nil, fmt.Errorf("whip.udp_listen: %w", err)
	}
	srv, err := webrtc.New(webrtc.Config{
		Legs: inlets{s.Engine}, Listen: listen, AllowLoopback: s.cfg.WHIP.AllowLoopback,
		MaxSessions: s.cfg.WHIP.MaxSessions, AllowOrigins: s.cfg.HTTP.AllowOrigins,
		Authorize: func(token string, _ *http.Request) error {
			switch known, allowed := tokens.Allow(token, api.ScopeIngest); {
			case !known:
				return &webrtc.Refusal{Status: http.StatusUnauthorized, Reason: "no valid token: send \"Authorization: Bearer <token>\""}
			case !allowed:
				return &webrtc.Refusal{Status: http.StatusForbidden, Reason: "this token lacks the scope ingest"}
			}
			return nil
		},
	})
	if err != nil {
		return nil, fmt.Errorf("whip.udp_listen: %w", err)
	}
	s.onClose(func() { srv.Close() })
	s.whip = srv
	return srv, nil
}

// inlets finds the leg that a WHIP request names.
type inlets struct{ engine *pipeline.Engine }

// Open answers for POST /whip?interaction=ID&leg=ID; the leg was created with
// media whip.
func (i inlets) Open(_ context.Context, r webrtc.Request) (webrtc.Leg, error) {
	ref, leg := strings.TrimSpace(r.Query.Get("interaction")), strings.TrimSpace(r.Query.Get("leg"))
	if ref == "" || leg == "" {
		return nil, &webrtc.Refusal{Status: http.StatusBadRequest, Reason: "give ?interaction=ID&leg=ID: create the leg with media whip first"}
	}
	in, err := i.engine.Inlet(ref, leg)
	switch {
	case errors.Is(err, pipeline.ErrNotFound), errors.Is(err, pipeline.ErrEnded):
		return nil, &webrtc.Refusal{Status: http.StatusNotFound, Reason: err.Error()}
	case err != nil:
		return nil, err
	}
	return whipLeg{in}, nil
}

// whipLeg hands a session's packets to a leg's inlet.
type whipLeg struct{ in *pipeline.Inlet }

// Push hands on one packet. Whatever number the client gave Opus, the leg knows
// it by one.
func (l whipLeg) Push(h *rtp.Header, payload []byte) {
	own := *h
	own.PayloadType = pipeline.OpusType
	l.in.Push(&own, payload)
}

// SenderReport hands on the sender's clocks.
func (l whipLeg) SenderReport(ssrc uint32, ntp uint64, rtpTime uint32) {
	l.in.SenderReport(ssrc, ntp, rtpTime)
}

// Close leaves the leg open: a browser that reloads comes back to it.
func (whipLeg) Close(string) {}
