package consumer

import (
	"context"
	"errors"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune/stream/redis"
)

// reader reads one shard's stream.
type reader struct {
	c         *Consumer
	shard     int
	key, dead string
	open      opener
	seen      *seen

	acks    []string  // handled, and not yet acknowledged
	acked   time.Time // last acknowledgement
	grouped bool      // the group is there
	caught  bool      // own pending entries were gone through
	claimed time.Time // last look for entries that others left
	pause   time.Duration
}

// run goes on until ctx ends (nil) or an error that does not pass by itself.
func (r *reader) run(ctx context.Context) error {
	defer r.finish(ctx)
	for ctx.Err() == nil {
		err := r.step(ctx)
		switch {
		case err == nil:
			r.pause = 0
		case ctx.Err() != nil:
			return nil
		case isReply(err, "NOGROUP"):
			r.grouped = false
		case redis.Classify(err) == redis.Stop:
			return err
		default:
			r.wait(ctx, err)
		}
	}
	return nil
}

func (r *reader) wait(ctx context.Context, err error) {
	if r.pause == 0 {
		r.c.cfg.Logger.Warn("consumer: Redis does not answer", "stream", r.key, "error", err)
	}
	r.pause = min(max(2*r.pause, 10*time.Millisecond), time.Second)
	sleep(ctx, r.pause)
}

// finish acknowledges what was handled before the end, so that it does not come
// again at the next start.
func (r *reader) finish(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = r.flush(ctx) // what fails is delivered again
}

// step makes sure of the group, goes through what is pending, takes over what
// others left, and reads new entries.
func (r *reader) step(ctx context.Context) error {
	if err := r.flush(ctx); err != nil {
		return err
	}
	if !r.grouped {
		err := r.c.client.XGroupCreateMkStream(ctx, r.key, r.c.cfg.Group, r.c.cfg.From).Err()
		if err != nil && !isReply(err, "BUSYGROUP") {
			return err
		}
		r.grouped, r.caught = true, false
	}
	if !r.caught {
		if err := r.catchUp(ctx); err != nil {
			return err
		}
		r.caught = true
	}
	if time.Since(r.claimed) >= r.c.cfg.MinIdle/2 {
		if err := r.claim(ctx); err != nil {
			return err
		}
		r.claimed = time.Now()
	}
	messages, err := r.read(ctx, ">", r.block())
	if err != nil {
		return err
	}
	return r.handleAll(ctx, messages, nil)
}

// block is how long to wait for an entry: not beyond the next look for what
// others left.
func (r *reader) block() time.Duration {
	return max(time.Millisecond, min(r.c.cfg.Block, r.c.cfg.MinIdle/2))
}

func (r *reader) read(ctx context.Context, from string, block time.Duration) ([]goredis.XMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, max(block, 0)+2*time.Second)
	defer cancel()
	streams, err := r.c.client.XReadGroup(ctx, &goredis.XReadGroupArgs{
		Group: r.c.cfg.Group, Consumer: r.c.cfg.Name, Streams: []string{r.key, from}, Count: int64(r.c.cfg.Batch), Block: block,
	}).Result()
	if errors.Is(err, goredis.Nil) || (err == nil && len(streams) == 0) {
		return nil, nil
	}
	if err != nil {
		r.caught = false // what the lost reply held is pending now
		return nil, err
	}
	return streams[0].Messages, nil
}

// catchUp goes through what this consumer was given and did not acknowledge,
// before it restarted or before a reply was lost.
func (r *reader) catchUp(ctx context.Context) error {
	for from := "0"; ctx.Err() == nil; {
		messages, err := r.read(ctx, from, -1)
		if err != nil || len(messages) == 0 {
			return err
		}
		if err := r.handlePending(ctx, messages); err != nil {
			r.caught = false
			return err
		}
		from = messages[len(messages)-1].ID
	}
	return nil
}

// claim takes over what was delivered MinIdle ago and never acknowledged: of a
// consumer that is gone, or of this one where the handler failed.
func (r *reader) claim(ctx context.Context) error {
	for start := "0-0"; ctx.Err() == nil; {
		messages, next, err := r.c.client.XAutoClaim(ctx, &goredis.XAutoClaimArgs{
			Stream: r.key, Group: r.c.cfg.Group, Consumer: r.c.cfg.Name, MinIdle: r.c.cfg.MinIdle,
			Start: start, Count: int64(r.c.cfg.Batch),
		}).Result()
		if err != nil {
			r.caught = false
			return err
		}
		r.c.claimed.Add(uint64(len(messages)))
		if err := r.handlePending(ctx, messages); err != nil {
			r.caught = false
			return err
		}
		if next == "" || next == "0-0" {
			return nil
		}
		start = next
	}
	return nil
}

