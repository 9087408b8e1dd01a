package streamtest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/schema"
)

func orderAndSeq(b *bench) {
	p, c := b.start(b.direct())
	it := Interaction("call-1")
	offered := Samples(it)
	offered = offered[:len(offered)-1] // attune.erased has a rule of its own
	for _, e := range offered {
		p.Offer(e)
		b.flush(p) // one by one: nothing can merge
	}
	entries := Read(b, c, keys(b, "", 1).Events(0))
	CheckSequence(b, entries)
	if len(entries) != len(offered) {
		b.Fatalf("%d entries, %d offered", len(entries), len(offered))
	}
	for i, e := range entries {
		if e.Envelope.Type != offered[i].Type || e.Values["type"] != string(offered[i].Type) ||
			e.Values["subject"] != it.ID || e.Values["seq"] != fmt.Sprint(i+1) {
			b.Errorf("entry %d: %s, beside it %v", i, e.Envelope.Type, e.Values)
		}
		if err := schema.ValidateEvent([]byte(e.Values["data"].(string))); err != nil {
			b.Error(err)
		}
	}
	own := Read(b, c, keys(b, "", 1).Interaction(it.ID))
	if len(own) != len(entries) {
		b.Fatalf("%d entries in the interaction's own stream, %d in the shard's", len(own), len(entries))
	}
	for i, e := range own {
		if e.Values["data"] != entries[i].Values["data"] || e.XMessage.ID != fmt.Sprint(i+1, "-0") || e.Values["entry"] != entries[i].XMessage.ID {
			b.Errorf("entry %d of the interaction's stream: id %s, entry %v", i, e.XMessage.ID, e.Values["entry"])
		}
	}
}

func parallel(b *bench) {
	o := b.direct()
	o.Shards = 4
	p, c := b.start(o)
	const interactions, cues = 24, 40
	var group sync.WaitGroup
	for n := range interactions {
		group.Go(func() {
			it := Interaction(fmt.Sprint("call-", n))
			for i := range cues {
				at := time.Duration(i) * time.Second
				p.Offer(Score(it, at, .5))
				p.Offer(Cue(it, at, fmt.Sprint("c-", i)))
			}
		})
	}
	group.Wait()
	b.flush(p)
	seen := 0
	for shard := range 4 {
		for id, entries := range CheckSequence(b, Read(b, c, keys(b, "", 4).Events(shard))) {
			if stream.Shard(id, 4) != shard {
				b.Errorf("%s is in shard %d", id, shard)
			}
			checkCues(b, entries, cues)
			seen++
		}
	}
	if seen != interactions {
		b.Errorf("%d interactions in the streams, %d were offered", seen, interactions)
	}
}

// offerSteadily offers cues in small groups, so that they travel in many pipelines.
func offerSteadily(p Publisher, cues int) {
	it := Interaction("call-1")
	for i := range cues {
		p.Offer(Cue(it, time.Duration(i)*time.Second, fmt.Sprint("c-", i)))
		if i%5 == 4 {
			time.Sleep(time.Millisecond)
		}
	}
}

func lostReplies(b *bench) {
	o, acked := b.viaProxy(), newAcks()
	o.OnAck = acked.add
	p, _ := b.start(o)
	b.proxy.CutEvery(4)
	offerSteadily(p, 400)
	b.until("ten replies were lost", func() bool {
		if b.proxy.Cuts() < 10 {
			p.Offer(Score(Interaction("call-2"), time.Second, .1)) // traffic, should all have gone in one
		}
		return b.proxy.Cuts() >= 10
	})
	b.proxy.CutEvery(0)
	b.flush(p)
	entries := Read(b, b.reader(), keys(b, "", 1).Events(0))
	checkCues(b, CheckSequence(b, entries)["call-1"], 400)
	acked.check(b, entries)
}

func swallowedReplies(b *bench) {
	p, _ := b.start(b.viaProxy())
	offerSteadily(p, 5)
	b.flush(p)
	b.proxy.Swallow(true)
	it := Interaction("call-1")
	for i := 5; i < 10; i++ {
		p.Offer(Cue(it, time.Second, fmt.Sprint("c-", i)))
	}
	b.until("a reply was swallowed", func() bool { return b.proxy.Cuts() > 0 })
	b.proxy.Swallow(false)
	b.flush(p)
	checkCues(b, CheckSequence(b, Read(b, b.reader(), keys(b, "", 1).Events(0)))["call-1"], 10)
}

