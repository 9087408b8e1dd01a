package redis

import (
	"context"
	"strconv"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune/stream"
)

// place makes the meta key of new tenants and the place of new lines known, and
// numbers what is to be sent. A line that someone must put right is held, and the
// reason returned as held; err stops the whole attempt.
func (w *worker) place(ctx context.Context) (held, err error) {
	hold := func(l *line, reason error) error {
		if Classify(reason) != Stop {
			return reason
		}
		l.parkedTill, held = w.p.cfg.Now()+w.p.cfg.StopWait, reason
		return nil
	}
	for _, l := range w.lines {
		l.parkedTill = 0
		if err := w.p.announce(ctx, l.tenant); err != nil {
			if err = hold(l, err); err != nil {
				return held, err
			}
		}
	}
	if err := w.readFences(ctx, hold); err != nil {
		return held, err
	}
	now, lags := w.p.cfg.Now(), w.pause > 0 // a pause is over: the last attempt failed
	for _, l := range w.lines {
		if l.parkedTill == 0 {
			l.number(now, lags)
		}
	}
	return held, nil
}

// readFences asks for the place of every line that does not know its own.
func (w *worker) readFences(ctx context.Context, hold func(*line, error) error) error {
	pipe := w.p.client.Pipeline()
	var asked []*line
	var replies []*goredis.SliceCmd
	for _, l := range w.lines {
		if !l.known && l.parkedTill == 0 {
			asked = append(asked, l)
			replies = append(replies, pipe.HMGet(ctx, l.keys[0], "owner", "epoch", "seq", "dropped"))
		}
	}
	if len(asked) == 0 {
		return nil
	}
	_, _ = pipe.Exec(ctx) // the errors are looked at one by one
	for i, l := range asked {
		if err := replies[i].Err(); err != nil {
			if err = hold(l, err); err != nil {
				return err
			}
			continue
		}
		w.p.m.back.Add(float64(l.adopt(replies[i].Val(), w.p.owner)))
	}
	return nil
}

// adopt goes on where the fence stands and returns how many acknowledged events
// it shows to be gone. What this process wrote last keeps its epoch; anything
// else begins a new one, so that (epoch, seq) never names two events.
func (l *line) adopt(fence []any, owner string) (lost uint64) {
	text := func(i int) string {
		s, _ := fence[i].(string)
		return s
	}
	number := func(i int) uint64 {
		n, _ := strconv.ParseUint(text(i), 10, 64)
		return n
	}
	epoch, seq := number(1), number(2)
	first := l.epoch == 0
	if first {
		l.dropped += number(3)
	}
	if text(0) == owner && first {
		l.epoch = epoch
	} else {
		l.epoch = max(epoch, l.epoch) + 1
	}
	if had := l.seq - l.unacknowledged(); !first && had > seq {
		lost = had - seq
	}
	l.seq, l.start, l.known = seq, seq+1, true
	for it := l.sent.head; it != nil; it = it.next {
		it.stamp.Seq = 0
	}
	return lost
}

// unacknowledged counts the events that have a number and no acknowledgement.
func (l *line) unacknowledged() (n uint64) {
	for it := l.sent.head; it != nil; it = it.next {
		if it.stamp.Seq > 0 {
			n++
		}
	}
	return n
}

// number gives the events that have none their place, and encodes them: a later
// attempt sends the same bytes.
func (l *line) number(now time.Duration, lags bool) {
	for it := l.sent.head; it != nil; it = it.next {
		if it.stamp.Seq > 0 {
			continue
		}
		l.seq++
		it.stamp = stream.Stamp{Seq: l.seq, Epoch: l.epoch, Dropped: l.dropped, Published: now, Degraded: lags}
		it.data, _ = stream.Append(it.data[:0], it.e, it.stamp) // Offer took no other
	}
}
