package redis

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"pgregory.net/rapid"

	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/streamtest"
)

// model is what a line must hold: updates merge, the rest is kept, order is that
// of the newest offer.
type model struct{ waiting []string }

func (m *model) add(name string, participant string) (merged bool) {
	if participant != "" {
		for i, w := range m.waiting {
			if strings.HasPrefix(w, "score "+participant+" ") {
				m.waiting = append(m.waiting[:i], m.waiting[i+1:]...)
				merged = true
				break
			}
		}
	}
	m.waiting = append(m.waiting, name)
	return merged
}

func describe(e *stream.Event) string {
	if mergeable(e) {
		return fmt.Sprint("score ", e.Snapshot.ParticipantID, " ", e.At)
	}
	return "cue " + e.Cue.ID
}

func TestLineKeepsWhatTheModelKeeps(t *testing.T) {
	it := streamtest.Interaction("call-1")
	rapid.Check(t, func(t *rapid.T) {
		keys, _ := stream.NewKeys("", 1)
		l := newLine(keys, it.ID, 0)
		m, merged, at := &model{}, uint64(0), 0
		alloc := func() *item { return new(item) }
		t.Repeat(map[string]func(*rapid.T){
			"score": func(t *rapid.T) {
				at++
				e := streamtest.Score(it, time.Duration(at), .5)
				e.Snapshot.ParticipantID = rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "who")
				l.add(e, alloc)
				if m.add(describe(e), e.Snapshot.ParticipantID) {
					merged++
				}
			},
			"cue": func(*rapid.T) {
				at++
				e := streamtest.Cue(it, time.Duration(at), fmt.Sprint(at))
				l.add(e, alloc)
				m.add(describe(e), "")
			},
			"take": func(t *rapid.T) {
				n := rapid.IntRange(0, 4).Draw(t, "n")
				took := l.take(n)
				for i := range took {
					if got := describe(l.sent.head.e); got != m.waiting[i] {
						t.Fatalf("took %q where %q waits", got, m.waiting[i])
					}
					l.sent.remove(l.sent.head)
				}
				m.waiting = m.waiting[took:]
				if l.dropped != merged {
					t.Fatalf("dropped %d, merged were %d", l.dropped, merged)
				}
			},
			"": func(t *rapid.T) {
				i := 0
				for it := l.waiting.head; it != nil; it = it.next {
					if i >= len(m.waiting) || describe(it.e) != m.waiting[i] {
						t.Fatalf("waiting %q at %d, model %q", describe(it.e), i, m.waiting)
					}
					i++
				}
				if i != len(m.waiting) {
					t.Fatalf("%d wait, the model has %q", i, m.waiting)
				}
			},
		})
	})
}

