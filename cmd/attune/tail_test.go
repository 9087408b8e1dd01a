package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/schema"
)

func testContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), time.Minute)
}

// output collects what a command prints while it runs.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// until runs a command until its output has text, interrupts it, and returns
// what it printed. It must end with status 0: an interrupt is how one stops it.
func until(t *testing.T, text string, args ...string) string {
	t.Helper()
	ctx, cancel := testContext()
	defer cancel()
	var out, errs output
	type end struct {
		code int
		err  error
	}
	ended := make(chan end, 1)
	go func() {
		code, err := run(ctx, args, strings.NewReader(""), &out, &errs)
		ended <- end{code, err}
	}()
	for !strings.Contains(out.String(), text) {
		select {
		case e := <-ended:
			t.Fatalf("attune %s ended before it printed %q: status %d, %v; printed\n%s", args, text, e.code, e.err, out.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
	cancel()
	if e := <-ended; e.code != exitDone || e.err != nil {
		t.Errorf("attune %s: status %d, %v, want 0", args, e.code, e.err)
	}
	if errs.String() != "" {
		t.Errorf("attune %s says %s", args, errs.String())
	}
	return out.String()
}

// post sends a JSON body to the API.
func post(t *testing.T, url, body string) {
	t.Helper()
	res, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		t.Fatalf("POST %s: %s", url, res.Status)
	}
}

// complaint runs a chat of an upset customer through a service and returns the
// URL of its Redis.
func complaint(t *testing.T, ids ...string) string {
	t.Helper()
	s, stop := serveDemo(t.Fatalf)
	t.Cleanup(stop)
	const who = `{"role":%q,"channel":"CHAT","words":true,"consent":{"analyse_text":true,"basis":"test"}}`
	for _, id := range ids {
		base := "http://" + s.Addr() + "/v1/interactions"
		post(t, base, fmt.Sprintf(`{"id":%q,"queue":"billing","participants":[`+who+`,`+who+`]}`, id, "CUSTOMER", "AGENT"))
		post(t, base+"/"+id+"/messages", `{"role":"CUSTOMER","text":"This is the third time. Nobody helps me! Get me your supervisor now, or I will cancel."}`)
		post(t, base+"/"+id+"/end", "")
	}
	return "redis://" + s.RedisAddr() + "/0"
}

func TestTail(t *testing.T) {
	url := complaint(t, "first", "second")
	all := until(t, "second            1", "tail", "--redis", url, "--all")
	for _, want := range []string{"first", "interaction.started", "score.updated", "stress 0."} {
		if !strings.Contains(all, want) {
			t.Errorf("tail lacks %q:\n%s", want, all)
		}
	}
	one := until(t, "interaction.completed", "tail", "--redis", url, "--all", "--interaction", "second", "--json")
	for i, line := range strings.Split(strings.TrimSpace(one), "\n") {
		if err := schema.ValidateEvent([]byte(line)); err != nil || !strings.Contains(line, `"second"`) {
			t.Errorf("line %d: %v: %s", i+1, err, line)
		}
	}
	kind := until(t, "second", "tail", "--redis", url, "--all", "--type", "attune.interaction")
	if strings.Contains(kind, "score.updated") {
		t.Errorf("--type lets others through:\n%s", kind)
	}
}

// A score is told when it reads otherwise than before, and the scores of others
// and of other interactions stand by themselves.
func TestTailTellsWhatIsNew(t *testing.T) {
	score := func(interaction, who string, value, latency float64) *stream.Envelope {
		e := &stream.Envelope{Type: stream.ScoreUpdated}
		e.Data.InteractionID, e.Data.ParticipantID = interaction, &who
		e.Data.Scores = map[scoring.Name]stream.Score{scoring.Stress: {Value: &value}}
		e.Data.Latency.AudioEndToPublishMS = &latency
		return e
	}
	told := tally{}
	for i, tc := range []struct {
		e    *stream.Envelope
		want bool
	}{
		{score("a", "c", .5, 10), true},
		{score("a", "c", .502, 20), false},
		{score("b", "c", .5, 10), true},
		{score("a", "d", .5, 10), true},
		{score("a", "c", .52, 10), true},
		{&stream.Envelope{Type: stream.Gap}, true},
		{&stream.Envelope{Type: stream.InteractionCompleted, Data: stream.Body{InteractionID: "a"}}, true},
		{score("a", "c", .52, 10), true},
	} {
		if got := told.news(tc.e); got != tc.want {
			t.Errorf("event %d: news %v, want %v", i, got, tc.want)
		}
	}
}

// Route prints each hint once to a group, and again to another group.
func TestRoute(t *testing.T) {
	url := complaint(t, "angry")
	first := until(t, `"hint_id"`, "route", "--redis", url, "--group", "a")
	for _, want := range []string{`"interaction_id":"angry"`, `"queue":"billing"`, `"target":`, `"urgency":`, `"reasons":[`} {
		if !strings.Contains(first, want) {
			t.Errorf("route lacks %s: %s", want, first)
		}
	}
	again := until(t, `"hint_id"`, "route", "--redis", url, "--group", "b")
	if line, _, _ := strings.Cut(first, "\n"); !strings.Contains(again, line) {
		t.Errorf("another group got\n%s\nnot\n%s", again, line)
	}
}
