package scoring

import (
	"testing"
	"time"
)

// BenchmarkStep is one second of one call: an observation of the customer's
// voice and a step with both snapshots.
func BenchmarkStep(b *testing.B) {
	e := newEngine(b, Config{Voice: pitchModel()})
	e.AddParticipant(caller, "VOICE", everything, true)
	e.AddParticipant(agent, "VOICE", everything, true)
	stats := pitched(33, 8*time.Second)
	var updates []Update
	b.ReportAllocs()
	for k := range b.N {
		now := time.Duration(k+8) * time.Second
		o := VoiceObservation{ParticipantID: "c", Stats: stats, NewSpeech: time.Second}
		o.Span.Begin, o.Span.End = now-8*time.Second, now
		e.Voice(o)
		updates = e.Step(now, updates[:0])
	}
}
