package dynamics

import (
	"time"

	"github.com/attune-cx/attune"
)

// MaxParticipants is how many parties one tracker follows.
const MaxParticipants = 8

// step is the grid on which speech is compared between legs.
const step = 10 * time.Millisecond

// Config holds the times that decide what a turn is. A zero field means the
// default that its comment gives.
type Config struct {
	TurnGap     time.Duration // pause that ends a turn: 700 ms
	MinSpeech   time.Duration // shorter bursts never open a turn: 100 ms
	Backchannel time.Duration // longest speech that can be a backchannel: 1 s
	Competitive time.Duration // overlap that makes an interruption: 500 ms
	MinSilence  time.Duration // stretches without speech that count as silence: 2 s
	MaxResponse time.Duration // a longer gap is silence, not a response: 10 s
	Settle      time.Duration // how long a step waits for the slower leg: 200 ms
}

func (c Config) withDefaults() Config {
	fill(&c.TurnGap, 700*time.Millisecond)
	fill(&c.MinSpeech, 100*time.Millisecond)
	fill(&c.Backchannel, time.Second)
	fill(&c.Competitive, 500*time.Millisecond)
	fill(&c.MinSilence, 2*time.Second)
	fill(&c.MaxResponse, 10*time.Second)
	fill(&c.Settle, 200*time.Millisecond)
	return c
}

func fill(d *time.Duration, def time.Duration) {
	if *d <= 0 {
		*d = def
	}
}

// Snapshot is the state of the conversation's floor at one moment. It holds no
// reference into the tracker.
type Snapshot struct {
	At             time.Duration // the settled clock: everything before it is counted
	N              int           // parties in use
	Parties        [MaxParticipants]Party
	Call, Recent   Floor         // since the beginning, and over the last 30 s
	CurrentSilence time.Duration // how long nobody has spoken by now
}

// Party is one participant's share. It is found by ID; the order is that of
// [Tracker.Add].
type Party struct {
	ID               string
	Role             attune.Role
	Speaking         bool        // in the newest settled step
	InTurn           bool        // holds a turn that has not ended
	Turn             attune.Span // the turn under way, else the last one
	Call, Recent     Talk
	LastInterruption attune.Span // where this party last broke in; zero = never
}

// Talk counts what one party did.
type Talk struct {
	Speech        time.Duration
	Ratio         float64       // of all parties' speech, 0..1; NaN while nobody spoke or there is one party
	Overlap       time.Duration // spoken while another spoke
	Interruptions int           // this party broke in
	Interrupted   int           // another broke in on this party
	Backchannels  int
	Responses     int           // turns taken after another's
	ResponseMean  time.Duration // mean gap before them; valid if Responses > 0
	Turns         int           // ended ones
	TurnMean      time.Duration // valid if Turns > 0
	TurnLongest   time.Duration
}

// Floor counts what all parties did together.
type Floor struct {
	Observed       time.Duration // settled time
	Speech         time.Duration // somebody spoke
	Overlap        time.Duration // two or more spoke
	Silence        time.Duration // in stretches of at least Config.MinSilence
	LongestSilence time.Duration
}

// Party returns the share of the participant with the given id, or nil.
func (s *Snapshot) Party(id string) *Party {
	for i := range s.Parties[:s.N] {
		if s.Parties[i].ID == id {
			return &s.Parties[i]
		}
	}
	return nil
}
