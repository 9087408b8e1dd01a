package pipeline

import (
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio"
)

// Ears decides which legs' sound goes to something beside the pipeline, such as
// a recogniser. Leg is called once for each leg as it opens, on the goroutine of
// the leg's shard; nil means that nobody listens to it. It must be quick, and is
// called by several shards at once.
type Ears interface {
	Leg(l HeardLeg) Ear
}

// HeardLeg names a leg for [Ears].
type HeardLeg struct {
	InteractionID string
	LegID         string
	Speaker       string // the client's participant id, for [Text]; "" = the one of that role
	Role          attune.Role
	Channel       attune.Channel
	Rate          int // samples per second: 8000 or 16000
}

// Ear takes the sound of one leg. Its methods are called in order by the
// goroutine of the leg's shard, so they must not block, nor wait for the engine.
type Ear interface {
	// Hear takes the next block, which begins at offset at on the interaction's
	// clock. The block is borrowed: what is kept of it must be copied.
	Hear(b *audio.Block, at time.Duration)
	// Allow says whether sound may leave: consent covers voice and text and no
	// pause is on. It is called before the first Hear, and with each change of
	// either. What was heard and has not left when it turns false must be forgotten.
	Allow(on bool)
	// Close says that the leg has ended; nothing is called after it.
	Close()
}
