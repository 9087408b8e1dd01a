package streamtest

import (
	"context"
	"fmt"
	"time"

	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/schema"
)

func erased(b *bench) {
	p, c := b.start(b.direct())
	it := Interaction("call-1")
	for _, e := range Samples(it) { // the last is attune.erased
		p.Offer(e)
	}
	b.flush(p)
	k := keys(b, "", 1)
	own := Read(b, c, k.Interaction(it.ID))
	if len(own) != 1 || own[0].Envelope.Type != stream.Erased {
		b.Errorf("%d entries left in the interaction's own stream", len(own))
	}
	state := c.HGetAll(context.Background(), k.State(it.ID)).Val()
	if state["status"] != "erased" || state["stress"] != "" || state["participant:customer"] != "" {
		b.Errorf("state: %v", state)
	}
	p.Offer(Cue(it, time.Minute, "c-late"))
	b.flush(p)
	CheckSequence(b, Read(b, c, k.Events(0)))
}

func retention(b *bench) {
	o := b.direct()
	o.Retain, o.Trim = 50*time.Millisecond, 10*time.Millisecond
	p, c := b.start(o)
	offerSteadily(p, 50)
	p.Offer(Hint(Interaction("call-1"), time.Second, "h", "open"))
	b.flush(p)
	k := keys(b, "", 1)
	b.until("events and hints are gone", func() bool {
		return c.XLen(context.Background(), k.Events(0)).Val() == 0 && c.XLen(context.Background(), k.Hints(0)).Val() == 0
	})
	offerSteadily(p, 3)
	b.flush(p)
	b.until("those are gone too", func() bool { return c.XLen(context.Background(), k.Events(0)).Val() == 0 })
	if told := c.HGet(context.Background(), k.Trim(0), "told").Val(); told != "" {
		b.Errorf("a trim by age was told as forced, up to %s", told)
	}
}

func forcedTrim(b *bench) {
	o := b.direct()
	o.Trim = 10 * time.Millisecond
	p, c := b.start(o)
	offerSteadily(p, 50)
	b.flush(p)
	k := keys(b, "", 1)
	all := Read(b, c, k.Events(0))
	time.Sleep(50 * time.Millisecond) // a look at the whole stream, for servers whose XINFO does not tell
	if err := c.XTrimMaxLen(context.Background(), k.Events(0), 10).Err(); err != nil {
		b.Fatal(err)
	}
	var gap Entry
	b.until("a gap event tells of the trim", func() bool {
		entries := Read(b, c, k.Events(0))
		gap = entries[len(entries)-1]
		return gap.Envelope.Type == stream.Gap
	})
	if gap.Data.Cause != stream.GapTrimmed || gap.Subject != stream.TrimmedID(0) {
		b.Errorf("gap: %+v", gap.Data)
	}
	if lost, left := all[39].XMessage.ID, all[40].XMessage.ID; !inRange(*gap.Data.FirstEntryID, *gap.Data.LastEntryID, lost) ||
		inRange(*gap.Data.FirstEntryID, *gap.Data.LastEntryID, left) {
		b.Errorf("the range %s to %s, the last entry lost is %s", *gap.Data.FirstEntryID, *gap.Data.LastEntryID, lost)
	}
	if err := schema.ValidateEvent([]byte(gap.Values["data"].(string))); err != nil {
		b.Error(err)
	}
}

func inRange(first, last, id string) bool {
	var a, b, c [2]uint64
	for v, s := range map[*[2]uint64]string{&a: first, &b: last, &c: id} {
		if _, err := fmt.Sscanf(s, "%d-%d", &v[0], &v[1]); err != nil {
			return false
		}
	}
	le := func(x, y [2]uint64) bool { return x[0] < y[0] || (x[0] == y[0] && x[1] <= y[1]) }
	return le(a, c) && le(c, b)
}
