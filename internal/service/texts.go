package service

import (
	"context"
	"errors"
	"fmt"

	"github.com/attune-cx/attune/internal/incoming"
	"github.com/attune-cx/attune/internal/pipeline"
	"github.com/attune-cx/attune/stream/consumer"
	"github.com/attune-cx/attune/stream/textin"
)

// readTexts takes messages and transcripts from the Redis input streams.
func (s *Service) readTexts(ctx context.Context) error {
	if !s.cfg.Redis.TextInput {
		<-ctx.Done()
		return nil
	}
	in, err := textin.New(textin.Config{Tenant: s.cfg.Tenant, Shards: s.cfg.Redis.Shards, Logger: s.log}, s.Redis)
	if err != nil {
		return err
	}
	return in.Run(ctx, func(ctx context.Context, data []byte) error {
		ref, texts, err := incoming.Entry(data)
		if err != nil {
			return fmt.Errorf("%w: %w", consumer.ErrReject, err)
		}
		for _, t := range texts {
			if _, err := s.Engine.Say(ctx, ref, t); err != nil {
				return refused(err)
			}
		}
		return nil
	})
}

// refused tells what no further attempt can help from an interaction that is not
// there yet and may begin a moment later.
func refused(err error) error {
	if errors.Is(err, pipeline.ErrInvalid) || errors.Is(err, pipeline.ErrConflict) {
		return fmt.Errorf("%w: %w", consumer.ErrReject, err)
	}
	return err
}
