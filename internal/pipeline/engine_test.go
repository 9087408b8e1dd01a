package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio/g711"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/internal/testsignal"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

var all = attune.Consent{AnalyseVoice: true, AnalyseText: true, Basis: "test"}

func reader(t testing.TB) *lexical.Analyzer {
	t.Helper()
	a, err := lexical.New(lexical.Config{Zone: "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func config(t testing.TB, sink stream.Sink) Config {
	began := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	return Config{Reader: reader(t), Sink: sink, AgentTiming: true, Wall: func() time.Time { return began }}
}

func offline(t *testing.T, sink stream.Sink) *Offline {
	t.Helper()
	o, err := NewOffline(config(t, sink), attune.Interaction{ID: "i1"})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// voice is speech-like sound of n samples at 8 kHz.
func voice(n int, f0 float64) []float32 {
	return testsignal.Speaker{Rate: 8000, F0Hz: f0, Seed: 1}.Speak(float64(n) / 8000).Samples
}

// play feeds sound to a leg in real time, stepping the clock.
func play(t *testing.T, o *Offline, l *OfflineLeg, sound []float32) {
	t.Helper()
	for len(sound) >= 80 {
		if err := l.PCM(sound[:80]); err != nil {
			t.Fatal(err)
		}
		sound = sound[80:]
		o.Step(o.now + 10*time.Millisecond)
	}
}

func addLeg(t *testing.T, o *Offline, role attune.Role, c attune.Consent) *OfflineLeg {
	t.Helper()
	l, err := o.AddLeg(LegSpec{Participant: attune.Participant{Role: role}, Consent: c, Rate: 8000})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestSoundBecomesAVoiceScore(t *testing.T) {
	sink := stream.NewMemorySink()
	o := offline(t, sink)
	play(t, o, addLeg(t, o, attune.RoleCustomer, all), voice(8000*12, 180))
	if err := o.End(); err != nil {
		t.Fatal(err)
	}
	last := lastSnapshot(t, sink, attune.RoleCustomer)
	if s := last.Scores[scoring.StressVoice]; s.Value == nil || s.State != scoring.OK {
		t.Errorf("12 s of voice gave %+v", s)
	}
	if s := last.Scores[scoring.StressWords]; s.Value != nil || s.Reason != attune.ReasonNoRecogniser {
		t.Errorf("no words were heard, stress_words is %+v", s)
	}
	if n := len(sink.Invalid()); n > 0 {
		t.Errorf("%d events were not complete: %v", n, sink.Invalid())
	}
}

func lastSnapshot(t *testing.T, sink *stream.MemorySink, role attune.Role) *scoring.Snapshot {
	t.Helper()
	var last *scoring.Snapshot
	for _, e := range sink.Of(stream.ScoreUpdated) {
		if e.Snapshot.Role == role {
			last = e.Snapshot
		}
	}
	if last == nil {
		t.Fatalf("no score of %s", role)
	}
	return last
}

// Consent is denied by default: nothing is measured, and it is told.
func TestWithoutConsentNothingIsMeasured(t *testing.T) {
	sink := stream.NewMemorySink()
	o := offline(t, sink)
	leg := addLeg(t, o, attune.RoleCustomer, attune.Consent{})
	play(t, o, leg, voice(8000*8, 180))
	if _, err := o.Say(Text{Role: attune.RoleCustomer, Text: "I am so angry"}); err != nil {
		t.Fatal(err)
	}
	if err := o.End(); err != nil {
		t.Fatal(err)
	}
	for name, s := range lastSnapshot(t, sink, attune.RoleCustomer).Scores {
		if s.Value != nil {
			t.Errorf("%s = %v without consent", name, *s.Value)
		}
		if s.State == scoring.NoData && s.Reason != attune.ReasonNoConsent {
			t.Errorf("%s: reason %q, want no_consent", name, s.Reason)
		}
	}
	gaps := sink.Of(stream.Gap)
	if len(gaps) != 1 || gaps[0].Gap.Cause != stream.GapConsent || gaps[0].Gap.Span.Len() < 7*time.Second {
		t.Errorf("gaps %+v, want one of cause consent over the call", gaps)
	}
}

func TestConsentMayBeWithdrawn(t *testing.T) {
	sink := stream.NewMemorySink()
	o := offline(t, sink)
	leg := addLeg(t, o, attune.RoleCustomer, all)
	play(t, o, leg, voice(8000*8, 180))
	if err := o.engine.Consent(context.Background(), "i1", "", attune.RoleCustomer, attune.Consent{}); err != nil {
		t.Fatal(err)
	}
	if leg.l.window.Len() != 0 {
		t.Error("what was measured before is still held")
	}
	play(t, o, leg, voice(8000*4, 180))
	if s := lastSnapshot(t, sink, attune.RoleCustomer).Scores[scoring.StressVoice]; s.Value != nil || s.Reason != attune.ReasonNoConsent {
		t.Errorf("after withdrawal stress_voice is %+v", s)
	}
}

func TestAPauseIsDeafAndTold(t *testing.T) {
	sink := stream.NewMemorySink()
	o := offline(t, sink)
	leg := addLeg(t, o, attune.RoleCustomer, all)
	play(t, o, leg, voice(8000*3, 180))
	if err := o.engine.Pause(context.Background(), "i1", stream.GapPCI); err != nil {
		t.Fatal(err)
	}
	hops := o.shard.counts.hops.Load()
	play(t, o, leg, voice(8000*2, 180))
	if n := o.shard.counts.hops.Load(); n != hops {
		t.Errorf("%d hops were analysed during the pause", n-hops)
	}
	if err := o.engine.Resume(context.Background(), "i1"); err != nil {
		t.Fatal(err)
	}
	gaps := sink.Of(stream.Gap)
	if len(gaps) != 1 || gaps[0].Gap.Cause != stream.GapPCI || gaps[0].Gap.Span.Len() != 2*time.Second {
		t.Fatalf("gaps %+v, want 2 s of cause pci", gaps)
	}
	play(t, o, leg, voice(8000, 180))
	if o.shard.counts.hops.Load() == hops {
		t.Error("nothing is analysed after the pause")
	}
}

// The agent's leg gives timing; its voice is never measured.
func TestAgentsVoiceGivesTimingOnly(t *testing.T) {
	o := offline(t, stream.NewMemorySink())
	leg := addLeg(t, o, attune.RoleAgent, all)
	if leg.l.window != nil {
		t.Fatal("an agent's leg has a window for its voice")
	}
	play(t, o, leg, voice(8000*5, 120))
	o.shard.interactions["i1"].observe()
	p := o.shard.interactions["i1"].dynamics.Party(leg.l.who.ID)
	if p == nil || p.Call.Speech < 3*time.Second {
		t.Fatalf("dynamics of the agent: %+v", p)
	}
}

func TestRepeatsChangeNothing(t *testing.T) {
	sink := stream.NewMemorySink()
	o := offline(t, sink)
	ctx := context.Background()
	it, made, err := o.engine.Create(ctx, attune.Interaction{ID: "i1", Queue: "other"})
	if err != nil || made || it.Queue != "" {
		t.Fatalf("second create: %+v, made %v, %v", it, made, err)
	}
	spec := LegSpec{ID: "a", Participant: attune.Participant{Role: attune.RoleCustomer}, Consent: all}
	first, made, err := o.engine.AddLeg(ctx, "i1", spec)
	if err != nil || !made {
		t.Fatal(made, err)
	}
	if again, made, err := o.engine.AddLeg(ctx, "i1", spec); err != nil || made || again != first {
		t.Fatalf("second leg %+v, made %v, %v", again, made, err)
	}
	say := Text{ID: "m1", Role: attune.RoleCustomer, Text: "This is the third time I call!"}
	if res, err := o.Say(say); err != nil || res.Duplicate || res.Reason != "" {
		t.Fatalf("%+v, %v", res, err)
	}
	n := len(sink.Events())
	if res, err := o.Say(say); err != nil || !res.Duplicate {
		t.Fatalf("%+v, %v", res, err)
	}
	if len(sink.Events()) != n {
		t.Error("a repeated message made events")
	}
}

// Where several have a role, a request that names none means always the same one.
func TestOneOfSeveral(t *testing.T) {
	for range 20 {
		o := offline(t, stream.NewMemorySink())
		for _, c := range []struct{ named, got string }{{"bob", "bob"}, {"", "bob"}, {"amy", "amy"}, {"", "amy"}, {"customer", "customer"}, {"", "customer"}} {
			res, err := o.Say(Text{Speaker: c.named, Role: attune.RoleCustomer, Text: "It is late."})
			if err != nil || res.ParticipantID != c.got {
				t.Fatalf("%q: %+v, %v", c.named, res, err)
			}
		}
	}
}

func TestLookupByExternalID(t *testing.T) {
	e, err := New(config(t, stream.NewMemorySink()))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- e.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	_, _, err = e.Create(ctx, attune.Interaction{ID: "i1", ExternalIDs: map[string]string{"sip_call_id": "abc@host"}})
	if err != nil {
		t.Fatal(err)
	}
	if it, err := e.Lookup("abc@host"); err != nil || it.ID != "i1" {
		t.Fatalf("%+v, %v", it, err)
	}
	_, _, err = e.Create(ctx, attune.Interaction{ID: "i2", ExternalIDs: map[string]string{"sip_call_id": "abc@host"}})
	if !errors.Is(err, ErrConflict) {
		t.Fatalf("the same external id twice: %v", err)
	}
	if err := e.End(ctx, "abc@host"); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Lookup("abc@host"); !errors.Is(err, ErrNotFound) {
		t.Fatalf("after the end: %v", err)
	}
	if _, _, err := e.AddLeg(ctx, "i1", LegSpec{Participant: attune.Participant{Role: attune.RoleCustomer}}); !errors.Is(err, ErrNotFound) {
		t.Fatalf("a leg after the end: %v", err)
	}
}

func TestAFullQueueRefusesNewInteractions(t *testing.T) {
	sink := stream.NewMemorySink()
	o := offline(t, sink)
	sink.Refuse(fmt.Errorf("test: %w", stream.ErrOverloaded))
	_, _, err := o.engine.Create(context.Background(), attune.Interaction{ID: "i2"})
	if !errors.Is(err, ErrBusy) || !errors.Is(err, stream.ErrOverloaded) {
		t.Fatalf("create: %v", err)
	}
	if _, err := o.Say(Text{Role: attune.RoleCustomer, Text: "hello"}); err != nil {
		t.Fatalf("the running interaction suffers: %v", err)
	}
}

func TestRequestsThatDoNotFit(t *testing.T) {
	o := offline(t, stream.NewMemorySink())
	ctx := context.Background()
	for name, call := range map[string]func() error{
		"id with brace": func() error { _, _, err := o.engine.Create(ctx, attune.Interaction{ID: "a{b"}); return err },
		"long id": func() error {
			_, _, err := o.engine.Create(ctx, attune.Interaction{ID: string(bytes.Repeat([]byte("x"), 200))})
			return err
		},
		"purpose": func() error {
			_, _, err := o.engine.Create(ctx, attune.Interaction{ID: "x", Purpose: "fun"})
			return err
		},
		"no role":   func() error { _, err := o.Say(Text{Text: "x"}); return err },
		"bad UTF-8": func() error { _, err := o.Say(Text{Role: attune.RoleCustomer, Text: "\xff"}); return err },
		"long text": func() error {
			_, err := o.Say(Text{Role: attune.RoleCustomer, Text: string(bytes.Repeat([]byte("x"), MaxTextBytes+1))})
			return err
		},
		"leg rate": func() error {
			_, _, err := o.engine.AddLeg(ctx, "i1", LegSpec{Participant: attune.Participant{Role: attune.RoleCustomer}, Rate: 44100})
			return err
		},
		"leg codec": func() error {
			_, _, err := o.engine.AddLeg(ctx, "i1", LegSpec{Participant: attune.Participant{Role: attune.RoleCustomer}, Payloads: map[uint8]string{9: "G722/8000"}})
			return err
		},
		"chat leg": func() error {
			_, _, err := o.engine.AddLeg(ctx, "i1", LegSpec{Participant: attune.Participant{Role: attune.RoleCustomer}, Channel: attune.ChannelChat})
			return err
		},
		"pause cause": func() error { return o.engine.Pause(ctx, "i1", stream.GapLoss) },
	} {
		if err := call(); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
	if _, _, err := o.engine.AddLeg(ctx, "i1", LegSpec{RTP: true, Participant: attune.Participant{Role: attune.RoleCustomer}}); !errors.Is(err, ErrOff) {
		t.Errorf("RTP without sockets: %v, want ErrOff", err)
	}
}

// The same packets and words give the same bytes.
func TestScoresAreDeterministic(t *testing.T) {
	run := func() []byte {
		var out bytes.Buffer
		o := offline(t, stream.NewWriterSink(&out))
		c, a := addLeg(t, o, attune.RoleCustomer, all), addLeg(t, o, attune.RoleAgent, all)
		for i := range 6 {
			play(t, o, c, voice(8000*2, 150+20*float64(i)))
			if _, err := o.Say(Text{ID: fmt.Sprint("c", i), Role: attune.RoleCustomer, Transcript: true, Text: "It still does not work and I have had enough"}); err != nil {
				t.Fatal(err)
			}
			play(t, o, a, voice(8000, 110))
		}
		if err := o.End(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	if a, b := run(), run(); !bytes.Equal(a, b) {
		t.Fatal("two runs differ")
	}
}

// Between two score ticks a packet's way through the shard allocates nothing.
func TestNoAllocationPerHop(t *testing.T) {
	o := offline(t, stream.NewMemorySink())
	var legs []*OfflineLeg
	for range 8 {
		legs = append(legs, addLeg(t, o, attune.RoleCustomer, all))
	}
	// a vowel without a pause: the end of a turn makes events
	vowel, _ := testsignal.Voice{Rate: 8000, F0: testsignal.Vibrato(170, 1, 5), Formants: testsignal.VowelA}.Generate(4)
	codes := g711.New(g711.MuLaw).Encode(nil, vowel)
	h := rtp.Header{Version: 2}
	packet := func() {
		h.SequenceNumber++
		h.Timestamp += 160
		at := int(h.SequenceNumber) * 160 % (len(codes) - 160)
		for i, l := range legs {
			h.SSRC = uint32(i + 1)
			if err := l.RTP(&h, codes[at:at+160]); err != nil {
				t.Fatal(err)
			}
		}
		o.Step(o.now + 10*time.Millisecond)
		o.Step(o.now + 10*time.Millisecond)
	}
	for range 300 {
		packet()
	}
	x := o.shard.interactions["i1"]
	x.nextTick = math.MaxInt64 // ticks make events; the hops between them must not allocate
	if n := testing.AllocsPerRun(40, packet); n > 0 {
		t.Errorf("%.1f allocations for a packet of each of 8 legs", n)
	}
}

// What cannot be read takes nothing back of what was.
func TestANumberWipesNoScore(t *testing.T) {
	sink := stream.NewMemorySink()
	o := offline(t, sink)
	say := func(id, text string) {
		t.Helper()
		if _, err := o.Say(Text{ID: id, Role: attune.RoleCustomer, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Join(attune.Participant{Role: attune.RoleCustomer}, attune.ChannelChat, all, true); err != nil {
		t.Fatal(err)
	}
	say("a", "I am furious, you charged me twice and this is a disgrace")
	say("b", "40017")
	if s := lastSnapshot(t, sink, attune.RoleCustomer).Scores[scoring.Stress]; s.Value == nil {
		t.Fatalf("after a number stress is %+v", s)
	}
}

// Advice that stands on words which may no longer be read is taken back at once.
func TestWithdrawalTakesTheHintBack(t *testing.T) {
	sink := stream.NewMemorySink()
	o := offline(t, sink)
	if err := o.Join(attune.Participant{Role: attune.RoleCustomer}, attune.ChannelChat, all, true); err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{"I want to speak to a manager right now, I am furious", "this is the third time nobody helps me, get me your supervisor"} {
		if _, err := o.Say(Text{ID: fmt.Sprint(i), Role: attune.RoleCustomer, Text: text}); err != nil {
			t.Fatal(err)
		}
		o.Step(o.now + 2*time.Second)
	}
	if n := len(sink.Of(stream.RouteHint)); n == 0 {
		t.Fatal("no hint opened: the test proves nothing")
	}
	if err := o.engine.Consent(context.Background(), "i1", "", attune.RoleCustomer, attune.Consent{}); err != nil {
		t.Fatal(err)
	}
	hints := sink.Of(stream.RouteHint)
	if last := hints[len(hints)-1].Hint; last.State != "withdrawn" {
		t.Fatalf("the last hint is %s", last.State)
	}
}

// A message refused for want of consent stays unread when it is sent again.
func TestARefusedMessageStaysUnread(t *testing.T) {
	o := offline(t, stream.NewMemorySink())
	say := Text{ID: "m", Role: attune.RoleCustomer, Text: "hello"}
	if res, err := o.Say(say); err != nil || res.Reason != attune.ReasonNoConsent {
		t.Fatalf("%+v, %v", res, err)
	}
	if err := o.Join(attune.Participant{Role: attune.RoleCustomer}, attune.ChannelChat, all, true); err != nil {
		t.Fatal(err)
	}
	if res, err := o.Say(say); err != nil || !res.Duplicate {
		t.Fatalf("sent again after consent: %+v, %v", res, err)
	}
}

// A leg that got behind by a packet that came late catches up within two seconds.
func TestALegDoesNotStayBehind(t *testing.T) {
	o := offline(t, stream.NewMemorySink())
	l := addLeg(t, o, attune.RoleCustomer, all)
	h := rtp.Header{SSRC: 1}
	most := int64(0)
	for k := range 400 {
		if k%2 == 0 && k != 100 || k == 101 { // one comes a step late, the next ones in time again
			h.SequenceNumber++
			h.Timestamp += 160
			if err := l.RTP(&h, make([]byte, 160)); err != nil {
				t.Fatal(err)
			}
		}
		before := o.shard.counts.hops.Load()
		o.Step(o.now + 10*time.Millisecond)
		taken := o.shard.counts.hops.Load() - before
		if k > 101 {
			most = max(most, taken)
		}
		if left := int64(h.SequenceNumber)*2 - o.shard.counts.hops.Load(); k > 303 && left > int64(1-k%2) {
			t.Fatalf("step %d: %d blocks are left", k, left)
		}
	}
	if most != 2 {
		t.Errorf("catching up took %d blocks in one step, want 2", most)
	}
}

// Legs whose packets come at different moments still take one block each in
// every step, so that the lanes of a group run full; a burst is caught up at once.
func TestALegTakesOneBlockAStep(t *testing.T) {
	o := offline(t, stream.NewMemorySink())
	legs := []*OfflineLeg{addLeg(t, o, attune.RoleCustomer, all), addLeg(t, o, attune.RoleCustomer, all), addLeg(t, o, attune.RoleCustomer, all)}
	heads := []rtp.Header{{SSRC: 1}, {SSRC: 2}, {SSRC: 3}}
	send := func(i int) {
		heads[i].SequenceNumber++
		heads[i].Timestamp += 160
		if err := legs[i].RTP(&heads[i], make([]byte, 160)); err != nil {
			t.Fatal(err)
		}
	}
	step := func() int64 {
		before := o.shard.counts.hops.Load()
		o.Step(o.now + 10*time.Millisecond)
		return o.shard.counts.hops.Load() - before
	}
	for k := range 90 {
		send(k % 2)
		if k%2 == 0 {
			send(2)
		}
		if n := step(); k > 0 && n != 3 {
			t.Fatalf("step %d took %d blocks of 3 legs", k, n)
		}
	}
	for range 5 { // held up on the way, and there at once
		send(2)
	}
	if n := step(); n != 1+8 { // one of the second leg's packet, and of the burst all but two
		t.Errorf("a burst of 10 blocks: the step took %d, want 8 of them and 1 of another leg", n)
	}
}
