package overlay_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/overlay"
)

// feed is a server of the overlay and of one interaction's events: those of a
// script, in the SSE form of the API.
type feed struct {
	*httptest.Server
	it    *attune.Interaction
	began time.Time

	mu       sync.Mutex
	messages []string // whole SSE messages, seq = place + 1
	changed  chan struct{}
	cut      chan struct{} // closed to end the connections
	status   int           // answer to a connection; 0 = 200
	asked    []http.Header // headers of each request for events
	paths    []string      // of every request

	order sync.Mutex // held while an event is numbered and sent
	seq   uint64
}

// newFeed starts a feed of an interaction that began age ago.
func newFeed(t *testing.T, age time.Duration) *feed {
	t.Helper()
	began := time.Now().Add(-age)
	f := &feed{it: &attune.Interaction{ID: "call-1", Began: began, Language: "en"}, began: began,
		changed: make(chan struct{}), cut: make(chan struct{})}
	mux := http.NewServeMux()
	mux.Handle("/overlay/", overlay.Handler(overlay.Config{}))
	mux.HandleFunc("GET /v1/interactions/{id}/events", f.events)
	mux.Handle("/testdata/", http.StripPrefix("/testdata/", http.FileServer(http.Dir("testdata"))))
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.paths = append(f.paths, r.URL.Path)
		f.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		f.answer(http.StatusGone) // the page may still be there, and come again
		f.hangUp()
		f.Server.Close()
	})
	return f
}

func (f *feed) events(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.asked = append(f.asked, r.Header.Clone())
	status := f.status
	f.mu.Unlock()
	if status != 0 {
		http.Error(w, "no", status)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprint(w, ": hello\nretry: 1000\n\n")
	next := 0
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		next, _ = strconv.Atoi(id)
	}
	for {
		f.mu.Lock()
		waiting, changed, cut := f.messages[min(next, len(f.messages)):], f.changed, f.cut
		f.mu.Unlock()
		fmt.Fprint(w, strings.Join(waiting, ""))
		next += len(waiting)
		http.NewResponseController(w).Flush()
		select {
		case <-changed:
		case <-cut:
			return
		case <-r.Context().Done():
			return
		}
	}
}

// hangUp ends the connections that are on.
func (f *feed) hangUp() {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.cut)
	f.cut = make(chan struct{})
}

// answer sets the status for connections to come.
func (f *feed) answer(status int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status = status
}

func (f *feed) send(message string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.messages = append(f.messages, message)
	close(f.changed)
	f.changed = make(chan struct{})
}

// clear forgets what was sent.
func (f *feed) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.messages = nil
}

// emit encodes an event as the publisher does and sends it.
func (f *feed) emit(t *testing.T, e *stream.Event) {
	t.Helper()
	e.Interaction = f.it
	f.order.Lock()
	defer f.order.Unlock()
	f.seq++
	data, err := stream.Encode(e, stream.Stamp{Seq: f.seq, Epoch: 1})
	if err != nil {
		t.Error(err)
		return
	}
	f.send(fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", f.seq, e.Type, data))
}

// now is the interaction's clock.
func (f *feed) now() time.Duration { return time.Since(f.began) }

// talk sends a snapshot of the customer twice a second until the test ends, as a
// call does, so that nothing grows stale but by what the test does.
func (f *feed) talk(t *testing.T, value float64) {
	t.Helper()
	f.emit(t, stress(f.now(), &value, .7, ""))
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-time.After(500 * time.Millisecond):
				f.emit(t, stress(f.now(), &value, .7, ""))
			case <-stop:
				return
			}
		}
	}()
	t.Cleanup(func() {
		close(stop)
		<-stopped
	})
}

// lastAsked is the headers of the newest request for events, and how many came.
func (f *feed) lastAsked() (http.Header, int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.asked) == 0 {
		return nil, 0
	}
	return f.asked[len(f.asked)-1], len(f.asked)
}

func (f *feed) requested() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.paths...)
}

// page is the address of the overlay for the feed's interaction.
func (f *feed) page() string { return f.URL + "/overlay/?interaction=" + f.it.ID }

// stress is a snapshot of the customer at an offset; NaN-free values only, nil is
// null for the given reason.
func stress(at time.Duration, value *float64, confidence float64, reason attune.Reason) *stream.Event {
	state := scoring.OK
	if value == nil {
		state = scoring.NoData
	}
	score := scoring.Score{Value: value, Confidence: confidence, Kind: scoring.Index, State: state, Reason: reason}
	return &stream.Event{Type: stream.ScoreUpdated, At: at, Snapshot: &scoring.Snapshot{
		ParticipantID: "customer", Role: attune.RoleCustomer, Channel: attune.ChannelVoice, Span: attune.Span{End: at},
		Scores: map[scoring.Name]scoring.Score{scoring.Stress: score}, ValidUntil: at + 5*time.Second,
	}}
}

// serving is a snapshot of the agent with opportunities.
func serving(at time.Duration, opportunities ...scoring.Opportunity) *stream.Event {
	return &stream.Event{Type: stream.ScoreUpdated, At: at, Snapshot: &scoring.Snapshot{
		ParticipantID: "agent", Role: attune.RoleAgent, Channel: attune.ChannelVoice, Span: attune.Span{End: at},
		Opportunities: opportunities, ValidUntil: at + 5*time.Second,
	}}
}

// cue opens or closes a cue whose evidence ended at the given offset.
func cue(id string, at, evidence time.Duration, open bool) *stream.Event {
	c := &scoring.Cue{ID: id, Kind: "acknowledge", Open: open, ParticipantID: "agent", At: at, Title: "Acknowledge first",
		Advice: "Say what went wrong for them, before you ask or explain anything.", Why: "They said that something went wrong.",
		Evidence: []scoring.Evidence{{Kind: "opportunity:complaint", Span: attune.Span{Begin: evidence - time.Second, End: evidence}}}}
	e := &stream.Event{Type: stream.CueOpened, At: at, Cue: c}
	if !open {
		e.Type, c.Closed = stream.CueClosed, "answered"
	}
	return e
}

func ptr[T any](v T) *T { return &v }
