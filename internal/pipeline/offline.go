package pipeline

import (
	"context"
	"time"

	"github.com/pion/rtp"

	"github.com/attune-cx/attune"
	chain "github.com/attune-cx/attune/audio/leg"
)

// Offline scores one interaction by a clock of its own, faster than it happened:
// one shard without sockets, stepped by the caller. The same input gives the
// same events. Not safe for concurrent use.
type Offline struct {
	engine *Engine
	shard  *shard
	now    time.Duration
	id     string
}

// NewOffline begins the interaction at offset 0. cfg.Now and cfg.Shards are set here.
func NewOffline(cfg Config, it attune.Interaction) (*Offline, error) {
	o := new(Offline)
	cfg.Shards, cfg.RTP = 1, nil
	cfg.Now = func() time.Duration { return o.now }
	if cfg.Salt == "" {
		cfg.Salt = "offline"
	}
	e, err := New(cfg)
	if err != nil {
		return nil, err
	}
	o.engine, o.shard = e, e.shards[0]
	o.shard.inline = true
	made, _, err := e.Create(context.Background(), it)
	if err != nil {
		return nil, err
	}
	o.id = made.ID
	return o, nil
}

// Join names a participant.
func (o *Offline) Join(p attune.Participant, ch attune.Channel, c attune.Consent, words bool) error {
	_, err := o.engine.Join(context.Background(), o.id, p, ch, c, words)
	return err
}

// AddLeg opens a leg for pushed media and returns its inlet.
func (o *Offline) AddLeg(spec LegSpec) (*OfflineLeg, error) {
	info, _, err := o.engine.AddLeg(context.Background(), o.id, spec)
	if err != nil {
		return nil, err
	}
	for _, l := range o.shard.interactions[o.id].legs {
		if l.id == info.ID {
			return &OfflineLeg{o, l}, nil
		}
	}
	return nil, ErrNotFound
}

// OfflineLeg takes a leg's media at the offline clock's time.
type OfflineLeg struct {
	o *Offline
	l *leg
}

// PCM takes the leg's next samples, at the leg's rate.
func (l *OfflineLeg) PCM(samples []float32) error {
	l.l.x.lastHeard = l.o.now
	return l.l.chain.PushPCM(samples, chain.Follows, l.o.now)
}

// RTP takes one packet that arrived now.
func (l *OfflineLeg) RTP(h *rtp.Header, payload []byte) error {
	return l.l.push(h, payload, l.o.now)
}

// Say takes a text at the offline clock's time.
func (o *Offline) Say(t Text) (TextResult, error) {
	return o.engine.Say(context.Background(), o.id, t)
}

// Step moves the clock to now, which must not go back, and does what is due.
func (o *Offline) Step(now time.Duration) {
	o.now = max(o.now, now)
	o.shard.step(o.now)
}

// End completes the interaction.
func (o *Offline) End() error { return o.engine.End(context.Background(), o.id) }
