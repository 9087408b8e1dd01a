package scoring

import (
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/scoring/fusion"
)

// Interim words whose final version is empty no longer count.
func TestAnEmptyFinalWithdrawsInterimWords(t *testing.T) {
	e := newEngine(t, Config{})
	e.AddParticipant(caller, attune.ChannelVoice, attune.Consent{AnalyseText: true}, true)
	m := &lexical.Message{ID: "u", ParticipantID: caller.ID, Role: caller.Role, Channel: attune.ChannelVoice,
		Span: attune.Span{End: time.Second}}
	e.Words(m, &lexical.Reading{MessageID: "u", Words: 8, WordConfidence: 1, Stress: lexical.Estimate{Value: .9, Confidence: 1}})
	q := e.person(caller.ID)
	if got := q.stress.LogOdds(fusion.Words); got <= 0 {
		t.Fatalf("interim words moved nothing: %g", got)
	}
	before := newEngine(t, Config{})
	before.AddParticipant(caller, attune.ChannelVoice, attune.Consent{AnalyseText: true}, true)
	want := before.person(caller.ID).stress.LogOdds(fusion.Words)
	m.Final = true
	e.Words(m, &lexical.Reading{MessageID: "u", WordConfidence: 1, Stress: lexical.Estimate{Null: true}})
	if got := q.stress.LogOdds(fusion.Words); got != want {
		t.Errorf("log-odds %g after the withdrawal, want %g", got, want)
	}
}
