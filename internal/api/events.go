package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune/stream"
)

// backlog is how many events may wait for one reader before it is sent away;
// it comes back with Last-Event-ID and misses nothing.
const backlog = 256

// heartbeat keeps proxies from closing a quiet stream and lets the page see
// that it is still connected.
const heartbeat = 5 * time.Second

// Events reads what was published back from Redis: one blocking reader a shard
// stream, however many pages look on.
type Events struct {
	client redis.UniversalClient
	keys   stream.Keys

	mu      sync.Mutex
	readers map[string]map[*reader]struct{} // by interaction id
	down    bool                            // Redis did not answer the last read

	unplaced atomic.Int32  // shards whose place in the stream is not known yet
	placed   chan struct{} // closed when all are
}

// reader is one SSE connection.
type reader struct {
	lines   chan entry
	changed chan struct{} // Redis went away or came back
	behind  chan struct{} // closed when it could not keep up
	once    sync.Once
}

// entry is one event as it lies in Redis.
type entry struct {
	interaction string
	seq         uint64
	kind        string
	data        string
}

// NewEvents returns a reader of the events under keys. Run must run beside it.
func NewEvents(client redis.UniversalClient, keys stream.Keys) *Events {
	e := &Events{client: client, keys: keys, readers: make(map[string]map[*reader]struct{}), placed: make(chan struct{})}
	e.unplaced.Store(int32(keys.Shards))
	return e
}

// Run follows every shard until ctx ends.
func (e *Events) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	for i := range e.keys.Shards {
		wg.Go(func() { e.follow(ctx, e.keys.Events(i)) })
	}
	wg.Wait()
	return nil
}

// follow reads one shard stream from its newest entry on.
func (e *Events) follow(ctx context.Context, key string) {
	last := ""
	for ctx.Err() == nil {
		next, err := "", error(nil)
		switch {
		case last == "":
			if next, err = e.newest(ctx, key); err == nil && e.unplaced.Add(-1) == 0 {
				close(e.placed)
			}
		case e.watched():
			next, err = e.read(ctx, key, last)
		default:
			next, err = e.idle(ctx, key, last)
		}
		last = next
		e.setDown(err != nil)
		if err != nil {
			pause(ctx, 200*time.Millisecond)
		}
	}
}

// unwatched is how often the end of a stream is looked for while nobody reads.
const unwatched = 100 * time.Millisecond

// idle goes to the end of the stream without reading what lies between: nobody
// looks on. Should somebody have come meanwhile it stays where it is, since they
// may have asked what Redis holds before the end was found.
func (e *Events) idle(ctx context.Context, key, last string) (string, error) {
	pause(ctx, unwatched)
	id, err := e.newest(ctx, key)
	if err != nil || e.watched() {
		return last, err
	}
	return id, nil
}

func (e *Events) watched() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.readers) > 0
}

// newest is the id of the last entry of key, "0-0" where there is none. Starting
// from an id, not from "$", nothing is missed between two reads.
func (e *Events) newest(ctx context.Context, key string) (string, error) {
	msgs, err := e.client.XRevRangeN(ctx, key, "+", "-", 1).Result()
	if err != nil {
		return "", err
	}
	if len(msgs) == 0 {
		return "0-0", nil
	}
	return msgs[0].ID, nil
}

func (e *Events) read(ctx context.Context, key, last string) (string, error) {
	res, err := e.client.XRead(ctx, &redis.XReadArgs{Streams: []string{key, last}, Count: 256, Block: 200 * time.Millisecond}).Result()
	if errors.Is(err, redis.Nil) {
		return last, nil
	}
	if err != nil {
		return last, err
	}
	for _, s := range res {
		for _, m := range s.Messages {
			last = m.ID
			e.deliver(entryOf(m))
		}
	}
	return last, nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// setDown notes whether Redis answers and tells every reader when that changes.
func (e *Events) setDown(down bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.down == down {
		return
	}
	e.down = down
	for _, readers := range e.readers {
		for r := range readers {
			select {
			case r.changed <- struct{}{}:
			default: // a change is told already
			}
		}
	}
}

func (e *Events) isDown() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.down
}

func entryOf(m redis.XMessage) entry {
	field := func(k string) string { v, _ := m.Values[k].(string); return v }
	seq, _ := strconv.ParseUint(field("seq"), 10, 64)
	return entry{field("subject"), seq, field("type"), field("data")}
}

// deliver hands an entry to the readers of its interaction without ever waiting.
func (e *Events) deliver(n entry) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for r := range e.readers[n.interaction] {
		select {
		case r.lines <- n:
		default:
			r.once.Do(func() { close(r.behind) })
		}
	}
}

