package pipeline

import (
	"log/slog"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio"
	chain "github.com/attune-cx/attune/audio/leg"
	"github.com/attune-cx/attune/audio/receiver"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/features/functionals"
	"github.com/attune-cx/attune/features/prosody"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

const (
	// voiceWindow is how many hops of a customer's turns the voice is judged on: 8 s.
	voiceWindow = 800
	// turnPause is how many hops without speech still belong to a turn: 700 ms.
	turnPause = 70
)

// leg is one leg within its shard.
type leg struct {
	id      string
	x       *interaction
	who     attune.Participant
	consent attune.Consent
	index   int // in the dynamics

	chain *chain.Leg
	rate  int
	set   prosody.Set
	tap   HopTap // nil: nobody looks
	ear   Ear    // nil: nobody listens
	group *laneGroup
	lane  int
	recv  receiver.LegID // 0: not by UDP

	window  *functionals.Window // of the customer's turns; nil: the voice is not judged
	stats   functionals.Stats
	fresh   bool        // hops came since the voice was judged last
	quiet   int         // hops since speech
	spoken  int         // hops of speech since the voice was judged last
	span    attune.Span // of the window, on the interaction's clock
	arrival time.Duration
	put     time.Duration       // when the lane was given a block last
	flowing bool                // rows may wait in the lane
	take    func(*features.Hop) // hop, bound once
	denied  *stream.GapInfo     // the stretch without consent that is on
	unread  *stream.GapInfo     // the stretch without a recogniser that is on

	packet rtp.Packet // parsed into, again and again
}

// newLeg makes the chain of a leg and gives it a lane.
func (s *shard) newLeg(x *interaction, id string, who attune.Participant, spec *LegSpec) (*leg, error) {
	formats := make([]chain.Format, 0, len(spec.Payloads))
	for pt, name := range spec.Payloads {
		f, err := chain.ParseFormat(pt, name)
		if err != nil {
			return nil, err
		}
		formats = append(formats, f)
	}
	l := &leg{id: id, x: x, who: who, consent: spec.Consent, rate: spec.Rate, set: prosody.Timing, quiet: turnPause}
	if who.Role == attune.RoleCustomer {
		l.set, l.window = prosody.Full, functionals.NewWindow(voiceWindow)
	}
	l.tap = s.cfg.Hops
	c, err := chain.New(chain.Config{Name: id, Rate: spec.Rate, Formats: formats, Began: x.began, Jitter: s.cfg.jitter(), Tables: s.tables})
	if err != nil {
		return nil, err
	}
	l.chain, l.take = c, l.hop
	if err := s.join(l); err != nil {
		return nil, err
	}
	l.index = x.join(who, spec.Channel, spec.Consent, false)
	if s.cfg.Ears != nil {
		l.ear = s.cfg.Ears.Leg(HeardLeg{InteractionID: x.it.ID, LegID: id, Speaker: spec.Participant.ID,
			Role: who.Role, Channel: spec.Channel, Rate: spec.Rate})
	}
	l.listen(x.offset(s.cfg.Now()))
	return l, nil
}

// listens reports whether the leg's sound may be used now.
func (l *leg) listens() bool {
	if !l.who.Role.Serves() {
		return l.consent.AnalyseVoice
	}
	return l.consent.AnalyseVoice && l.x.agentTiming
}

// listen puts consent and pauses into force from offset at on: what may not be
// used is dropped before it is decoded, and what is held is forgotten.
func (l *leg) listen(at time.Duration) {
	on := l.listens() && l.x.paused == nil
	l.chain.SetPaused(!on)
	if l.ear != nil {
		l.ear.Allow(on && l.consent.AnalyseText)
	}
	if !on {
		l.forget()
	}
	switch {
	case l.denied == nil && !l.listens():
		l.denied = &stream.GapInfo{Cause: stream.GapConsent, LegID: l.id, Span: attune.Span{Begin: at}}
	case l.denied != nil && l.listens():
		l.tellDenied(at)
	}
}

// tellDenied ends the stretch without consent and tells it, if it has a length.
func (l *leg) tellDenied(at time.Duration) {
	g := l.denied
	l.denied = nil
	if g == nil || at <= g.Span.Begin {
		return
	}
	g.Span.End = at
	l.x.emit(&stream.Event{Type: stream.Gap, At: at, Gap: g, Participant: &l.who})
}

// forget drops what was measured and not yet said.
func (l *leg) forget() {
	if l.window != nil {
		l.window.Reset()
	}
	l.fresh, l.quiet, l.spoken = false, turnPause, 0
}

// rtp takes one packet as it came from the wire.
func (l *leg) rtp(packet []byte, arrival time.Duration) error {
	if err := l.packet.Unmarshal(packet); err != nil {
		return err
	}
	return l.push(&l.packet.Header, l.packet.Payload, arrival)
}

func (l *leg) push(h *rtp.Header, payload []byte, arrival time.Duration) error {
	l.x.lastHeard = arrival
	return l.chain.Push(h, payload, arrival)
}

// took notes what the next rows will depend on.
func (l *leg) took(b *audio.Block, now time.Duration) {
	l.arrival = max(l.arrival, b.Arrival)
	l.put, l.flowing = now, true
	if l.ear != nil {
		l.ear.Hear(b, l.chain.Offset(b.At))
	}
}

// hop takes one finished row.
func (l *leg) hop(h *features.Hop) {
	at := l.chain.Offset(h.At)
	l.x.newest = max(l.x.newest, l.arrival)
	if l.tap != nil {
		l.tap(l.id, h)
	}
	speech := h.Speech()
	l.x.dyn.Hop(l.index, at, speech)
	if speech {
		l.quiet = 0
		l.spoken++
	} else {
		l.quiet++
	}
	if l.window == nil || l.quiet >= turnPause {
		return
	}
	if l.window.Len() == 0 {
		l.span.Begin = at
	}
	l.window.Push(h)
	l.span.End = at + features.HopStep
	l.fresh = true
}

// observe hands the voice of the last turns to the scores, if there is news.
func (l *leg) observe(scores *scoring.Engine) {
	if l.window == nil || !l.fresh {
		return
	}
	l.fresh = false
	l.window.Stats(&l.stats)
	l.span.Begin = max(l.span.Begin, l.span.End-voiceWindow*features.HopStep)
	line := l.line()
	scores.Voice(scoring.VoiceObservation{ParticipantID: l.who.ID, Span: l.span, Stats: &l.stats, Line: &line,
		NewSpeech: time.Duration(l.spoken) * features.HopStep})
	l.spoken = 0
}

// line is the quality of the leg's connection.
func (l *leg) line() scoring.Line {
	st := l.chain.Stats()
	line := scoring.Line{Codec: st.Codec}
	if loss := float64(st.LossRecent); loss > 0 { // NaN before any sound
		line.LossRatio = loss
	}
	if !features.IsNull(l.stats.SNRDB) {
		snr := float64(l.stats.SNRDB)
		line.SNRDB = &snr
	}
	return line
}

// tellGaps tells what the leg's line has lost.
func (l *leg) tellGaps() {
	var g chain.Gap
	for l.chain.NextGap(&g) {
		span := attune.Span{Begin: l.chain.Offset(g.At), End: l.chain.Offset(g.At + g.Length)}
		l.x.emit(&stream.Event{Type: stream.Gap, At: span.End, Participant: &l.who,
			Gap: &stream.GapInfo{Cause: stream.GapLoss, LegID: l.id, Span: span}})
	}
}

// rtcp takes an RTCP packet of the leg's sender; only its clocks matter here.
func (l *leg) rtcp(packet []byte) {
	packets, err := rtcp.Unmarshal(packet)
	if err != nil {
		return
	}
	for _, p := range packets {
		if sr, ok := p.(*rtcp.SenderReport); ok {
			l.chain.SenderReport(sr.SSRC, sr.NTPTime, sr.RTPTime)
		}
	}
}

// fault logs what went wrong on the line; each kind is told once a leg.
func (l *leg) fault(log *slog.Logger) {
	if err := l.chain.Fault(); err != nil {
		log.Warn("leg", "leg", l.id, "role", l.who.Role, "fault", err)
	}
}

// offset maps the leg's own time to the interaction's.
func (l *leg) offset(at time.Duration) time.Duration { return l.chain.Offset(at) }

// flush ends a leg's sound: what is held is played out and measured.
func (s *shard) flush(l *leg, now time.Duration) {
	l.chain.Finish()
	s.hops(now)
	if l.group != nil {
		l.group.lanes.Flush(l.lane, l.take)
	}
	l.tellGaps()
	l.tellDenied(l.x.offset(now))
	l.tellUnread(l.x.offset(now))
}

// release gives back what a leg holds.
func (s *shard) release(l *leg, now time.Duration) {
	s.leave(l)
	if l.ear != nil {
		l.ear.Close()
	}
	if l.recv != 0 {
		delete(s.heard, l.recv)
		s.recv.Release(l.recv, now)
	}
	s.counts.legs.Add(-1)
}

// packet takes one RTP packet that the receiver found a leg for.
func (s *shard) packet(id receiver.LegID, packet []byte, arrival time.Duration) {
	l := s.heard[id]
	if l == nil {
		return
	}
	s.counts.packets.Add(1)
	if err := l.rtp(packet, arrival); err != nil {
		s.counts.unparsed.Add(1)
	}
}
