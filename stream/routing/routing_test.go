package routing_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/routing"
	"github.com/attune-cx/attune/stream/streamtest"
)

// hint is a decoded hint event of call-1; the samples' hints are valid for 30 s.
func hint(t testing.TB, id, state, supersedes string, urgency int, at time.Duration, seq uint64) *stream.Envelope {
	t.Helper()
	e := streamtest.Hint(streamtest.Interaction("call-1"), at, id, state)
	e.Hint.Supersedes, e.Hint.Urgency = supersedes, urgency
	return decode(t, e, seq)
}

func decode(t testing.TB, e *stream.Event, seq uint64) *stream.Envelope {
	t.Helper()
	text, err := stream.Encode(e, stream.Stamp{Seq: seq, Epoch: 1})
	if err != nil {
		t.Fatal(err)
	}
	env, err := stream.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

var began = streamtest.Interaction("call-1").Began

// told is changes as one string: id=state.
func told(changes []routing.Change) string {
	parts := make([]string, len(changes))
	for i, c := range changes {
		parts[i] = c.Hint.ID + "=" + c.Hint.State
	}
	return strings.Join(parts, " ")
}

func open(b *routing.Board) string {
	var ids []string
	for _, h := range b.Open() {
		ids = append(ids, h.ID)
	}
	return strings.Join(ids, " ")
}

func TestBoardFollowsHints(t *testing.T) {
	b := routing.NewBoard(0)
	apply := func(e *stream.Envelope, now time.Duration, wantTold, wantOpen string) {
		t.Helper()
		changes, err := b.Apply(e, began.Add(now))
		if err != nil {
			t.Fatal(err)
		}
		if told(changes) != wantTold || open(b) != wantOpen {
			t.Errorf("%s %s: told %q, open %q; want %q, %q", e.ID, e.Data.State, told(changes), open(b), wantTold, wantOpen)
		}
	}
	s := time.Second
	apply(hint(t, "a", "open", "", 40, 10*s, 1), 10*s, "a=open", "a")
	apply(hint(t, "b", "open", "", 70, 11*s, 2), 11*s, "b=open", "b a")
	apply(hint(t, "a", "open", "", 90, 12*s, 3), 12*s, "a=open", "a b") // more urgent now
	apply(hint(t, "c", "open", "a", 80, 13*s, 4), 13*s, "a=superseded c=open", "c b")
	apply(hint(t, "a", "superseded", "", 0, 13*s, 5), 13*s, "", "c b") // known already
	apply(hint(t, "b", "withdrawn", "", 0, 14*s, 6), 14*s, "b=withdrawn", "c")
	apply(hint(t, "b", "open", "", 70, 11*s, 2), 15*s, "", "c") // late and again
	apply(hint(t, "d", "open", "", 99, 15*s, 7), 60*s, "", "c") // over before it came
	apply(decode(t, streamtest.Cue(streamtest.Interaction("call-1"), s, "x"), 8), 16*s, "", "c")
	apply(decode(t, &stream.Event{Type: stream.InteractionCompleted, Interaction: streamtest.Interaction("call-1")}, 9), 17*s, "c=withdrawn", "")
}

func TestHintsExpireWithoutAWord(t *testing.T) {
	b := routing.NewBoard(time.Minute)
	e := hint(t, "a", "open", "", 40, 10*time.Second, 1)
	if _, err := b.Apply(e, began.Add(10*time.Second)); err != nil {
		t.Fatal(err)
	}
	if got := told(b.Expire(began.Add(39 * time.Second))); got != "" {
		t.Errorf("expired a second early: %s", got)
	}
	if got := told(b.Expire(began.Add(40 * time.Second))); got != "a=expired" || open(b) != "" {
		t.Errorf("at the end of its validity: %q, open %q", got, open(b))
	}
	if changes, _ := b.Apply(e, began.Add(20*time.Second)); told(changes) != "" {
		t.Errorf("a late copy opened it again: %s", told(changes))
	}
	b.Expire(began.Add(10 * time.Minute)) // forgotten; the copy is too old by itself
	if changes, _ := b.Apply(e, began.Add(10*time.Minute)); told(changes) != "" {
		t.Errorf("an old copy opened it again: %s", told(changes))
	}
}

// Entries of a shard may come late and twice: whatever the order, the board ends
// with what the last event of each hint says.
func TestOrderOfDeliveryDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var events []*stream.Envelope
		final := map[string]string{}
		for seq := range rapid.IntRange(1, 12).Draw(t, "n") {
			id := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "id")
			state := rapid.SampledFrom([]string{"open", "withdrawn", "superseded"}).Draw(t, "state")
			other := rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "supersedes")
			if other == id {
				other = ""
			}
			e := streamtest.Hint(streamtest.Interaction("call-1"), time.Second, id, state)
			e.Hint.Supersedes = other
			text, _ := stream.Encode(e, stream.Stamp{Seq: uint64(seq) + 1, Epoch: 1})
			env, _ := stream.Decode(text)
			events = append(events, env)
			if other != "" {
				final[other] = "superseded"
			}
			final[id] = state
		}
		var want []string
		for id, state := range final {
			if state == "open" {
				want = append(want, id)
			}
		}
		slices.Sort(want)
		seed := rapid.Uint64().Draw(t, "seed")
		r := rand.New(rand.NewPCG(seed, 1))
		events = append(events, events...)
		r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		b := routing.NewBoard(0)
		for _, e := range events {
			if _, err := b.Apply(e, began.Add(2*time.Second)); err != nil {
				t.Fatal(err)
			}
		}
		if got := open(b); got != strings.Join(want, " ") {
			t.Fatalf("open %q, want %q", got, want)
		}
	})
}

