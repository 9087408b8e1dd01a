package recogniser

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/internal/pipeline"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// vosk is a server whose answers a test decides.
type vosk struct {
	*httptest.Server
	mu       sync.Mutex
	conns    int
	bytes    int // of sound
	greeting []string
	refuse   int // connections that are refused from now on
}

// answerer is called with each message of sound: which connection it is, the
// bytes that it has brought so far, and what it brought now. false cuts it.
type answerer func(conn, total int, say func(string)) bool

func newVosk(t *testing.T, answer answerer) *vosk {
	t.Helper()
	v := new(vosk)
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if v.refuses() {
			http.Error(w, "no", http.StatusServiceUnavailable)
			return
		}
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer c.CloseNow()
		v.mu.Lock()
		v.conns++
		n := v.conns
		v.mu.Unlock()
		v.talk(r.Context(), c, n, answer)
	}))
	t.Cleanup(v.Server.Close)
	return v
}

func (v *vosk) refuses() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.refuse--
	return v.refuse >= 0
}

func (v *vosk) talk(ctx context.Context, c *websocket.Conn, n int, answer answerer) {
	total := 0
	say := func(s string) { _ = c.Write(ctx, websocket.MessageText, []byte(s)) }
	for {
		kind, b, err := c.Read(ctx)
		if err != nil {
			return
		}
		if kind == websocket.MessageText {
			if strings.Contains(string(b), "eof") {
				say(final("the end"))
				_ = c.Close(websocket.StatusNormalClosure, "")
				return
			}
			v.mu.Lock()
			v.greeting = append(v.greeting, string(b))
			v.mu.Unlock()
			continue
		}
		total += len(b)
		v.mu.Lock()
		v.bytes += len(b)
		v.mu.Unlock()
		if !answer(n, total, say) {
			return
		}
	}
}

func (v *vosk) heard() (conns, bytes int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.conns, v.bytes
}

func (v *vosk) url() string { return "ws" + strings.TrimPrefix(v.URL, "http") }

// final is the answer that ends an utterance: a word each 100 ms from 0 on.
func final(text string) string {
	var words []map[string]any
	for i, w := range strings.Fields(text) {
		words = append(words, map[string]any{"word": w, "start": .1 * float64(i), "end": .1*float64(i) + .1, "conf": .9})
	}
	b, _ := json.Marshal(map[string]any{"result": words, "text": text})
	return string(b)
}

// said collects what a bridge says.
type said struct {
	mu    sync.Mutex
	texts []pipeline.Text
	news  chan pipeline.Text
}

func (s *said) say(_ context.Context, _ string, t pipeline.Text) (pipeline.TextResult, error) {
	s.mu.Lock()
	s.texts = append(s.texts, t)
	s.mu.Unlock()
	s.news <- t
	return pipeline.TextResult{}, nil
}

// next waits for a text; a test that hangs is ended by go test.
func (s *said) next() pipeline.Text { return <-s.news }

func newBridge(t *testing.T, cfg Config) (*Bridge, *said) {
	t.Helper()
	s := &said{news: make(chan pipeline.Text, 1000)}
	if cfg.Say == nil {
		cfg.Say = s.say
	}
	cfg.MinBackoff, cfg.MaxBackoff = time.Millisecond, 4*time.Millisecond
	b, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b, s
}

var leg = pipeline.HeardLeg{InteractionID: "i", LegID: "customer", Role: attune.RoleCustomer, Channel: attune.ChannelVoice, Rate: 8000}

// mouth says blocks into an ear, the first of them at an offset.
type mouth struct {
	ear pipeline.Ear
	at  time.Duration
	off time.Duration
}

func (m *mouth) say(blocks int) {
	b := audio.Block{Rate: 8000, Samples: make([]float32, 80)}
	for range blocks {
		b.At = m.at
		m.ear.Hear(&b, m.at+m.off)
		m.at += audio.Step
	}
}

