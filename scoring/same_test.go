package scoring

import (
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/dynamics"
	"github.com/attune-cx/attune/features/lexical"
)

// hold steps an engine each second while nobody has spoken for the given time,
// and returns when a snapshot of the caller came.
func hold(e *Engine, from, to int, silent time.Duration) (told []time.Duration) {
	for s := from; s < to; s++ {
		now := time.Duration(s) * time.Second
		e.Dynamics(&dynamics.Snapshot{At: now, CurrentSilence: silent})
		for _, u := range e.Step(now, nil) {
			if u.Snapshot != nil && u.Snapshot.ParticipantID == caller.ID {
				told = append(told, now)
			}
		}
	}
	return told
}

// On hold the same is said again only before it would cease to be valid; a change
// is told at once, and so is each second in which somebody speaks.
func TestOnHoldTheSameIsNotSaidEachSecond(t *testing.T) {
	e := newEngine(t, Config{})
	e.AddParticipant(caller, attune.ChannelVoice, attune.Consent{AnalyseVoice: true, AnalyseText: true}, true)
	if told := hold(e, 1, 11, 0); len(told) != 10 {
		t.Errorf("10 s of talk: told at %v", told)
	}
	told := hold(e, 11, 51, 20*time.Second)
	if len(told) != 10 {
		t.Errorf("40 s on hold: told at %v, want each 4 s", told)
	}
	for i := 1; i < len(told); i++ {
		if d := told[i] - told[i-1]; d >= e.cfg.Profile.ValidFor {
			t.Errorf("nothing for %v: the last snapshot was not valid any more", d)
		}
	}
	e.Words(&lexical.Message{ID: "u", ParticipantID: caller.ID, Role: caller.Role, Channel: attune.ChannelVoice, Final: true, Span: attune.Span{End: 51 * time.Second}},
		&lexical.Reading{MessageID: "u", Words: 8, WordConfidence: 1, Stress: lexical.Estimate{Value: .9, Confidence: 1}})
	if told := hold(e, 52, 54, 20*time.Second); len(told) == 0 || told[0] != 52*time.Second {
		t.Errorf("words on hold were told at %v", told)
	}
	e.Pause(54*time.Second, "pci")
	if told := hold(e, 55, 75, 0); len(told) != 5 || told[0] != 55*time.Second {
		t.Errorf("20 s of pause: told at %v, want at once and each 4 s", told)
	}
}

func TestSame(t *testing.T) {
	half, two := .5, .2
	score := Score{Value: &half, State: OK, Confidence: .7, Basis: []Basis{BasisVoice}, Evidence: []Evidence{{Kind: "f0", Weight: 1}}}
	make := func(change func(*Snapshot)) *Snapshot {
		s := &Snapshot{Scores: map[Name]Score{Stress: score}, Line: &Line{Codec: "PCMU", SNRDB: &half},
			Opportunities: []Opportunity{{ID: "o", Value: &half}}}
		change(s)
		return s
	}
	stress := func(change func(*Score)) func(*Snapshot) {
		return func(s *Snapshot) { x := s.Scores[Stress]; change(&x); s.Scores[Stress] = x }
	}
	base := make(func(*Snapshot) {})
	for name, change := range map[string]func(*Snapshot){
		"value":       stress(func(x *Score) { x.Value = &two }),
		"null":        stress(func(x *Score) { x.Value = nil }),
		"state":       stress(func(x *Score) { x.State = Warming }),
		"confidence":  stress(func(x *Score) { x.Confidence = .6 }),
		"basis":       stress(func(x *Score) { x.Basis = nil }),
		"weight":      stress(func(x *Score) { x.Evidence = []Evidence{{Kind: "f0", Weight: 2}} }),
		"score":       func(s *Snapshot) { s.Scores[Arousal] = score },
		"line":        func(s *Snapshot) { s.Line = nil },
		"loss":        func(s *Snapshot) { s.Line.LossRatio = .1 },
		"opportunity": func(s *Snapshot) { s.Opportunities[0].State = "missed" },
		"action":      func(s *Snapshot) { s.Opportunities[0].Action = &two },
	} {
		if alike(base, make(change)) || alike(make(change), base) {
			t.Errorf("a change of %s is the same", name)
		}
	}
	moved := make(stress(func(x *Score) { x.Evidence = []Evidence{{Kind: "f0", Weight: 1, Span: attune.Span{End: time.Second}}} }))
	moved.Span.End, moved.ValidUntil = time.Second, 6*time.Second
	if !alike(base, moved) || !alike(base, base) {
		t.Error("time alone is a change")
	}
}
