package e2e

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/internal/config"
	"github.com/attune-cx/attune/internal/demo"
	"github.com/attune-cx/attune/internal/load"
	"github.com/attune-cx/attune/internal/pipeline"
	"github.com/attune-cx/attune/internal/service"
	"github.com/attune-cx/attune/internal/testrecogniser"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/streamtest"
)

// script is what the caller says, and the words that have to be heard.
var script = []struct{ text, must string }{
	{"Hello, my name is Maria. I am calling about my internet bill.", "maria calling internet bill"},
	{"I have been charged twice this month and nobody helps me.", "charged twice nobody helps"},
	{"I am very angry and I want to speak to your manager.", "angry speak manager"},
}

const (
	lead  = time.Second // silence before the first utterance
	pause = 1500 * time.Millisecond
)

// Speech over RTP becomes words by a real recogniser, and the words become
// scores on a real Redis: what was said, when it was said, how surely it was
// heard, each once.
func TestWordsFromVoice(t *testing.T) {
	if testing.Short() {
		t.Skip("a real recogniser listens in real time")
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	between := newTap(t, testrecogniser.Start(t, 0).URL)
	redis := streamtest.StartServer(t)
	c := call(t, ctx, between.url(), func(cfg *config.Config) { cfg.Redis.Embedded, cfg.Redis.URL = false, redis.URL() })

	sound, spans := speak(t)
	began := time.Now()
	if _, err := load.Send(ctx, []load.Stream{{To: c.rtp, Payload: testrecogniser.Encode(sound), SSRC: 7}}); err != nil {
		t.Fatal(err)
	}
	c.until("three utterances are heard and scored", func(e []*stream.Envelope) bool {
		finals, _ := between.heard()
		return len(finals) == len(script) && slices.ContainsFunc(e, func(e *stream.Envelope) bool { return strings.HasPrefix(about(e), "asr-1-3") })
	})
	finals, interim := between.heard()
	checkWords(t, finals, spans)
	if interim == 0 {
		t.Error("no interim words came")
	}
	for i, f := range finals {
		t.Logf("utterance %d ends at %s, its words came %s after it", i, spans[i].End, f.came.Sub(began.Add(spans[i].End)).Round(time.Millisecond))
	}

	if n := c.count(func(e *stream.Envelope) bool { return strings.HasPrefix(about(e), "asr-1-") }); n <= len(script) {
		t.Errorf("%d updates by words of %d utterances: interim words moved nothing", n, len(script))
	}
	c.checkOnce(t, ctx, finals)
	before, after := c.stressBefore("asr-1-2"), c.newest(scoring.StressWords)
	if before.Value == nil || after.Value == nil || *after.Value <= *before.Value {
		t.Errorf("stress of words %v, after the complaint %v", show(before), show(after))
	}
	c.finish(t, ctx, redis.Addr())
	c.checkEvidence(t, spans)
}

// about is the utterance that an event tells of, "" for none.
func about(e *stream.Envelope) string {
	if e.Data.UtteranceID == nil {
		return ""
	}
	return *e.Data.UtteranceID
}

func show(s *stream.Score) string {
	if s == nil || s.Value == nil {
		return "null"
	}
	return fmt.Sprintf("%.3f (confidence %.3f)", *s.Value, s.Confidence)
}

// speak says the script with its pauses, and tells when each text is said.
func speak(t *testing.T) ([]float32, []attune.Span) {
	t.Helper()
	silence := func(d time.Duration) []float32 { return make([]float32, int(d.Seconds()*testrecogniser.Rate)) }
	at := func(samples int) time.Duration { return time.Duration(samples) * time.Second / testrecogniser.Rate }
	sound := silence(lead)
	var spans []attune.Span
	for _, s := range script {
		begin := len(sound)
		sound = append(sound, testrecogniser.Speak(t, "rms", s.text)...)
		spans = append(spans, attune.Span{Begin: at(begin), End: at(len(sound))})
		sound = append(sound, silence(pause)...)
	}
	return sound, spans
}

// checkWords compares what was heard with the script: the words, their times in
// the leg's own time, their confidence.
func checkWords(t *testing.T, finals []answer, spans []attune.Span) {
	t.Helper()
	for i, f := range finals {
		said := strings.ToLower(*f.Text)
		t.Logf("heard %q", said)
		for word := range strings.FieldsSeq(script[i].must) {
			if !strings.Contains(said, word) {
				t.Errorf("%q is not in %q", word, said)
			}
		}
		for _, w := range f.Result {
			begin, end := seconds(w.Start), seconds(w.End)
			if begin < spans[i].Begin-500*time.Millisecond || end > spans[i].End+500*time.Millisecond || end < begin {
				t.Errorf("%q at %s..%s, said within %s..%s", w.Word, begin, end, spans[i].Begin, spans[i].End)
			}
			if w.Conf <= 0 || w.Conf > 1 {
				t.Errorf("%q with confidence %g", w.Word, w.Conf)
			}
		}
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// caller is a call with a customer's RTP leg on a running service.
type caller struct {
	t      *testing.T
	id     string
	s      *service.Service
	api    load.Client
	rtp    netip.AddrPort
	client *goredis.Client
	events []*stream.Envelope
}

// call starts a service that asks the recogniser at url, and a call on it.
func call(t *testing.T, ctx context.Context, url string, change func(*config.Config)) *caller {
	t.Helper()
	cfg := demo.Config("127.0.0.1:0")
	cfg.Recogniser.URL = url
	change(&cfg)
	c := &caller{t: t, id: "spoken", s: run(t, ctx, cfg)}
	addr := c.s.RedisAddr()
	if addr == "" {
		addr = c.s.Redis.(*goredis.Client).Options().Addr
	}
	c.client = goredis.NewClient(&goredis.Options{Addr: addr})
	t.Cleanup(func() { _ = c.client.Close() })
	c.api = load.Client{Base: "http://" + c.s.Addr(), HTTP: http.DefaultClient}
	type object = map[string]any
	var leg struct {
		RTP struct {
			Address netip.Addr
			Port    uint16
		}
	}
	for _, step := range []error{
		c.api.Post(ctx, "/v1/interactions", object{"id": c.id, "language": "en"}, nil),
		c.api.Post(ctx, "/v1/interactions/"+c.id+"/legs", object{"id": "customer", "participant": object{"role": "CUSTOMER"}, "media": "rtp",
			"consent": object{"analyse_voice": true, "analyse_text": true, "basis": "test"}}, &leg),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	c.rtp = netip.AddrPortFrom(leg.RTP.Address, leg.RTP.Port)
	return c
}

// run runs a service until the test ends.
func run(t *testing.T, ctx context.Context, cfg config.Config) *service.Service {
	t.Helper()
	s, err := service.New(ctx, cfg, service.Options{})
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(running) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("service: %v", err)
		}
	})
	return s
}

// until reads the call's events until they satisfy ok.
func (c *caller) until(what string, ok func([]*stream.Envelope) bool) {
	c.t.Helper()
	for start := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		c.read()
		if ok(c.events) {
			return
		}
		if time.Since(start) > 2*time.Minute {
			c.t.Fatalf("never: %s; %d events", what, len(c.events))
		}
	}
}