// sayPCM says samples at 8 kHz.
func (m *mouth) sayPCM(samples []float32) {
	for ; len(samples) >= 80; samples = samples[80:] {
		m.ear.Hear(&audio.Block{Rate: 8000, At: m.at, Samples: samples[:80]}, m.at+m.off)
		m.at += audio.Step
	}
}

// Interim words and the final ones that replace them share an id; the next
// utterance has another. Times are on the interaction's clock.
func TestWordsComeBack(t *testing.T) {
	v := newVosk(t, func(_, total int, say func(string)) bool {
		switch total {
		case 3200:
			say(`{"partial":"hello wor"}`)
			say(`{"partial":"hello wor"}`)
		case 6400:
			say(final("hello world"))
		}
		return true
	})
	b, s := newBridge(t, Config{URL: v.url()})
	m := &mouth{ear: b.Leg(leg), off: 2 * time.Second}
	m.ear.Allow(true)
	m.say(chunkBlocks)
	first := s.next()
	if !first.Interim || first.Text != "hello wor" || !first.Transcript || len(first.Words) != 2 || first.Words[0].Confidence != interimConfidence {
		t.Fatalf("interim: %+v", first)
	}
	m.say(chunkBlocks)
	second := s.next()
	if second.Interim || second.ID != first.ID || second.Text != "hello world" || !second.Timed {
		t.Fatalf("final: %+v after %q", second, first.ID)
	}
	if w := second.Words[1]; w.Confidence != .9 || w.Span != (attune.Span{Begin: 2100 * time.Millisecond, End: 2200 * time.Millisecond}) {
		t.Errorf("word: %+v", w)
	}
	m.ear.Close()
	if last := s.next(); last.Text != "the end" || last.ID == second.ID || last.Interim {
		t.Errorf("last: %+v", last)
	}
	if got := v.greeting; len(got) != 1 || got[0] != `{"config":{"sample_rate":8000,"words":true}}` {
		t.Errorf("greeting %q", got)
	}
}

// A cut connection is made again; what was said so far of the utterance stands,
// once.
func TestReconnects(t *testing.T) {
	v := newVosk(t, func(conn, _ int, say func(string)) bool {
		if conn == 1 {
			say(`{"partial":"before"}`)
			return false
		}
		say(final("after"))
		return true
	})
	b, s := newBridge(t, Config{URL: v.url()})
	m := &mouth{ear: b.Leg(leg)}
	m.ear.Allow(true)
	m.say(chunkBlocks)
	interim, kept := s.next(), s.next()
	if !interim.Interim || kept.Interim || kept.Text != "before" || kept.ID != interim.ID {
		t.Fatalf("%+v, then %+v", interim, kept)
	}
	m.say(chunkBlocks)
	after := s.next()
	if after.Text != "after" || after.ID == kept.ID || after.Words[0].Span.Begin != 200*time.Millisecond {
		t.Fatalf("after the cut: %+v", after)
	}
	if n := testutil.ToFloat64(b.counts.cuts); n != 1 {
		t.Errorf("%v cuts counted", n)
	}
}

// A server that takes nothing holds up nobody: the oldest sound is dropped and
// counted.
func TestASlowServerNeverBlocks(t *testing.T) {
	stop := make(chan struct{})
	v := newVosk(t, func(int, int, func(string)) bool { <-stop; return false })
	b, _ := newBridge(t, Config{URL: v.url(), Queue: time.Second})
	m := &mouth{ear: b.Leg(leg)}
	m.ear.Allow(true)
	m.say(60 * 60 * 100) // an hour at once: far beyond every buffer on the way
	q := m.ear.(ear).q
	q.mu.Lock()
	n := q.n
	q.mu.Unlock()
	if n > 100 {
		t.Errorf("%d blocks wait, at most 100 may", n)
	}
	close(stop)
	for testutil.ToFloat64(b.counts.dropped) < 3000 {
		time.Sleep(time.Millisecond)
	}
}

