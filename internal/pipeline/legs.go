package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio/jitter"
	"github.com/attune-cx/attune/audio/receiver"
)

// OpusType is the RTP payload type by which a pushed leg knows Opus.
const OpusType = 111

func (c *Config) jitter() jitter.Config { return jitter.Config{MaxWait: c.HoleWait} }

// AddLeg opens a leg. With an id that is there already it changes nothing and
// returns what is there and false.
func (e *Engine) AddLeg(ctx context.Context, ref string, spec LegSpec) (LegInfo, bool, error) {
	if err := spec.check(); err != nil {
		return LegInfo{}, false, err
	}
	c, err := e.find(ref)
	if err != nil {
		return LegInfo{}, false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if info, ok := c.legs[spec.ID]; ok && spec.ID != "" {
		return info, false, nil
	}
	if len(c.legs) >= MaxLegs {
		return LegInfo{}, false, fmt.Errorf("%w: more than %d legs", ErrInvalid, MaxLegs)
	}
	who, err := c.person(spec.Participant.ID, spec.Participant.Role)
	if err != nil {
		return LegInfo{}, false, err
	}
	who.channel, who.consent = spec.Channel, spec.Consent
	c.set(who)
	if spec.ID == "" {
		spec.ID = legID(c, who.Role)
	}
	info := LegInfo{ID: spec.ID, ParticipantID: who.ID}
	err = e.on(ctx, c, func(x *interaction, now time.Duration) error {
		info.RTP, err = c.shard.addLeg(x, who.Participant, &spec, now)
		return err
	})
	if err != nil {
		return LegInfo{}, false, err
	}
	c.legs[spec.ID] = info
	return info, true, nil
}

// legID is the role's name, with a number from the second leg on.
func legID(c *contact, role attune.Role) string {
	id := defaultID(role)
	for n := 2; ; n++ {
		if _, taken := c.legs[id]; !taken {
			return id
		}
		id = defaultID(role) + strconv.Itoa(n)
	}
}

// addLeg makes a leg and, for RTP, finds it a port. It runs on the shard.
func (s *shard) addLeg(x *interaction, who attune.Participant, spec *LegSpec, now time.Duration) (netip.AddrPort, error) {
	var addr netip.AddrPort
	var id receiver.LegID
	if spec.RTP {
		if s.recv == nil {
			return addr, fmt.Errorf("%w: RTP needs rtp.allow_plain and rtp.allow_from", ErrOff)
		}
		var err error
		want := receiver.Expect{Remote: spec.Remote.Addr(), Port: spec.Remote.Port(), SSRC: spec.SSRC, HasSSRC: spec.SSRC != 0}
		id, addr, err = s.recv.Open(want, now)
		switch {
		case errors.Is(err, receiver.ErrNoPort):
			return addr, fmt.Errorf("%w: %w", ErrBusy, err)
		case err != nil:
			return addr, fmt.Errorf("%w: %w", ErrInvalid, err)
		}
	}
	l, err := s.newLeg(x, spec.ID, who, spec)
	if err != nil {
		if id != 0 {
			s.recv.Release(id, now)
		}
		return addr, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	x.legs = append(x.legs, l)
	if id != 0 {
		l.recv, s.heard[id] = id, l
	}
	s.counts.legs.Add(1)
	return addr, nil
}

// RemoveLeg ends a leg; its sound so far has counted.
func (e *Engine) RemoveLeg(ctx context.Context, ref, legID string) error {
	c, err := e.find(ref)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.legs[legID]; !ok {
		return fmt.Errorf("leg %q of interaction %q: %w", legID, c.it.ID, ErrNotFound)
	}
	delete(c.legs, legID)
	return e.on(ctx, c, func(x *interaction, now time.Duration) error {
		for i, l := range x.legs {
			if l.id == legID {
				c.shard.flush(l, now)
				c.shard.release(l, now)
				x.legs = append(x.legs[:i], x.legs[i+1:]...)
				return nil
			}
		}
		return nil
	})
}

// consent puts a change of consent into force for a participant and its legs.
func (x *interaction) consent(p attune.Participant, ch attune.Channel, consent attune.Consent, now time.Duration) {
	at := x.offset(now)
	x.withdraws(p, consent)
	x.join(p, ch, consent, false)
	x.scores.SetConsent(p.ID, consent, at)
	for _, l := range x.legs {
		if l.who.ID == p.ID {
			l.consent = consent
			l.listen(at)
		}
	}
	x.reads(p, consent.AnalyseText, at)
	x.observe()
	x.step(at)
}
