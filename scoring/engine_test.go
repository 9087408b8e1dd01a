package scoring

import (
	"testing"
	"time"

	"github.com/attune-cx/attune"
)

var everything = attune.Consent{AnalyseVoice: true, AnalyseText: true}

func TestSmoke(t *testing.T) {
	e, err := NewEngine(&attune.Interaction{ID: "call"}, Config{})
	if err != nil {
		t.Fatal(err)
	}
	e.AddParticipant(attune.Participant{ID: "c", Role: attune.RoleCustomer}, attune.ChannelVoice, everything, true)
	e.AddParticipant(attune.Participant{ID: "a", Role: attune.RoleAgent}, attune.ChannelVoice, everything, true)
	for _, u := range e.Step(time.Second, nil) {
		if u.Snapshot != nil {
			t.Log(u.Snapshot.ParticipantID, u.Snapshot.Scores)
		}
	}
}