// handlePending handles messages that were delivered before, knowing how often.
func (r *reader) handlePending(ctx context.Context, messages []goredis.XMessage) error {
	if len(messages) == 0 {
		return nil
	}
	pending, err := r.c.client.XPendingExt(ctx, &goredis.XPendingExtArgs{
		Stream: r.key, Group: r.c.cfg.Group, Consumer: r.c.cfg.Name,
		Start: messages[0].ID, End: messages[len(messages)-1].ID, Count: int64(10 * len(messages)),
	}).Result()
	if err != nil && !errors.Is(err, goredis.Nil) {
		return err
	}
	deliveries := make(map[string]int, len(pending))
	for _, p := range pending {
		deliveries[p.ID] = int(p.RetryCount)
	}
	return r.handleAll(ctx, messages, deliveries)
}

func (r *reader) handleAll(ctx context.Context, messages []goredis.XMessage, deliveries map[string]int) error {
	for _, m := range messages {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		e := &Entry{Shard: r.shard, EntryID: m.ID, Values: m.Values, Deliveries: max(1, deliveries[m.ID])}
		if err := r.handle(ctx, e); err != nil {
			r.caught = false // the rest of messages is pending
			return err
		}
		if time.Since(r.acked) >= ackEvery {
			if err := r.flush(ctx); err != nil {
				r.caught = false
				return err
			}
		}
	}
	return r.flush(ctx)
}

// ackEvery is how long a handled entry waits at most for others to be acknowledged
// with it: a slow handler's work must not be done again after a crash.
const ackEvery = 50 * time.Millisecond

// handle returns only errors of Redis; those of the handler are dealt with.
func (r *reader) handle(ctx context.Context, e *Entry) error {
	if len(e.Values) == 0 { // trimmed while it was pending: nobody can handle it
		r.ack(e)
		return nil
	}
	id, do, err := r.open(e)
	if err != nil {
		return r.bury(ctx, e, err)
	}
	if r.seen.has(id) {
		r.c.doubles.Add(1)
		r.ack(e)
		return nil
	}
	if e.Deliveries > r.c.cfg.MaxDeliveries { // whoever had it last did not live to say why
		return r.bury(ctx, e, errors.New("it was delivered too often"))
	}
	err = do(ctx)
	switch {
	case err == nil:
		r.seen.add(id)
		r.c.handled.Add(1)
		r.ack(e)
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	r.c.failed.Add(1)
	if errors.Is(err, ErrReject) || e.Deliveries >= r.c.cfg.MaxDeliveries {
		return r.bury(ctx, e, err)
	}
	return nil
}

// ack acknowledges e with the next flush.
func (r *reader) ack(e *Entry) { r.acks = append(r.acks, e.EntryID) }

// flush acknowledges what was handled. What fails stays for the next time: the
// entries are not asked for again.
func (r *reader) flush(ctx context.Context) error {
	r.acked = time.Now()
	if len(r.acks) == 0 {
		return nil
	}
	_, err := r.c.client.Pipelined(ctx, func(pipe goredis.Pipeliner) error {
		pipe.XAck(ctx, r.key, r.c.cfg.Group, r.acks...)
		if r.c.cfg.Private {
			pipe.XDel(ctx, r.key, r.acks...)
		}
		return nil
	})
	if err == nil || isReply(err, "NOGROUP") {
		r.acks = r.acks[:0]
	}
	return err
}

// bury moves an entry to the dead stream, in one transaction: a reply that is
// lost leaves it either pending or dead.
func (r *reader) bury(ctx context.Context, e *Entry, reason error) error {
	values := []any{"reason", reason.Error(), "group", r.c.cfg.Group, "entry", e.EntryID, "deliveries", e.Deliveries}
	for name, v := range e.Values {
		if !r.c.cfg.Private {
			values = append(values, "entry:"+name, v)
		}
	}
	_, err := r.c.client.TxPipelined(ctx, func(pipe goredis.Pipeliner) error {
		pipe.XAdd(ctx, &goredis.XAddArgs{Stream: r.dead, Values: values})
		pipe.XAck(ctx, r.key, r.c.cfg.Group, e.EntryID)
		if r.c.cfg.Private {
			pipe.XDel(ctx, r.key, e.EntryID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.c.dead.Add(1)
	r.c.cfg.Logger.Warn("consumer: entry given up", "stream", r.key, "entry", e.EntryID, "dead", r.dead, "error", reason)
	return nil
}

// isReply reports whether err is a reply of Redis that begins with prefix.
func isReply(err error, prefix string) bool {
	var reply goredis.Error
	return errors.As(err, &reply) && strings.HasPrefix(reply.Error(), prefix)
}