// Without consent or while paused nothing leaves, not even a connection.
func TestNothingLeavesWhileNotAllowed(t *testing.T) {
	v := newVosk(t, func(_, _ int, say func(string)) bool { say(final("words")); return true })
	b, s := newBridge(t, Config{URL: v.url()})
	m := &mouth{ear: b.Leg(leg)}
	m.ear.Allow(false)
	m.say(100)
	if conns, bytes := v.heard(); conns != 0 || bytes != 0 {
		t.Fatalf("%d connections, %d bytes before consent", conns, bytes)
	}
	m.ear.Allow(true)
	m.say(chunkBlocks)
	s.next()
	m.ear.Allow(false)
	_, before := v.heard()
	m.say(100)
	m.ear.Close()
	s.next() // the farewell went round: whatever was to be sent has been
	if _, after := v.heard(); after != before {
		t.Errorf("%d bytes left while paused", after-before)
	}
}

// What waits when a pause begins is forgotten.
func TestAPauseForgetsWhatWaits(t *testing.T) {
	q := newQueue(8000, time.Second)
	q.setAllowed(true)
	q.put(&audio.Block{Samples: make([]float32, 80)}, 0)
	q.setAllowed(false)
	q.setAllowed(true)
	var c chunk
	if q.take(&c); c.n != 0 {
		t.Errorf("%d blocks outlived the pause", c.n)
	}
}

func TestMalformedAnswersAreCounted(t *testing.T) {
	v := newVosk(t, func(_, _ int, say func(string)) bool {
		for _, s := range []string{`{`, `[]`, `{}`, `{"text":"x","result":[{"word":"x","start":2,"end":1}]}`} {
			say(s)
		}
		say(final("good"))
		return true
	})
	b, s := newBridge(t, Config{URL: v.url()})
	m := &mouth{ear: b.Leg(leg)}
	m.ear.Allow(true)
	m.say(chunkBlocks)
	if got := s.next(); got.Text != "good" {
		t.Errorf("%+v", got)
	}
	if n := testutil.ToFloat64(b.counts.errors); n != 4 {
		t.Errorf("%v errors counted, want 4", n)
	}
}

func TestOnlyConfiguredRoles(t *testing.T) {
	b, _ := newBridge(t, Config{URL: "ws://127.0.0.1:1", Roles: []attune.Role{attune.RoleAgent}})
	if b.Leg(leg) != nil {
		t.Error("a customer's leg is listened to")
	}
}

// An interaction that is over takes no more words; the session ends by itself.
func TestEndsWithItsInteraction(t *testing.T) {
	v := newVosk(t, func(_, _ int, say func(string)) bool { say(final("late")); return true })
	b, _ := newBridge(t, Config{URL: v.url(), Say: func(context.Context, string, pipeline.Text) (pipeline.TextResult, error) {
		return pipeline.TextResult{}, fmt.Errorf("x: %w", pipeline.ErrEnded)
	}})
	m := &mouth{ear: b.Leg(leg)}
	m.ear.Allow(true)
	m.say(chunkBlocks)
	b.running.Wait()
}

// A server that is away costs attempts, and the sound that it would have heard.
func TestServerAway(t *testing.T) {
	b, _ := newBridge(t, Config{URL: "ws://127.0.0.1:1"})
	m := &mouth{ear: b.Leg(leg)}
	m.ear.Allow(true)
	m.say(100)
	for testutil.ToFloat64(b.counts.cuts) < 2 {
		time.Sleep(time.Millisecond)
	}
	m.ear.Close()
	b.running.Wait()
}

func TestConfig(t *testing.T) {
	for _, cfg := range []Config{{}, {URL: "http://x"}, {URL: "ws://"}, {URL: "::"}, {URL: "ws://x"}} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%+v was taken", cfg)
		}
	}
}

func TestHearingDoesNotAllocate(t *testing.T) {
	q := newQueue(16000, time.Second)
	q.setAllowed(true)
	b := &audio.Block{Samples: make([]float32, 160)}
	if n := testing.AllocsPerRun(1000, func() { q.put(b, 0) }); n != 0 {
		t.Errorf("%v allocations a block", n)
	}
}
