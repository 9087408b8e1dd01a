package service

import (
	"context"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/internal/pipeline"
	"github.com/attune-cx/attune/internal/recogniser"
)

// recogniser takes legs' sound to a server that gives words back; nil where none
// is configured.
func (s *Service) recogniser() (pipeline.Ears, error) {
	c := &s.cfg.Recogniser
	if c.URL == "" {
		return nil, nil
	}
	roles := make([]attune.Role, 0, len(c.Roles))
	for _, name := range c.Roles {
		role, err := attune.ParseRole(name)
		if err != nil {
			return nil, err
		}
		roles = append(roles, role)
	}
	b, err := recogniser.New(recogniser.Config{URL: c.URL, Roles: roles, Queue: c.Queue, Registerer: s.registry, Log: s.log,
		Say: func(ctx context.Context, ref string, t pipeline.Text) (pipeline.TextResult, error) {
			return s.Engine.Say(ctx, ref, t)
		}, Presence: presence{s}})
	if err != nil {
		return nil, err
	}
	s.onClose(b.Close)
	return b, nil
}

// presence reaches the engine, which is made after the bridge.
type presence struct{ s *Service }

func (p presence) Recogniser(ctx context.Context, ref, legID string, hears bool, at time.Duration) error {
	return p.s.Engine.Recogniser(ctx, ref, legID, hears, at)
}

func (p presence) Unread(ctx context.Context, ref, legID string, span attune.Span) error {
	return p.s.Engine.Unread(ctx, ref, legID, span)
}