func TestIncompleteHintsAreRefused(t *testing.T) {
	b := routing.NewBoard(0)
	for _, data := range []string{
		`{"specversion":"1.0","id":"c/1/1","type":"attune.route.hint","data":{"interaction_id":"c"}}`,
		`{"specversion":"1.0","id":"c/1/1","type":"attune.route.hint","data":{"interaction_id":"c","hint_id":"h","state":"maybe"}}`,
	} {
		env, err := stream.Decode([]byte(data))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Apply(env, began); !errors.Is(err, routing.ErrHint) {
			t.Errorf("%s: %v", data, err)
		}
	}
}

func TestShapes(t *testing.T) {
	b := routing.NewBoard(0)
	e := hint(t, "h-1", "open", "", 72, 10*time.Second, 1)
	e.Data.ExternalIDs["amazon_connect_contact_id"] = "11aa"
	changes, err := b.Apply(e, began)
	if err != nil {
		t.Fatal(err)
	}
	at := func(text []byte, path ...string) any {
		var v any
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatal(err)
		}
		for _, p := range path {
			v = v.(map[string]any)[p]
		}
		return v
	}
	openHint := changes[0].Hint
	closedHint := openHint
	closedHint.State = routing.Withdrawn
	for _, c := range []struct {
		shape        routing.Shape
		path         []string
		open, closed any
	}{
		{routing.Plain, []string{"urgency"}, 72., 0.},
		{routing.Plain, []string{"target"}, "supervisor", ""},
		{routing.Plain, []string{"test"}, true, true},
		{routing.TaskRouter, []string{"Priority"}, 72., 0.},
		{routing.TaskRouter, []string{"CallSid"}, "CA0f00", "CA0f00"},
		{routing.TaskRouter, []string{"TaskSid"}, nil, nil},
		{routing.TaskRouter, []string{"Attributes", "attune", "target"}, "supervisor", ""},
		{routing.TaskRouter, []string{"Attributes", "attune", "state"}, "open", "withdrawn"},
		{routing.Connect, []string{"InitialContactId"}, "11aa", "11aa"},
		{routing.Connect, []string{"Attributes", "attune_urgency"}, "72", "0"},
		{routing.Connect, []string{"Attributes", "attune_reasons"}, "stress_high,empathy_missed", "stress_high,empathy_missed"},
		{routing.Genesys, []string{"conversationId"}, nil, nil},
		{routing.Genesys, []string{"attributes", "attune.valid_until"}, "2026-11-02T09:30:40Z", "2026-11-02T09:30:40Z"},
		{routing.Genesys, []string{"attributes", "attune.target"}, "supervisor", ""},
	} {
		for want, h := range map[any]routing.Hint{fmt.Sprint("open ", c.open): openHint, fmt.Sprint("closed ", c.closed): closedHint} {
			text, err := routing.Marshal(c.shape, h)
			if err != nil {
				t.Fatal(err)
			}
			kind := "closed "
			if h.State == routing.Open {
				kind = "open "
			}
			if got := fmt.Sprint(kind, at(text, c.path...)); got != want {
				t.Errorf("%s %v: %v, want %v", c.shape, c.path, got, want)
			}
		}
	}
	for _, shape := range routing.Shapes {
		if got, err := routing.ParseShape(strings.ToUpper(string(shape))); err != nil || got != shape {
			t.Errorf("%s: %v, %v", shape, got, err)
		}
	}
	if _, err := routing.ParseShape("avaya"); err == nil {
		t.Error("an unknown shape was taken")
	}
	if _, err := routing.Marshal("avaya", openHint); err == nil {
		t.Error("an unknown shape was written")
	}
}
