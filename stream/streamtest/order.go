package streamtest

import (
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
