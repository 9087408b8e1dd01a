package redis

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune/stream"
)

// worker sends the events of one shard, one pipeline at a time: two in flight
// could overtake one another.
type worker struct {
	p       *Publisher
	s       *shard
	lines   []*line // with events sent or to be sent
	parked  []*line // after an error that someone must put right
	calls   []call
	done    []*item
	pause   time.Duration
	failing atomic.Pointer[error] // why events wait; nil while they go through
}

// call is one append in the pipeline.
type call struct {
	l   *line
	it  *item
	cmd *goredis.Cmd
}

// errReplicas: fewer replicas than asked for have the events.
var errReplicas = errors.New("redis: too few replicas have the events")

func (w *worker) run(ctx context.Context) {
	for ctx.Err() == nil {
		w.collect()
		if len(w.lines) == 0 {
			w.rest(ctx)
			continue
		}
		acked, err := w.step(ctx)
		w.settle()
		w.after(ctx, acked, err)
	}
}

// rest waits for an event or for the time to try parked lines again.
func (w *worker) rest(ctx context.Context) {
	var again <-chan time.Time
	if len(w.parked) > 0 {
		timer := time.NewTimer(max(time.Millisecond, w.parked[0].parkedTill-w.p.cfg.Now()))
		defer timer.Stop()
		again = timer.C
	}
	select {
	case <-ctx.Done():
	case <-w.s.wake:
	case <-again:
	}
}

// collect takes lines until a batch is full. A line with events in flight takes
// no others before those are acknowledged: what waits can go on merging.
func (w *worker) collect() {
	now := w.p.cfg.Now()
	for len(w.parked) > 0 && w.parked[0].parkedTill <= now {
		w.lines = append(w.lines, w.parked[0])
		w.parked = w.parked[1:]
	}
	room := w.p.cfg.Batch
	for _, l := range w.lines {
		for it := l.sent.head; it != nil; it = it.next {
			room--
		}
	}
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	for room > 0 {
		l := w.s.dequeue()
		if l == nil {
			return
		}
		room -= l.take(room)
		w.lines = append(w.lines, l)
	}
}

// step tries once to send everything collected. It returns how many events were
// acknowledged and the error that weighs most.
func (w *worker) step(ctx context.Context) (acked int, err error) {
	ctx, cancel := context.WithTimeout(ctx, w.p.cfg.Timeout)
	defer cancel()
	if !w.p.script.ready() {
		if err := w.p.script.load(ctx); err != nil {
			return 0, err
		}
	}
	held, err := w.place(ctx)
	if err != nil {
		return 0, err
	}
	if err := w.send(ctx); err != nil {
		return 0, err
	}
	acked, err = w.read()
	if err == nil {
		err = held
	}
	return acked, err
}

// send runs one pipeline of appends; the replies are in w.calls.
func (w *worker) send(ctx context.Context) error {
	pipe := w.p.client.Pipeline()
	w.calls = w.calls[:0]
	for _, l := range w.lines {
		for it := l.sent.head; it != nil && l.parkedTill == 0; it = it.next {
			w.calls = append(w.calls, call{l, it, w.p.script.call(ctx, pipe, l.keys, w.p.arguments(l, it))})
		}
	}
	if len(w.calls) == 0 {
		return nil
	}
	var wait *goredis.Cmd
	if n := w.p.cfg.Replica; n > 0 {
		wait = pipe.Do(ctx, "WAIT", n, (w.p.cfg.Timeout / 2).Milliseconds())
	}
	_, _ = pipe.Exec(ctx) // the errors are looked at one by one
	if wait == nil {
		return nil
	}
	if n, err := wait.Int(); err != nil || n < w.p.cfg.Replica {
		return errors.Join(fmt.Errorf("%w: %d of %d", errReplicas, n, w.p.cfg.Replica), err)
	}
	return nil
}

