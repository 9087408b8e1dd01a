package lexical

import (
	"math"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical/rules"
	"github.com/attune-cx/attune/features/lexical/token"
)

// wordsToTrust is how many words give a confidence of 1 - 1/e (science: 20).
const wordsToTrust = 20

// maxLogit bounds the log-odds of the model's probability.
const maxLogit = 6

// scores fills in the estimates from the model and the markers. Stress and
// severity are a customer's: one who serves speaks of the other's trouble, and
// "that must be awful" says nothing of the speaker.
func (s *scratch) scores(explain int) {
	d := s.dst
	switch {
	case s.pack.Model != "english":
		d.nullAll(attune.ReasonLanguage)
		return
	case !s.modelOK:
		d.nullAll(attune.ReasonLittleSpeech)
		return
	}
	d.Emotions, d.Ekman = s.out.Emotions, s.out.Ekman
	d.Empathy = EmpathyParts{float64(s.out.EmotionalReaction), float64(s.out.Interpretation), float64(s.out.Exploration)}
	confidence := (1 - math.Exp(-float64(s.spoken())/wordsToTrust)) * d.WordConfidence * s.sure
	base := logit(float64(s.out.Stress))
	sum := base
	for _, m := range d.Markers {
		sum += m.Weight
	}
	if side(s.m.Role) == rules.Company {
		d.Stress = Estimate{Null: true, Reason: attune.ReasonPolicy}
		d.Severity = d.Stress
	} else {
		d.Stress = estimate(sigmoid(sum), confidence)
		d.Severity = estimate(float64(s.out.Severity), confidence)
	}
	d.Valence = estimate(float64(s.out.Valence), confidence)
	d.Sentiment = estimate(s.out.sentiment(), confidence)
	if !s.m.Final {
		explain = 0 // an interim text is read many times over
	}
	s.explain(explain, base)
}

// spoken counts the words, without numbers and codes: "2291" says nothing of a
// feeling.
func (s *scratch) spoken() int {
	n := 0
	for k := range s.text.Tokens {
		if t := &s.text.Tokens[k]; t.Kind == token.Word && !t.Expanded {
			n++
		}
	}
	return n
}

// sentiment weighs pleasant against unpleasant emotions and the valence of the
// words, half and half.
func (o *ModelOutput) sentiment() float64 {
	feel := o.any(positive) - o.any(negative)
	return (feel + float64(o.Valence)) / 2
}

func estimate(v, confidence float64) Estimate {
	if math.IsNaN(v) {
		return Estimate{Null: true, Reason: attune.ReasonLittleSpeech}
	}
	return Estimate{Value: v, Confidence: confidence}
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// logit is bounded, so that a certain model cannot silence the markers.
func logit(p float64) float64 {
	if math.IsNaN(p) {
		return p
	}
	return max(-maxLogit, min(maxLogit, math.Log(p/(1-p))))
}
