package pipeline

import (
	"slices"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/stream"
)

// ears notes what it is told of every leg.
type ears struct {
	legs    []HeardLeg
	allowed []bool
	blocks  int
	last    time.Duration
	closed  int
}

func (e *ears) Leg(l HeardLeg) Ear                    { e.legs = append(e.legs, l); return e }
func (e *ears) Hear(_ *audio.Block, at time.Duration) { e.blocks, e.last = e.blocks+1, at }
func (e *ears) Allow(on bool)                         { e.allowed = append(e.allowed, on) }
func (e *ears) Close()                                { e.closed++ }

func TestEarsHearWhatMayBeHeard(t *testing.T) {
	e := new(ears)
	cfg := config(t, stream.NewMemorySink())
	cfg.Ears = e
	o, err := NewOffline(cfg, attune.Interaction{ID: "i1"})
	if err != nil {
		t.Fatal(err)
	}
	l := addLeg(t, o, attune.RoleCustomer, attune.Consent{AnalyseVoice: true})
	if len(e.legs) != 1 || e.legs[0].InteractionID != "i1" || e.legs[0].Rate != 8000 || e.legs[0].Role != attune.RoleCustomer {
		t.Fatalf("legs %+v", e.legs)
	}
	if err := o.engine.Consent(t.Context(), "i1", "", attune.RoleCustomer, all); err != nil {
		t.Fatal(err)
	}
	play(t, o, l, voice(8000, 180))
	heard := e.blocks
	if heard < 90 || e.last > time.Second || e.last < 900*time.Millisecond {
		t.Errorf("%d blocks, the last at %s", heard, e.last)
	}
	if err := o.engine.Pause(t.Context(), "i1", stream.GapPCI); err != nil {
		t.Fatal(err)
	}
	play(t, o, l, voice(8000, 180))
	if e.blocks != heard {
		t.Errorf("%d blocks were heard in the pause", e.blocks-heard)
	}
	if err := o.End(); err != nil {
		t.Fatal(err)
	}
	if want := []bool{false, true, false}; len(e.allowed) < 3 || !slices.Equal(e.allowed[:3], want) || e.closed != 1 {
		t.Errorf("allowed %v, closed %d times", e.allowed, e.closed)
	}
}
