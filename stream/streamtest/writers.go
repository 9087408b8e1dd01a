package streamtest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/attune-cx/attune/stream"
)

func restart(b *bench) {
	it := Interaction("call-1")
	for run := range 3 {
		p, c := b.start(b.direct())
		for i := range 10 {
			p.Offer(Cue(it, time.Second, fmt.Sprint("c-", run*10+i)))
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		if err := p.Close(ctx); err != nil {
			b.Fatal(err)
		}
		cancel()
		entries := CheckSequence(b, Read(b, c, keys(b, "", 1).Events(0)))["call-1"]
		checkCues(b, entries, 10*run+10)
		if last := entries[len(entries)-1]; last.Data.Epoch != uint64(run)+1 {
			b.Errorf("run %d wrote epoch %d", run, last.Data.Epoch)
		}
	}
}

func twoWriters(b *bench) {
	one, c := b.start(b.direct())
	two, _ := b.start(b.direct())
	var group sync.WaitGroup
	for n, p := range []Publisher{one, two} {
		group.Go(func() {
			it := Interaction("call-1")
			for i := range 30 {
				p.Offer(Cue(it, time.Second, fmt.Sprint("w", n, "-", i)))
				if i%3 == 0 {
					time.Sleep(time.Millisecond)
				}
			}
		})
	}
	group.Wait()
	b.flush(one)
	b.flush(two)
	entries := CheckSequence(b, Read(b, c, keys(b, "", 1).Events(0)))["call-1"]
	seen := map[string]int{}
	next := map[byte]int{}
	for _, e := range entries {
		seen[e.Data.CueID]++
		var writer byte
		var i int
		if _, err := fmt.Sscanf(e.Data.CueID, "w%c-%d", &writer, &i); err != nil || i != next[writer] {
			b.Errorf("%s where %d of writer %c belongs", e.Data.CueID, next[writer], writer)
		}
		next[writer]++
	}
	if len(entries) != 60 || len(seen) != 60 {
		b.Errorf("%d entries, %d different, 60 were offered", len(entries), len(seen))
	}
}

func fenceLost(b *bench) {
	p, c := b.start(b.direct())
	it := Interaction("call-1")
	k := keys(b, "", 1)
	p.Offer(Cue(it, time.Second, "c-0"))
	p.Offer(Cue(it, time.Second, "c-1"))
	b.flush(p)
	// What a failover to a replica that lagged leaves: an earlier fence and stream.
	ctx := context.Background()
	if err := c.HSet(ctx, k.Fence(it.ID), "seq", 1).Err(); err != nil {
		b.Fatal(err)
	}
	entries := Read(b, c, k.Events(0))
	c.XDel(ctx, k.Events(0), entries[1].XMessage.ID)
	c.XDel(ctx, k.Interaction(it.ID), "2-0")
	p.Offer(Cue(it, time.Second, "c-2"))
	p.Offer(Cue(it, time.Second, "c-3"))
	b.flush(p)
	entries = CheckSequence(b, Read(b, c, k.Events(0)))[it.ID]
	if len(entries) != 3 || entries[0].Data.Epoch != 1 || entries[1].Data.Epoch != 2 || entries[2].Data.Epoch != 2 {
		b.Errorf("epochs after the loss: %d entries, %+v", len(entries), entries)
	}
}

func tenants(b *bench) {
	p, c := b.start(b.direct())
	for _, tenant := range []string{"acme", "globex"} {
		it := Interaction("call-1") // the same id in both
		it.Tenant = tenant
		for i := range 5 {
			p.Offer(Cue(it, time.Second, fmt.Sprint("c-", i)))
		}
	}
	b.flush(p)
	for _, tenant := range []string{"acme", "globex"} {
		k := keys(b, tenant, 1)
		entries := Read(b, c, k.Events(0))
		checkCues(b, CheckSequence(b, entries)["call-1"], 5)
		for _, e := range entries {
			if e.Source != "/attune/"+tenant {
				b.Errorf("stream of %s holds an event of %s", tenant, e.Source)
			}
		}
		if n := c.Exists(context.Background(), k.Meta()).Val(); n != 1 {
			b.Errorf("tenant %s has no meta key", tenant)
		}
	}
	bad := Interaction("call-2")
	bad.Tenant = "acme:0}:x"
	p.Offer(Cue(bad, time.Second, "c-0"))
	b.flush(p)
	if found := c.Keys(context.Background(), "*}:x*").Val(); len(found) != 0 {
		b.Errorf("a tenant's name reached out of its key: %v", found)
	}
}

func hints(b *bench) {
	p, c := b.start(b.direct())
	it := Interaction("call-1")
	for _, e := range Samples(it) {
		p.Offer(e)
	}
	b.flush(p)
	entries := Read(b, c, keys(b, "", 1).Hints(0))
	if len(entries) != 2 {
		b.Fatalf("%d entries in the hints stream, 2 hints were offered", len(entries))
	}
	until := it.Began.Add(44 * time.Second).UnixMilli()
	for name, want := range map[string]string{
		"type": "attune.route.hint", "subject": it.ID, "hint_id": "h-1", "state": "open", "decision_point": "in_progress",
		"target": "supervisor", "urgency": "72", "reasons": "stress_high,empathy_missed", "valid_until_ms": fmt.Sprint(until),
	} {
		if got := entries[0].Values[name]; got != want {
			b.Errorf("field %s is %v, want %s", name, got, want)
		}
	}
	if entries[0].Data.HintID != "h-1" || entries[1].Data.State != "withdrawn" || entries[0].Data.Seq >= entries[1].Data.Seq {
		b.Errorf("hints: %+v, %+v", entries[0].Data, entries[1].Data)
	}
}

func stateHash(b *bench) {
	o := b.direct()
	o.StateTTL = 2 * time.Second
	p, c := b.start(o)
	it := Interaction("call-1")
	p.Offer(&stream.Event{Type: stream.InteractionStarted, Interaction: it})
	p.Offer(Score(it, 9*time.Second, .25))
	b.flush(p)
	key := keys(b, "", 1).State(it.ID)
	state := c.HGetAll(context.Background(), key).Val()
	env, err := stream.Decode([]byte(state["participant:customer"]))
	if err != nil || env.Data.EndOffsetMS != 9000 {
		b.Errorf("the customer's newest scores: %v, %v", env, err)
	}
	if state["stress"] != "0.2500" || state["sentiment"] != "" || state["seq"] != "2" || state["epoch"] != "1" || state["status"] != "live" {
		b.Errorf("state: %v", state)
	}
	b.until("the state expires", func() bool { return c.Exists(context.Background(), key).Val() == 0 })
	if c.Exists(context.Background(), keys(b, "", 1).Fence(it.ID)).Val() != 1 {
		b.Error("the fence did not outlive the state")
	}
}

func meta(b *bench) {
	o := b.direct()
	o.Shards, o.Retain = 4, time.Hour
	p, c := b.start(o)
	p.Offer(Cue(Interaction("call-1"), time.Second, "c-0"))
	b.flush(p)
	got := c.HGetAll(context.Background(), keys(b, "", 4).Meta()).Val()
	for name, want := range map[string]string{"shards": "4", "hash": "fnv1a32", "schema_version": "1", "retain_ms": "3600000"} {
		if got[name] != want {
			b.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
}
