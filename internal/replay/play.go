package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/internal/pipeline"
)

// tail is how long the clock goes on after the last sound and word, so that
// what waits for the end of a turn is said.
const tail = 2 * time.Second

// settle is how long the clock goes by 10 ms after the last sound or word.
const settle = 30 * time.Second

// Play is what an interaction is made of.
type Play struct {
	Interaction attune.Interaction
	Sounds      []SoundLeg
	Capture     *Capture // RTP of a capture; nil = none
	Texts       []pipeline.Text
	Tick        func(at time.Duration) // called before each step; nil = nothing
	Progress    func(at time.Duration) // called after it; nil = nothing
	Refused     []error                // filled by Run: texts that were not taken, and why
}

// SoundLeg is one channel of a sound file and whose voice it is.
type SoundLeg struct {
	Sound   *Sound
	Channel int
	Role    attune.Role
}

// forever is longer than any file: it says itself when its interaction ends, so
// that hours of silence in it complete nothing.
const forever = time.Duration(math.MaxInt64)

// everything is the consent of one who scores files of their own.
var everything = attune.Consent{AnalyseVoice: true, AnalyseText: true, Basis: "command line"}

// Run plays p through one offline shard as fast as it goes. The events go to
// cfg.Sink, the same for the same files.
func Run(ctx context.Context, cfg pipeline.Config, p *Play) error {
	cfg.IdleTimeout = forever
	o, err := pipeline.NewOffline(cfg, p.Interaction)
	if err != nil {
		return err
	}
	r := &run{o: o, play: p, texts: slices.Clone(p.Texts)}
	// a message counts when it is sent, an utterance when its last word is said
	slices.SortStableFunc(r.texts, func(a, b pipeline.Text) int { return int(a.End - b.End) })
	if err := r.join(); err != nil {
		return err
	}
	end := time.Duration(-1)
	for now := time.Duration(0); end < 0 || now <= end; now = r.after(now) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if p.Tick != nil {
			p.Tick(now)
		}
		more, err := r.step(now)
		if err != nil {
			return err
		}
		if !more && end < 0 {
			end = now + tail
		}
		o.Step(now)
		if p.Progress != nil {
			p.Progress(now)
		}
	}
	return o.End()
}

// run is a play under way.
type run struct {
	o      *pipeline.Offline
	play   *Play
	sounds []*soundRun
	texts  []pipeline.Text
	busy   time.Duration // when something was played last
}

// soundRun is one file; its channels step together.
type soundRun struct {
	sound  *Sound
	blocks []audio.Block
	legs   map[int]*pipeline.OfflineLeg // by channel
	ended  bool
}

// after is when the next step is: 10 ms on while something is played and until it
// has settled, whole seconds through idle time, since scores step by the second.
func (r *run) after(now time.Duration) time.Duration {
	due, ok := r.due()
	if !ok || now-r.busy < settle {
		return now + audio.Step
	}
	due = max(now+audio.Step, (due+audio.Step-1)/audio.Step*audio.Step)
	return min(due, now.Truncate(time.Second)+time.Second)
}

// due is when the next packet or text comes; false while a sound is on, and when
// nothing is left.
func (r *run) due() (at time.Duration, ok bool) {
	at = forever
	for _, s := range r.sounds {
		if !s.ended {
			return 0, false
		}
	}
	if c := r.play.Capture; c != nil && !c.ended {
		at = c.next.At - c.begin
	}
	if len(r.texts) > 0 {
		at = min(at, r.texts[0].End)
	}
	return at, at < forever
}

// join opens the legs and names who only writes.
func (r *run) join() error {
	for _, t := range r.texts {
		err := r.o.Join(attune.Participant{ID: t.Speaker, Role: t.Role}, t.Channel, everything, true)
		if err != nil {
			return err
		}
	}
	for _, s := range r.play.Sounds {
		leg, err := r.o.AddLeg(pipeline.LegSpec{
			Participant: attune.Participant{Role: s.Role}, Channel: attune.ChannelVoice, Consent: everything, Rate: s.Sound.Rate()})
		if err != nil {
			return err
		}
		r.open(s.Sound).legs[s.Channel] = leg
	}
	if r.play.Capture != nil {
		return r.play.Capture.join(r.o)
	}
	return nil
}

func (r *run) open(s *Sound) *soundRun {
	for _, have := range r.sounds {
		if have.sound == s {
			return have
		}
	}
	n := &soundRun{sound: s, blocks: make([]audio.Block, s.Info().Channels), legs: make(map[int]*pipeline.OfflineLeg)}
	r.sounds = append(r.sounds, n)
	return n
}

// step plays what happens up to now; false when nothing is left.
func (r *run) step(now time.Duration) (bool, error) {
	more := false
	for _, s := range r.sounds {
		if err := s.step(); err != nil {
			return false, err
		}
		if !s.ended {
			more, r.busy = true, now
		}
	}
	if r.play.Capture != nil {
		played, err := r.play.Capture.step(now)
		if err != nil {
			return false, err
		}
		if played {
			r.busy = now
		}
		more = more || !r.play.Capture.ended
	}
	for len(r.texts) > 0 && r.texts[0].End <= now {
		t := r.texts[0]
		r.texts, r.busy = r.texts[1:], now
		_, err := r.o.Say(t)
		if err != nil {
			err = fmt.Errorf("message %q at %s: %w", t.ID, t.Begin, err)
		}
		switch {
		case errors.Is(err, pipeline.ErrInvalid): // one bad message does not cost the others
			r.play.Refused = append(r.play.Refused, err)
		case err != nil:
			return false, err
		}
	}
	return more || len(r.texts) > 0, nil
}

func (s *soundRun) step() error {
	if s.ended {
		return nil
	}
	err := s.sound.Next(s.blocks)
	if errors.Is(err, io.EOF) {
		s.ended = true
		return nil
	}
	if err != nil {
		return err
	}
	for ch := range s.blocks { // in one order: the same files give the same events
		leg := s.legs[ch]
		if leg == nil {
			continue
		}
		if err := leg.PCM(s.blocks[ch].Samples); err != nil {
			return err
		}
	}
	return nil
}
