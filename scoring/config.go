package scoring

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/attune-cx/attune/models/stressvoice"
	"github.com/attune-cx/attune/scoring/empathy"
	"github.com/attune-cx/attune/scoring/fusion"
)

// Version of the scoring rules; it stands in every snapshot's model.
const Version = "1.0.0"

// Config of an [Engine]. The zero value means the written defaults.
type Config struct {
	Policy  Policy
	Profile Profile
	// Voice is the model of stress in the voice; nil means the shipped one.
	Voice *stressvoice.Model `json:"-"`
}

// Policy says what may be measured.
type Policy struct {
	// IgnoreAgentTiming turns off even the timing of those who serve: talk,
	// silence and interruptions do not count.
	IgnoreAgentTiming bool
	// MuteCues and MuteHints keep cues and hints back; scores are not changed.
	MuteCues, MuteHints bool
}

// Profile holds the numbers of the scoring model. A zero field means the default
// in its comment: starting points of the scoring model, see package fusion.
type Profile struct {
	StressVoice       float64        // weight of the voice in stress: 1.0
	StressWords       float64        // of words: 1.2
	StressInteraction float64        // of turn-taking: .5
	StressA, StressB  float64        // value = σ(a·z + b): 2, −.4
	VoiceOnlyCap      float64        // highest stress without negative words: .65
	Empathy           empathy.Config // windows and prior
	ValidFor          time.Duration  // of a snapshot with voice: 5 s
	TextValidFor      time.Duration  // of one without: 5 min
	MaxEvidence       int            // items of fused evidence that a score lists: 8
}

func (p Profile) withDefaults() Profile {
	or(&p.StressVoice, 1)
	or(&p.StressWords, 1.2)
	or(&p.StressInteraction, .5)
	or(&p.StressA, 2)
	or(&p.StressB, -.4)
	or(&p.VoiceOnlyCap, .65)
	or(&p.ValidFor, 5*time.Second)
	or(&p.TextValidFor, 5*time.Minute)
	or(&p.MaxEvidence, 8)
	return p
}

func or[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

// The fusion of each score of a customer. Arousal is mostly heard, valence and
// sentiment mostly read; reciprocity is read and seen in who breaks in on whom.
func (p Profile) stress() fusion.Config {
	return fusion.NewConfig(p.StressVoice, p.StressWords, p.StressInteraction, p.StressA, p.StressB)
}
func (p Profile) arousal() fusion.Config   { return fusion.NewConfig(.8, .2, 0, 3, 0) }
func (p Profile) valence() fusion.Config   { return fusion.NewConfig(.2, .8, 0, 3, 0) }
func (p Profile) sentiment() fusion.Config { return fusion.NewConfig(0, 1, 0, 3, 0) }
func (p Profile) reciprocity() fusion.Config {
	return fusion.NewConfig(0, 1, .5, 3, 0)
}

// model names what computes the scores: the hash covers the voice model and the
// configuration, so that the same hash on the same input gives the same scores.
func (c Config) model() Model {
	h := sha256.New()
	h.Write([]byte(Version + c.Voice.Hash))
	_ = json.NewEncoder(h).Encode(c) // plain numbers: it cannot fail
	return Model{Name: "attune-scoring", Version: Version, Hash: hex.EncodeToString(h.Sum(nil))}
}