func (c *caller) read() {
	c.t.Helper()
	entries, err := c.client.XRange(context.Background(), c.s.Keys.Interaction(c.id), "-", "+").Result()
	if err != nil {
		c.t.Fatal(err)
	}
	c.events = c.events[:0]
	for _, x := range entries {
		data, _ := x.Values["data"].(string)
		e, err := stream.Decode([]byte(data))
		if err != nil {
			c.t.Fatal(err)
		}
		c.events = append(c.events, e)
	}
}

// newest is a score of the newest update.
func (c *caller) newest(name scoring.Name) *stream.Score {
	var out *stream.Score
	for _, e := range c.events {
		if s, ok := e.Data.Scores[name]; ok {
			out = &s
		}
	}
	return out
}

func (c *caller) count(ok func(*stream.Envelope) bool) (n int) {
	for _, e := range c.events {
		if ok(e) {
			n++
		}
	}
	return n
}

// stressBefore is the stress of words before anything was said under an id.
func (c *caller) stressBefore(utterance string) *stream.Score {
	out := new(stream.Score)
	for _, e := range c.events {
		if about(e) == utterance {
			break
		}
		if s, ok := e.Data.Scores[scoring.StressWords]; ok {
			out = &s
		}
	}
	return out
}

func (c *caller) finish(t *testing.T, ctx context.Context, redis string) {
	t.Helper()
	if err := c.api.Post(ctx, "/v1/interactions/"+c.id+"/end", nil, nil); err != nil {
		t.Fatal(err)
	}
	c.until("the call is completed", func(e []*stream.Envelope) bool { return e[len(e)-1].Type == stream.InteractionCompleted })
	t.Logf("events %v", readBack(t, ctx, redis, c.s.Keys, c.id))
}

