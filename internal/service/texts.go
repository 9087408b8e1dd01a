package service

import (
	"context"
	"errors"
	"fmt"

	"github.com/attune-cx/attune/features/lexical"
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
	return in.Run(ctx, func(ctx context.Context, t *textin.Text) error {
		_, err := s.Engine.Say(ctx, t.InteractionID, spoken(t))
		if errors.Is(err, pipeline.ErrInvalid) || errors.Is(err, pipeline.ErrConflict) {
			return fmt.Errorf("%w: %w", consumer.ErrReject, err) // no further attempt can help
		}
		return err // an interaction that is not there may begin a moment later
	})
}

func spoken(t *textin.Text) pipeline.Text {
	out := pipeline.Text{
		ID: t.ID, Role: t.Role, Speaker: t.ParticipantID, Channel: t.Channel, Text: t.Text, Timed: t.Timed,
		Begin: t.Span.Begin, End: t.Span.End, LegID: t.LegID, Transcript: t.Transcript, Interim: t.Interim, Language: t.Language,
	}
	for _, w := range t.Words {
		out.Words = append(out.Words, lexical.Word(w))
	}
	return out
}
