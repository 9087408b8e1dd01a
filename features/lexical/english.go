package lexical

import (
	"fmt"

	"github.com/attune-cx/attune/models/text"
)

// english is the text model that the binary carries.
type english struct{ model *text.Model }

// embedded loads it; some milliseconds and megabytes.
func embedded() (Model, error) {
	m, err := text.Load()
	if err != nil {
		return nil, fmt.Errorf("lexical: %w", err)
	}
	return english{m}, nil
}

// NewInferer returns a reader for one goroutine.
func (e english) NewInferer() Inferer {
	return &englishInferer{model: e.model, scratch: e.model.NewScratch()}
}

type englishInferer struct {
	model   *text.Model
	scratch *text.Scratch
	out     text.Outputs
}

// Infer reads text into dst without allocating once its memory has grown.
func (e *englishInferer) Infer(text string, dst *ModelOutput) {
	e.model.Infer(text, &e.out, e.scratch)
	*dst = ModelOutput{
		Emotions: e.out.Emotions, Ekman: e.out.Ekman,
		Stress: e.out.Stress, Severity: e.out.Severity, Valence: e.out.Valence,
		EmotionalReaction: e.out.EmotionalReaction, Interpretation: e.out.Interpretation, Exploration: e.out.Exploration,
	}
}