// checkEvidence looks where the evidence of each utterance lies in the call.
func (c *caller) checkEvidence(t *testing.T, spans []attune.Span) {
	t.Helper()
	for i, span := range spans {
		id, found := fmt.Sprintf("asr-1-%d", i+1), false
		for _, x := range c.newest(scoring.StressWords).Evidence {
			if x.UtteranceID == nil || *x.UtteranceID != id {
				continue
			}
			found = true
			begin, end := time.Duration(x.BeginOffsetMS)*time.Millisecond, time.Duration(x.EndOffsetMS)*time.Millisecond
			// the call begins before its first packet, by as long as setting up took
			if begin < span.Begin-500*time.Millisecond || end > span.End+5*time.Second || end-begin > span.End-span.Begin+time.Second {
				t.Errorf("evidence %s of %s lies at %s..%s, said within %s..%s", x.Kind, id, begin, end, span.Begin, span.End)
			}
		}
		if !found {
			t.Errorf("no evidence of %s", id)
		}
	}
}

// checkOnce says the final words to a call of its own, without any interim ones
// before them, and waits until the spoken call has the same score: had those left
// a trace, or counted twice, it never would. Said with certainty, the same words
// are trusted more.
func (c *caller) checkOnce(t *testing.T, ctx context.Context, finals []answer) {
	t.Helper()
	for _, surely := range []bool{false, true} {
		id := fmt.Sprint("typed-surely-", surely)
		if _, _, err := c.s.Engine.Create(ctx, attune.Interaction{ID: id, Language: "en"}); err != nil {
			t.Fatal(err)
		}
		consent := attune.Consent{AnalyseVoice: true, AnalyseText: true}
		if _, err := c.s.Engine.Join(ctx, id, attune.Participant{Role: attune.RoleCustomer}, attune.ChannelVoice, consent, true); err != nil {
			t.Fatal(err)
		}
		for i, f := range finals {
			text := pipeline.Text{ID: fmt.Sprint("u", i), Role: attune.RoleCustomer, Text: *f.Text, Transcript: true, Timed: true,
				Begin: seconds(f.Result[0].Start), End: seconds(f.Result[len(f.Result)-1].End)}
			for _, w := range f.Result {
				if surely {
					w.Conf = 1
				}
				text.Words = append(text.Words, lexical.Word{Text: w.Word, Confidence: w.Conf, Span: attune.Span{Begin: seconds(w.Start), End: seconds(w.End)}})
			}
			if _, err := c.s.Engine.Say(ctx, id, text); err != nil {
				t.Fatal(err)
			}
		}
		newest, err := c.s.Engine.Snapshot(ctx, id)
		if err != nil || len(newest) != 1 {
			t.Fatal(newest, err)
		}
		got := newest[0].Snapshot.Scores[scoring.StressWords]
		t.Logf("%s: stress of words %.4f (confidence %.4f)", id, *got.Value, got.Confidence)
		if surely {
			if s := c.newest(scoring.StressWords); got.Confidence <= s.Confidence {
				t.Errorf("words said surely are trusted %.3f, as heard %.3f", got.Confidence, s.Confidence)
			}
			continue
		}
		c.until(id+": the spoken call has that score, too", func([]*stream.Envelope) bool {
			s := c.newest(scoring.StressWords)
			return s.Value != nil && math.Abs(*got.Value-*s.Value) < 1e-3 && math.Abs(got.Confidence-s.Confidence) < 1e-3
		})
	}
}