// unsent is a publisher whose Run is never called: everything waits.
func unsent(t *testing.T, cfg Config, reg prometheus.Registerer) *Publisher {
	t.Helper()
	client, err := NewClient("redis://127.0.0.1:1/0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	p, err := New(cfg, client, reg)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestOfferDoesNotAllocate(t *testing.T) {
	p := unsent(t, Config{}, nil)
	it := streamtest.Interaction("call-1")
	score, cue := streamtest.Score(it, time.Second, .5), streamtest.Cue(it, time.Second, "c")
	p.Offer(score)
	if n := testing.AllocsPerRun(100, func() { p.Offer(score) }); n != 0 {
		t.Errorf("%v allocations for an update that merges", n)
	}
	s := p.shards[0]
	for range 200 { // items that an earlier rush left
		s.release(new(item))
	}
	if n := testing.AllocsPerRun(100, func() { p.Offer(cue) }); n != 0 {
		t.Errorf("%v allocations for an event that is kept", n)
	}
}

func TestCountersFollowWhatIsOffered(t *testing.T) {
	reg := prometheus.NewRegistry()
	p := unsent(t, Config{Queue: 3}, reg)
	it := streamtest.Interaction("call-1")
	for i := range 5 {
		p.Offer(streamtest.Score(it, time.Duration(i), .5))
	}
	for i := range 3 {
		p.Offer(streamtest.Cue(it, time.Second, fmt.Sprint(i)))
	}
	p.Offer(&stream.Event{Type: stream.Gap, Interaction: it})
	bad := streamtest.Interaction("call-2")
	bad.Tenant = "no:good"
	p.Offer(streamtest.Cue(bad, time.Second, "c"))
	if err := p.Admit(); !errors.Is(err, stream.ErrOverloaded) || !strings.Contains(err.Error(), "3 wait, room for 3") {
		t.Errorf("Admit: %v", err)
	}
	want := `
# HELP attune_events_invalid_total Events that were not complete and could not be encoded.
# TYPE attune_events_invalid_total counter
attune_events_invalid_total 2
# HELP attune_interactions_refused_total Interactions refused because too many life-cycle events wait for Redis.
# TYPE attune_interactions_refused_total counter
attune_interactions_refused_total 1
# HELP attune_publish_queue_events Events that wait for an acknowledgement.
# TYPE attune_publish_queue_events gauge
attune_publish_queue_events 4
# HELP attune_publish_queue_kept_events Of them, those that may not be merged.
# TYPE attune_publish_queue_kept_events gauge
attune_publish_queue_kept_events 3
# HELP attune_score_updates_merged_total Score updates that a newer one of the same participant replaced before they were sent.
# TYPE attune_score_updates_merged_total counter
attune_score_updates_merged_total 4
`
	err := testutil.GatherAndCompare(reg, strings.NewReader(want), "attune_events_invalid_total", "attune_interactions_refused_total",
		"attune_publish_queue_events", "attune_publish_queue_kept_events", "attune_score_updates_merged_total")
	if err != nil {
		t.Error(err)
	}
}

// Whatever ids, roles and tenants come, the number of series stays the same.
func TestSeriesDoNotGrowWithInteractions(t *testing.T) {
	reg := prometheus.NewRegistry()
	p := unsent(t, Config{}, reg)
	before, _ := testutil.GatherAndCount(reg)
	for i := range 2000 {
		it := streamtest.Interaction(fmt.Sprint("call-", i))
		it.Tenant = fmt.Sprint("t", i%50)
		p.Offer(streamtest.Score(it, time.Second, .5))
	}
	if after, _ := testutil.GatherAndCount(reg); after != before {
		t.Errorf("%d series became %d", before, after)
	}
}

func TestForcedTrim(t *testing.T) {
	id := parseEntryID
	for name, c := range map[string]struct {
		before, now  trimSeen
		cutoff, told string
		from, to     string
	}{
		"nothing removed":              {trimSeen{id("5-0"), id("9-0"), id("0-0")}, trimSeen{id("5-0"), id("10-0"), id("0-0")}, "4-0", "", "", ""},
		"by age":                       {trimSeen{id("5-0"), id("9-0"), id("0-0")}, trimSeen{id("8-0"), id("9-0"), id("7-3")}, "8-0", "", "", ""},
		"younger":                      {trimSeen{id("5-0"), id("9-0"), id("0-0")}, trimSeen{id("8-0"), id("9-0"), id("7-3")}, "4-0", "", "5-0", "7-3"},
		"younger, told":                {trimSeen{id("5-0"), id("9-0"), id("0-0")}, trimSeen{id("8-0"), id("9-0"), id("7-3")}, "4-0", "7-3", "", ""},
		"younger, in part":             {trimSeen{id("5-0"), id("9-0"), id("0-0")}, trimSeen{id("8-0"), id("9-0"), id("7-3")}, "6-0", "", "6-0", "7-3"},
		"from the middle":              {trimSeen{id("5-0"), id("9-0"), id("0-0")}, trimSeen{id("5-0"), id("9-0"), id("7-3")}, "4-0", "", "", ""},
		"before we looked":             {trimSeen{}, trimSeen{id("8-0"), id("9-0"), id("7-3")}, "4-0", "", "4-0", "7-3"},
		"all":                          {trimSeen{id("5-0"), id("9-0"), id("0-0")}, trimSeen{entryID{}, id("9-0"), id("9-0")}, "4-0", "", "5-0", "9-0"},
		"the key":                      {trimSeen{id("5-0"), id("9-0"), id("0-0")}, trimSeen{}, "4-0", "", "5-0", "9-0"},
		"server tells nothing":         {trimSeen{first: id("5-0"), last: id("9-0")}, trimSeen{first: id("8-0"), last: id("9-0")}, "4-0", "", "5-0", "7-18446744073709551615"},
		"server tells nothing, by age": {trimSeen{first: id("5-0"), last: id("9-0")}, trimSeen{first: id("8-0"), last: id("9-0")}, "6-0", "", "", ""},
	} {
		seen := c.before
		from, to, lost := forced(&seen, c.now, id(c.cutoff), id(c.told))
		if lost != (c.to != "") || (lost && (from != id(c.from) || to != id(c.to))) {
			t.Errorf("%s: %t, %s to %s; want %q to %q", name, lost, from, to, c.from, c.to)
		}
	}
}
