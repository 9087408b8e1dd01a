package e2e

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/internal/config"
	"github.com/attune-cx/attune/internal/load"
	"github.com/attune-cx/attune/internal/testrecogniser"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

// A recogniser that is killed in the middle of a call neither ends it nor holds
// its sound up: the scores stand on the voice and say why, until a recogniser is
// there again; what was not heard meanwhile is told.
func TestTheRecogniserIsKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("a real recogniser listens in real time")
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	server := testrecogniser.Start(t, 0)
	c := call(t, ctx, server.URL, func(cfg *config.Config) { cfg.Recogniser.Queue = time.Second })
	hung := goOnTalking(t, ctx, c)

	c.until("words are scored", func(es []*stream.Envelope) bool { return value(es, scoring.StressWords) != nil })
	server.Kill()
	c.until("stress stands on the voice alone, and words say that there is no recogniser", func(es []*stream.Envelope) bool {
		words, stress := c.newest(scoring.StressWords), c.newest(scoring.Stress)
		return words.Value == nil && words.Reason != nil && *words.Reason == attune.ReasonNoRecogniser &&
			stress.Value != nil && slices.Equal(bases(stress), []scoring.Basis{scoring.BasisVoice})
	})
	if s := c.newest(scoring.Stress); s.Confidence > .5 {
		t.Errorf("confidence %.2f without words, at most .5 is meant", s.Confidence)
	}
	away := len(c.events)
	c.until("the call goes on", func(es []*stream.Envelope) bool { return len(es) >= away+3 })

	testrecogniser.Start(t, server.Port())
	c.until("words are scored again", func(es []*stream.Envelope) bool { return value(es, scoring.StressWords) != nil })
	hung()
	if err := c.api.Post(ctx, "/v1/interactions/"+c.id+"/end", nil, nil); err != nil {
		t.Fatal(err)
	}
	c.until("the call is completed", func(es []*stream.Envelope) bool { return es[len(es)-1].Type == stream.InteractionCompleted })
	readBack(t, ctx, c.s.RedisAddr(), c.s.Keys, c.id)
	unread := 0
	for _, e := range c.events {
		switch {
		case e.Type != stream.Gap:
		case e.Data.Cause == stream.GapLoss:
			t.Errorf("media was held up: a gap by loss at %d..%d ms", e.Data.BeginOffsetMS, e.Data.EndOffsetMS)
		case e.Data.Cause == stream.GapShed && e.Data.Modality != nil && *e.Data.Modality == scoring.BasisWords:
			unread++
			t.Logf("the words of %d..%d ms are missing", e.Data.BeginOffsetMS, e.Data.EndOffsetMS)
		}
	}
	if unread == 0 {
		t.Error("nobody was told that words are missing")
	}
}

// goOnTalking has the caller complain over and over, until the function that it
// returns is called.
func goOnTalking(t *testing.T, ctx context.Context, c *caller) (hangUp func()) {
	t.Helper()
	sound := append(testrecogniser.Speak(t, "rms", script[1].text), make([]float32, testrecogniser.Rate)...)
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() {
		_, err := load.Send(ctx, []load.Stream{{To: c.rtp, Payload: testrecogniser.Encode(sound), Loop: true, SSRC: 7}})
		done <- err
	}()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func value(es []*stream.Envelope, name scoring.Name) *float64 {
	for _, e := range slices.Backward(es) {
		if s, ok := e.Data.Scores[name]; ok {
			return s.Value
		}
	}
	return nil
}

// bases are what a score stands on, but for how the exchange goes.
func bases(s *stream.Score) []scoring.Basis {
	return slices.DeleteFunc(slices.Clone(s.Basis), func(b scoring.Basis) bool { return b == scoring.BasisInteraction })
}