// weight orders errors by what the worker must do before it tries again.
func weight(c Class) int {
	switch c {
	case Stop:
		return 1
	case Order:
		return 2
	case Reload:
		return 3
	case Resolve:
		return 4
	}
	return 5
}

// read goes through the replies. After the first failure in a line the others of
// the line fail for its sake, and say nothing more.
func (w *worker) read() (acked int, worst error) {
	var broken *line
	for _, c := range w.calls {
		if c.l == broken {
			continue
		}
		code, err := c.cmd.Int()
		if err == nil {
			w.ack(c.l, c.it, code)
			acked++
			continue
		}
		broken = c.l
		class := Classify(err)
		switch class {
		case Order:
			c.l.known = false
		case Stop:
			c.l.parkedTill = w.p.cfg.Now() + w.p.cfg.StopWait
		}
		if worst == nil || weight(class) > weight(Classify(worst)) {
			worst = err
		}
	}
	return acked, worst
}

func (w *worker) ack(l *line, it *item, code int) {
	now := w.p.cfg.Now()
	l.sent.remove(it)
	w.done = append(w.done, it)
	w.p.m.acked.Inc()
	if code == 2 {
		w.p.m.beside.Inc()
	}
	ack := Ack{Event: it.e, Stamp: it.stamp, Latency: -1}
	if it.e.Newest > 0 && now >= it.e.Newest {
		ack.Latency = now - it.e.Newest
		w.p.m.latency.Observe(ack.Latency.Seconds())
	}
	if w.p.cfg.OnAck != nil {
		w.p.cfg.OnAck(ack)
	}
	l.ended = closes(it.e.Type)
	if !mergeable(it.e) {
		w.p.kept.Add(-1)
	}
	w.p.pending.Add(-1)
}

// closes reports whether little or nothing follows in the interaction.
func closes(t stream.Type) bool {
	return t == stream.InteractionCompleted || t == stream.InteractionFailed || t == stream.Erased
}

// settle gives lines without events in flight back to the shard, parks those that
// must wait, and keeps the rest for the next attempt.
func (w *worker) settle() {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	for _, it := range w.done {
		w.s.release(it)
	}
	w.done = w.done[:0]
	keep := w.lines[:0]
	now := w.p.cfg.Now()
	for _, l := range w.lines {
		switch {
		case l.sent.head != nil && l.parkedTill > now:
			w.parked = append(w.parked, l)
		case l.sent.head != nil:
			keep = append(keep, l)
		case l.waiting.head != nil:
			w.s.enqueue(l)
		default:
			l.state = idle
			if l.ended {
				delete(w.s.lines, lineKey{l.tenant, l.id})
			}
		}
	}
	clear(w.lines[len(keep):])
	w.lines = keep
}

// after says once that events wait or go through again, and pauses before the
// next attempt, longer each time that nothing went through.
func (w *worker) after(ctx context.Context, acked int, err error) {
	if err == nil && len(w.parked) > 0 {
		w.pause = 0
		return
	}
	if err == nil {
		w.pause = 0
		if w.failing.Swap(nil) != nil {
			w.p.cfg.Logger.Info("redis: events go through again", "shard", w.s.n, "waiting", w.p.Pending())
		}
		return
	}
	if ctx.Err() != nil {
		return
	}
	class := Classify(err)
	w.p.m.failures[class].Inc()
	err = explain(err)
	if w.failing.Swap(&err) == nil {
		w.p.cfg.Logger.Warn("redis: events wait", "shard", w.s.n, "reason", string(class), "error", err)
	}
	switch class {
	case Reload:
		w.p.script.forget()
	case Resolve:
		if cluster, ok := w.p.client.(*goredis.ClusterClient); ok {
			cluster.ReloadState(ctx)
		}
	}
	if acked > 0 || (w.pause == 0 && (class == Order || class == Reload)) {
		w.pause = time.Millisecond
	}
	w.pause = min(max(2*w.pause, 10*time.Millisecond), w.p.cfg.Backoff)
	sleep(ctx, w.pause)
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
