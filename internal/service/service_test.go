package service_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune/internal/config"
	"github.com/attune-cx/attune/internal/demo"
	"github.com/attune-cx/attune/internal/load"
	"github.com/attune-cx/attune/internal/service"
	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/schema"
)

// running is a service under test and a client of it.
type running struct {
	*service.Service
	t    *testing.T
	base string
}

func start(t *testing.T, change func(*config.Config)) *running {
	t.Helper()
	cfg := demo.Config("127.0.0.1:0")
	if change != nil {
		change(&cfg)
	}
	ctx, stop := context.WithCancel(context.Background())
	s, err := service.New(ctx, cfg, service.Options{})
	if err != nil {
		stop()
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(30 * time.Second):
			t.Error("Run does not end")
		}
	})
	return &running{s, t, "http://" + s.Addr()}
}

// call sends a request and returns status and body.
func (r *running) call(method, path, body string, header ...string) (int, string) {
	r.t.Helper()
	req, err := http.NewRequest(method, r.base+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func (r *running) want(status int, method, path, body string, header ...string) string {
	r.t.Helper()
	got, answer := r.call(method, path, body, header...)
	if got != status {
		r.t.Fatalf("%s %s: %d %s, want %d", method, path, got, answer, status)
	}
	return answer
}

const consented = `{"analyse_voice":true,"analyse_text":true,"basis":"test"}`

func (r *running) chat(id string) {
	r.t.Helper()
	r.want(201, "POST", "/v1/interactions", fmt.Sprintf(
		`{"id":%q,"queue":"q","external_ids":{"sip_call_id":"%s@host"},"participants":[{"role":"CUSTOMER","channel":"CHAT","words":true,"consent":%s},{"role":"agent","channel":"CHAT","words":true,"consent":%s}]}`, id, id, consented, consented))
}

func TestAChatOverHTTP(t *testing.T) {
	r := start(t, nil)
	r.chat("c1")
	if got := r.want(200, "POST", "/v1/interactions", `{"id":"c1"}`); strings.Contains(got, `"created"`) {
		t.Errorf("the same id again: %s", got)
	}
	m := `{"id":"m1","role":"CUSTOMER","text":"I am furious, this is the third time nobody helps me!"}`
	r.want(202, "POST", "/v1/interactions/c1/messages", m)
	if got := r.want(200, "POST", "/v1/interactions/c1@host/messages", m); !strings.Contains(got, `"duplicate":true`) {
		t.Errorf("the same message again: %s", got)
	}
	r.want(202, "POST", "/v1/interactions/c1/messages", `{"role":"AGENT","text":"I am so sorry. I will send a refund today."}`)
	if got := r.want(200, "GET", "/v1/interactions?external_id=c1@host", ""); !strings.Contains(got, `"id":"c1"`) {
		t.Errorf("by external id: %s", got)
	}
	var snap struct{ Participants []stream.Body }
	if err := json.Unmarshal([]byte(r.want(200, "GET", "/v1/interactions/c1", "")), &snap); err != nil || len(snap.Participants) != 2 {
		t.Fatalf("snapshot %+v, %v", snap, err)
	}
	if s := snap.Participants[0].Scores["stress"]; s.Value == nil || *s.Value < .5 {
		t.Errorf("stress of a furious customer: %+v", s)
	}
	r.want(204, "POST", "/v1/interactions/c1/end", "")
	r.want(404, "POST", "/v1/interactions/c1/messages", m)
}

// Everything that is published is valid, gap-free, and comes again from any
// Last-Event-ID on.
func TestEventsCanBeFollowedAndResumed(t *testing.T) {
	r := start(t, nil)
	r.chat("e1")
	live := r.follow("e1", "")
	for i := range 5 {
		r.want(202, "POST", "/v1/interactions/e1/messages", fmt.Sprintf(`{"role":"CUSTOMER","text":"It is broken again, number %d"}`, i))
	}
	r.want(204, "POST", "/v1/interactions/e1/end", "")
	all := live.until(t, stream.InteractionCompleted)
	for i, e := range all {
		if e.Data.Seq != uint64(i+1) {
			t.Fatalf("event %d has seq %d", i, e.Data.Seq)
		}
	}
	rest := r.follow("e1", "3").until(t, stream.InteractionCompleted)
	if len(rest) != len(all)-3 || rest[0].Data.Seq != 4 {
		t.Fatalf("%d events after seq 3 of %d", len(rest), len(all))
	}
	r.want(400, "GET", "/v1/interactions/e1/events", "", "Last-Event-ID", "x")
}

// One call erases everything, and what was erased is told.
func TestErase(t *testing.T) {
	r := start(t, nil)
	r.chat("gone")
	r.chat("stays")
	for _, id := range []string{"gone", "stays"} {
		r.want(202, "POST", "/v1/interactions/"+id+"/messages", `{"role":"CUSTOMER","text":"It is broken again, get me your supervisor"}`)
	}
	if got := r.want(200, "DELETE", "/v1/interactions/gone", ""); strings.Contains(got, `"erased_entries":0`) {
		t.Errorf("nothing was erased: %s", got)
	}
	ctx := context.Background()
	for _, key := range []string{r.Keys.Events(0), r.Keys.Hints(0)} {
		msgs, err := r.Redis.XRange(ctx, key, "-", "+").Result()
		if err != nil {
			t.Fatal(err)
		}
		stays := 0
		for _, m := range msgs {
			if m.Values["subject"] == "gone" && m.Values["type"] != string(stream.Erased) {
				t.Errorf("%s still holds %v of it", key, m.Values["type"])
			}
			if m.Values["subject"] == "stays" {
				stays++
			}
		}
		if stays == 0 {
			t.Errorf("%s lost another interaction's entries", key)
		}
	}
	// a stone is left that says so, without a word or a number of it
	own, err := r.Redis.XRange(ctx, r.Keys.Interaction("gone"), "-", "+").Result()
	if err != nil || len(own) != 1 || own[0].Values["type"] != string(stream.Erased) {
		t.Errorf("its own stream holds %v, %v", own, err)
	}
	state, err := r.Redis.HGetAll(ctx, r.Keys.State("gone")).Result()
	if err != nil || state["status"] != "erased" {
		t.Errorf("state %v, %v", state, err)
	}
	for field := range state {
		if strings.HasPrefix(field, "participant:") || field == "stress" {
			t.Errorf("state still holds %s", field)
		}
	}
}

// sse reads a stream of server-sent events.
type sse struct{ lines *bufio.Scanner }

func (r *running) follow(id, after string) *sse {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	r.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, "GET", r.base+"/v1/interactions/"+id+"/events", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Last-Event-ID", after)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { res.Body.Close() })
	if ct := res.Header.Get("Content-Type"); res.StatusCode != 200 || ct != "text/event-stream" {
		r.t.Fatalf("events: %s, %s", res.Status, ct)
	}
	s := bufio.NewScanner(res.Body)
	s.Buffer(nil, 1<<20)
	return &sse{s}
}

func (s *sse) until(t *testing.T, last stream.Type) []*stream.Envelope {
	t.Helper()
	var out []*stream.Envelope
	for s.lines.Scan() {
		data, ok := bytes.CutPrefix(s.lines.Bytes(), []byte("data: "))
		if !ok || bytes.Contains(data, []byte("redis_down")) {
			continue
		}
		e, err := stream.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.ValidateEvent(data); err != nil {
			t.Fatalf("%s: %v", e.Type, err)
		}
		if out = append(out, e); e.Type == last {
			return out
		}
	}
	t.Fatalf("the stream ended after %d events: %v", len(out), s.lines.Err())
	return nil
}

func TestRTPOverTheWire(t *testing.T) {
	r := start(t, nil)
	r.want(201, "POST", "/v1/interactions", `{"id":"v1"}`)
	var leg struct {
		RTP struct {
			Address netip.Addr
			Port    uint16
		}
	}
	body := `{"id":"cust","participant":{"role":"CUSTOMER"},"media":"rtp","consent":` + consented + `}`
	if err := json.Unmarshal([]byte(r.want(201, "POST", "/v1/interactions/v1/legs", body)), &leg); err != nil {
		t.Fatal(err)
	}
	sound, err := demo.MuLaw()
	if err != nil {
		t.Fatal(err)
	}
	const from = 6 * 8000 // where the bundled customer speaks
	_, err = load.Send(context.Background(), []load.Stream{{To: netip.AddrPortFrom(leg.RTP.Address, leg.RTP.Port), Payload: sound[from : from+8000*7], SSRC: 7}})
	if err != nil {
		t.Fatal(err)
	}
	var snap struct{ Participants []stream.Body }
	if err := json.Unmarshal([]byte(r.want(200, "GET", "/v1/interactions/v1", "")), &snap); err != nil || len(snap.Participants) != 1 {
		t.Fatalf("snapshot %+v, %v", snap, err)
	}
	p := snap.Participants[0]
	if s := p.Scores["stress_voice"]; s.State == "no_data" {
		t.Errorf("7 s of speech by RTP: stress_voice %+v", s)
	}
	if p.Line == nil || p.Line.Codec == nil || *p.Line.Codec != "PCMU" || p.Line.LossRatio != 0 {
		t.Errorf("line %+v", p.Line)
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	r := start(t, func(c *config.Config) { c.HTTP.MaxBodyBytes = 4096 })
	r.chat("x1")
	for _, tc := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", "/v1/interactions", `{"id":`, 400, "unexpected EOF"},
		{"POST", "/v1/interactions", ``, 400, "empty"},
		{"POST", "/v1/interactions", `{"idd":"x"}`, 400, "idd"},
		{"POST", "/v1/interactions", `{"id":1}`, 400, "want string"},
		{"POST", "/v1/interactions", `{"id":"a"} {"id":"b"}`, 400, "more than one"},
		{"POST", "/v1/interactions", `{"id":"a b"}`, 422, "character"},
		{"POST", "/v1/interactions", `{"participants":[{"role":"boss"}]}`, 400, "unknown role"},
		{"POST", "/v1/interactions/none/messages", `{"role":"CUSTOMER","text":"x"}`, 404, "not running"},
		{"POST", "/v1/interactions/x1/messages", `{"text":"x"}`, 400, "role"},
		{"POST", "/v1/interactions/x1/messages", `{"role":"CUSTOMER","text":"` + strings.Repeat("x", 5000) + `"}`, 413, "max_body_bytes"},
		{"POST", "/v1/interactions/x1/legs", `{"participant":{"role":"CUSTOMER"},"media":"pigeon"}`, 400, "rtp or whip"},
		{"POST", "/v1/interactions/x1/legs", `{"participant":{"role":"CUSTOMER"},"payloads":{"9":"G722/8000"}}`, 422, "PCMU"},
		{"POST", "/v1/interactions/x1/legs", `{"participant":{"role":"CUSTOMER"},"remote":"10.9.9.9:5"}`, 422, "not allowed"},
		{"POST", "/v1/interactions/x1/pause", `{"cause":"lunch"}`, 422, "pause or pci"},
		{"POST", "/v1/interactions/x1/messages", "{\"role\":\"CUSTOMER\",\"text\":\"\xff\"}", 400, "UTF-8 at byte"},
		{"GET", "/v1/interactions", ``, 400, "external_id"},
		{"GET", "/v1/nothing", ``, 404, ""},
		{"PUT", "/v1/interactions", ``, 405, ""},
	} {
		status, answer := r.call(tc.method, tc.path, tc.body)
		if status != tc.status || !strings.Contains(answer, tc.want) {
			t.Errorf("%s %s %.60s: %d %s; want %d with %q", tc.method, tc.path, tc.body, status, answer, tc.status, tc.want)
		}
	}
	if status, _ := r.call("POST", "/v1/interactions", "{}", "Content-Encoding", "gzip"); status != http.StatusUnsupportedMediaType {
		t.Errorf("a gzipped body: %d", status)
	}
}

func TestHealth(t *testing.T) {
	r := start(t, nil)
	r.want(200, "GET", "/livez", "")
	deadline := time.Now().Add(10 * time.Second)
	for status := 0; status != 200; {
		if status, _ = r.call("GET", "/readyz", ""); time.Now().After(deadline) {
			t.Fatalf("readyz: %d", status)
		}
	}
	res, err := http.Get("http://" + r.MetricsAddr() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"attune_interactions", "attune_legs", "attune_packet_to_ack_seconds", "attune_rtp_packets_total"} {
		if !bytes.Contains(b, []byte(name)) {
			t.Errorf("no metric %s", name)
		}
	}
}

func TestStartFailsWithAReason(t *testing.T) {
	busy := start(t, nil)
	for name, tc := range map[string]struct {
		change func(*config.Config)
		want   string
	}{
		"port taken":   {func(c *config.Config) { c.HTTP.Listen = busy.Addr() }, "http.listen"},
		"redis absent": {func(c *config.Config) { c.Redis.Embedded, c.Redis.URL = false, "redis://127.0.0.1:1/0" }, "start redis-server"},
		"bad url":      {func(c *config.Config) { c.Redis.Embedded, c.Redis.URL = false, "http://x" }, "redis.url"},
		"token file":   {func(c *config.Config) { c.HTTP.TokenFile = "/nonexistent" }, "token file"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := demo.Config("127.0.0.1:0")
			tc.change(&cfg)
			if s, err := service.New(context.Background(), cfg, service.Options{}); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v does not name %q", err, tc.want)
				if s != nil {
					s.Close()
				}
			}
		})
	}
}