func (e *Events) subscribe(id string) (*reader, func()) {
	r := &reader{lines: make(chan entry, backlog), changed: make(chan struct{}, 1), behind: make(chan struct{})}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.readers[id] == nil {
		e.readers[id] = make(map[*reader]struct{})
	}
	e.readers[id][r] = struct{}{}
	return r, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.readers[id], r)
		if len(e.readers[id]) == 0 {
			delete(e.readers, id)
		}
	}
}

// stamp is the seq and epoch of the newest event of an interaction, zero where
// Redis does not say.
func (e *Events) stamp(ctx context.Context, id string) stream.Stamp {
	v, err := e.client.HMGet(ctx, e.keys.State(id), "seq", "epoch").Result()
	if err != nil {
		return stream.Stamp{}
	}
	number := func(v any) uint64 { s, _ := v.(string); n, _ := strconv.ParseUint(s, 10, 64); return n }
	return stream.Stamp{Seq: number(v[0]), Epoch: number(v[1])}
}

// placing is how long the first readers wait for Redis to tell where its streams end.
const placing = 3 * time.Second

// past returns the events of an interaction after seq that Redis still holds. It is
// asked once every shard has its place: what is written before that and after this
// answer would reach nobody.
func (e *Events) past(ctx context.Context, id string, after uint64) ([]entry, error) {
	ctx, cancel := context.WithTimeout(ctx, placing)
	defer cancel()
	select {
	case <-e.placed:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	msgs, err := e.client.XRange(ctx, e.keys.Interaction(id), fmt.Sprintf("%d-0", after+1), "+").Result()
	if err != nil {
		return nil, err
	}
	out := make([]entry, 0, len(msgs))
	for _, m := range msgs {
		n := entryOf(m)
		seq, _, _ := strings.Cut(m.ID, "-") // the stream of one interaction is numbered by seq
		n.interaction = id
		if n.seq, err = strconv.ParseUint(seq, 10, 64); err != nil {
			return nil, fmt.Errorf("entry %q of %s is not numbered by seq: %w", m.ID, e.keys.Interaction(id), err)
		}
		out = append(out, n)
	}
	return out, nil
}

// events streams an interaction's events: first what Redis holds after
// Last-Event-ID, then what comes.
func (s *server) events(w http.ResponseWriter, r *http.Request) (int, any, error) {
	id := r.PathValue("ref")
	if it, err := s.Engine.Lookup(id); err == nil {
		id = it.ID
	}
	after, err := lastEventID(r)
	if err != nil {
		return 0, nil, err
	}
	live, leave := s.Events.subscribe(id)
	defer leave()
	past, err := s.Events.past(r.Context(), id, after)
	if err != nil {
		return 0, nil, &badRequest{http.StatusServiceUnavailable, "Redis does not answer: " + err.Error()}
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	out := &sse{w: w, rc: http.NewResponseController(w), last: after}
	out.comment("attune events of " + strings.ReplaceAll(id, "\n", " "))
	for _, n := range past {
		out.event(n)
	}
	s.follow(r.Context(), out, live)
	return 0, nil, nil
}

func (s *server) follow(ctx context.Context, out *sse, live *reader) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for out.err == nil {
		select {
		case <-ctx.Done():
			return
		case <-live.behind:
			return
		case n := <-live.lines:
			out.event(n)
		case <-live.changed:
			out.status(s.Events.isDown())
		case <-beat.C:
			out.status(s.Events.isDown())
		}
	}
}

func lastEventID(r *http.Request) (uint64, error) {
	v := r.Header.Get("Last-Event-ID")
	if v == "" {
		v = r.URL.Query().Get("last_event_id")
	}
	if v == "" {
		return 0, nil
	}
	seq, err := strconv.ParseUint(v, 10, 64)
	if err != nil {
		return 0, badf("Last-Event-ID %q is not a seq", v)
	}
	return seq, nil
}

// sse writes server-sent events; a write that waits for more than 10 s ends it.
type sse struct {
	w    http.ResponseWriter
	rc   *http.ResponseController
	last uint64
	err  error
}

func (o *sse) event(n entry) {
	if n.seq <= o.last { // held by both Redis and the live feed
		return
	}
	o.last = n.seq
	o.write("id: %d\nevent: %s\ndata: %s\n\n", n.seq, n.kind, n.data)
}

func (o *sse) comment(text string) { o.write(": %s\nretry: 1000\n\n", text) }

// status tells the page that the connection lives, and whether Redis does.
func (o *sse) status(down bool) { o.write("event: status\ndata: {\"redis_down\":%t}\n\n", down) }

func (o *sse) write(format string, args ...any) {
	if o.err != nil {
		return
	}
	o.rc.SetWriteDeadline(time.Now().Add(10 * time.Second))
	if _, o.err = fmt.Fprintf(o.w, format, args...); o.err == nil {
		o.err = o.rc.Flush()
	}
}
