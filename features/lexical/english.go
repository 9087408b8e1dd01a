package lexical

import "math"

// embedded is the model that the binary carries. Until one is built in, its
// scores are null.
func embedded() (Model, error) { return silent{}, nil }

type silent struct{}

func (s silent) NewInferer() Inferer { return s }

func (silent) Infer(_ string, dst *ModelOutput) {
	nan := float32(math.NaN())
	*dst = ModelOutput{Stress: nan, Severity: nan, Valence: nan, EmotionalReaction: nan, Interpretation: nan, Exploration: nan}
	for k := range dst.Emotions {
		dst.Emotions[k] = nan
	}
	for k := range dst.Ekman {
		dst.Ekman[k] = nan
	}
}
