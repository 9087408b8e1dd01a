package scoring

import (
	"slices"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// While nobody turns the voice into words the scores stand on the voice alone,
// and say why; the words that were read count again when somebody is back.
func TestWithoutARecogniserTheVoiceIsLeft(t *testing.T) {
	e := newEngine(t, Config{})
	e.AddParticipant(caller, attune.ChannelVoice, everything, false)
	q := e.person(caller.ID)
	if _, why := e.wordsState(q); why != attune.ReasonNoRecogniser {
		t.Errorf("at first: %q", why)
	}
	e.Recogniser(caller.ID, true, 0)
	if _, why := e.wordsState(q); why != attune.ReasonLittleSpeech {
		t.Errorf("once somebody listens: %q", why)
	}
	for k := 1; k <= 10; k++ {
		now := time.Duration(k) * time.Second
		e.Voice(VoiceObservation{ParticipantID: caller.ID, Span: attune.Span{End: now}, Stats: pitched(35, 5*time.Second), NewSpeech: time.Second})
	}
	e.Words(&lexical.Message{ID: "u", ParticipantID: caller.ID, Role: caller.Role, Channel: attune.ChannelVoice, Span: attune.Span{End: 10 * time.Second}, Final: true},
		&lexical.Reading{MessageID: "u", Words: 20, WordConfidence: 1, Stress: lexical.Estimate{Value: .9, Confidence: 1}})
	both := e.scoresOf(q)
	e.Recogniser(caller.ID, false, 11*time.Second)
	e.Recogniser(caller.ID, false, 12*time.Second)
	voice := e.scoresOf(q)
	if !slices.Contains(both[Stress].Basis, BasisWords) || slices.Contains(voice[Stress].Basis, BasisWords) || !slices.Contains(voice[Stress].Basis, BasisVoice) {
		t.Errorf("basis %v, then %v", both[Stress].Basis, voice[Stress].Basis)
	}
	if voice[Stress].Confidence > .5 || *voice[Stress].Value >= *both[Stress].Value {
		t.Errorf("stress %.2f (%.2f), then %.2f (%.2f)", *both[Stress].Value, both[Stress].Confidence, *voice[Stress].Value, voice[Stress].Confidence)
	}
	if s := voice[StressWords]; s.Value != nil || s.Reason != attune.ReasonNoRecogniser {
		t.Errorf("stress of words: %+v", s)
	}
	e.Recogniser(caller.ID, true, 20*time.Second)
	if again := e.scoresOf(q); *again[Stress].Value != *both[Stress].Value {
		t.Errorf("stress %.3f when it is back, %.3f before", *again[Stress].Value, *both[Stress].Value)
	}
}

// Who writes as well still has words.
func TestWhoWritesNeedsNoRecogniser(t *testing.T) {
	e := newEngine(t, Config{})
	e.AddParticipant(caller, attune.ChannelVoice, everything, false)
	e.AddParticipant(caller, attune.ChannelChat, everything, true)
	e.Recogniser(caller.ID, false, time.Second)
	if _, why := e.wordsState(e.person(caller.ID)); why == attune.ReasonNoRecogniser {
		t.Error("the chat counts for nothing")
	}
	e.Recogniser("nobody", false, time.Second)
}
