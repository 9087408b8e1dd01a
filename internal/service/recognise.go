package service

import (
	"context"

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
		}})
	if err != nil {
		return nil, err
	}
	s.onClose(b.Close)
	return b, nil
}