func conflation(b *bench) {
	p, c := b.start(b.viaProxy())
	it := Interaction("call-1")
	p.Offer(&stream.Event{Type: stream.InteractionStarted, Interaction: it})
	b.flush(p)
	b.proxy.Down(true)
	const updates = 500
	for i := range updates {
		p.Offer(Score(it, time.Duration(i+1)*time.Second, float64(i)/updates))
		agent := &stream.Event{Type: stream.ScoreUpdated, Interaction: it, Snapshot: Agent(time.Duration(i+1) * time.Second)}
		p.Offer(agent)
	}
	b.proxy.Down(false)
	b.flush(p)
	_ = c
	entries := CheckSequence(b, Read(b, b.reader(), keys(b, "", 1).Events(0)))["call-1"]
	newest := map[string]Entry{}
	for _, e := range entries[1:] {
		newest[*e.Data.ParticipantID] = e
	}
	dropped := entries[len(entries)-1].Data.Dropped
	if got := int(dropped) + len(entries) - 1; got != 2*updates {
		b.Errorf("%d entries and %d dropped are %d updates, %d were offered", len(entries)-1, dropped, got, 2*updates)
	}
	if len(entries) > updates {
		b.Errorf("%d entries: updates did not merge", len(entries))
	}
	last := newest["customer"].Data
	if want := float64(updates-1) / updates; *last.Scores[scoring.Stress].Value != want || last.EndOffsetMS != updates*1000 {
		b.Errorf("newest of the customer: stress %v at %d ms, want %v", *last.Scores[scoring.Stress].Value, last.EndOffsetMS, want)
	}
	if newest["agent-1"].Envelope == nil || newest["agent-1"].Data.EndOffsetMS != updates*1000 {
		b.Error("the agent's newest scores are not there: updates of two participants must not merge")
	}
}

func keptWhileAway(b *bench) {
	p, _ := b.start(b.viaProxy())
	it := Interaction("call-1")
	b.proxy.Down(true)
	for i := range 300 {
		p.Offer(Score(it, time.Duration(i)*time.Second, .5))
		p.Offer(Cue(it, time.Duration(i)*time.Second, fmt.Sprint("c-", i)))
	}
	p.Offer(&stream.Event{Type: stream.InteractionCompleted, Interaction: it})
	b.proxy.Down(false)
	b.flush(p)
	entries := CheckSequence(b, Read(b, b.reader(), keys(b, "", 1).Events(0)))["call-1"]
	checkCues(b, entries, 300)
	if last := entries[len(entries)-1]; last.Envelope.Type != stream.InteractionCompleted {
		b.Errorf("the last event is %s", last.Envelope.Type)
	}
}

func admission(b *bench) {
	o := b.viaProxy()
	o.Queue = 10
	p, _ := b.start(o)
	if err := p.Admit(); err != nil {
		b.Fatalf("an empty queue refuses: %v", err)
	}
	b.proxy.Down(true)
	it := Interaction("call-1")
	for i := range 9 {
		p.Offer(Cue(it, time.Second, fmt.Sprint("c-", i)))
	}
	if err := p.Admit(); err != nil {
		b.Errorf("9 of 10 wait, and yet: %v", err)
	}
	for i := range 100 {
		p.Offer(Score(it, time.Duration(i)*time.Second, .5)) // updates merge, so they do not count
	}
	if err := p.Admit(); err != nil {
		b.Errorf("score updates count against the queue: %v", err)
	}
	for i := 9; i < 15; i++ {
		p.Offer(Cue(it, time.Second, fmt.Sprint("c-", i)))
	}
	if err := p.Admit(); !overloaded(err) {
		b.Errorf("15 of 10 wait, Admit said %v", err)
	}
	b.proxy.Down(false)
	b.flush(p)
	if err := p.Admit(); err != nil {
		b.Errorf("the queue is empty again, and yet: %v", err)
	}
	checkCues(b, CheckSequence(b, Read(b, b.reader(), keys(b, "", 1).Events(0)))["call-1"], 15)
}

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
