package stream_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/schema"
	"github.com/attune-cx/attune/stream/streamtest"
)

func TestEncodedFieldsAreWhatWasGiven(t *testing.T) {
	it := streamtest.Interaction("call/1 \"x\"")
	e := streamtest.Samples(it)[1]
	text, err := stream.Encode(e, stream.Stamp{Seq: 7, Epoch: 2, Dropped: 3, Published: e.Newest + 12345*time.Microsecond})
	if err != nil {
		t.Fatal(err)
	}
	env, err := stream.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	b := env.Data
	if env.ID != `call/1 "x"/2/7` || env.Type != stream.ScoreUpdated || env.Subject != it.ID || env.Source != "/attune/default" {
		t.Errorf("attributes: %+v", env)
	}
	if b.Seq != 7 || b.Epoch != 2 || b.Dropped != 3 || b.BeginOffsetMS != 4000 || b.EndOffsetMS != 12000 {
		t.Errorf("body: %+v", b)
	}
	if got := *b.Latency.AudioEndToPublishMS; got != 12.345 {
		t.Errorf("latency %v ms, want 12.345", got)
	}
	if want := it.Began.Add(20 * time.Second); !b.ValidUntil.Equal(want) {
		t.Errorf("valid until %v, want %v", b.ValidUntil, want)
	}
	if s := b.Scores[scoring.Stress]; *s.Value != .31 || s.Evidence[1].Weight != -.125 || *s.Evidence[1].UtteranceID != "u-8" {
		t.Errorf("stress: %+v", s)
	}
	if s, ok := b.Scores[scoring.StressWords]; !ok || s.Value != nil || *s.Reason != attune.ReasonNoRecogniser {
		t.Errorf("stress_words: %+v", s)
	}
	if s, ok := b.Scores[scoring.Escalation]; !ok || s.Value != nil || s.State != scoring.NoData {
		t.Errorf("escalation, which nobody measured: %+v", s)
	}
	if len(b.Evidence) != 2 || b.Line == nil || *b.Line.SNRDB != 21.5 || b.ExternalIDs["sip_call_id"] != "a84b4c76e66710" {
		t.Errorf("evidence, line or external ids: %+v", b)
	}
}

func TestNotANumberIsNullAndNotMeasured(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		e := streamtest.Score(streamtest.Interaction("c"), time.Second, v)
		text, err := stream.Encode(e, stream.Stamp{Seq: 1, Epoch: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.ValidateEvent(text); err != nil {
			t.Error(err)
		}
		env, _ := stream.Decode(text)
		if s := env.Data.Scores[scoring.Stress]; s.Value != nil || s.State != scoring.NoData {
			t.Errorf("%v became %+v", v, s)
		}
	}
}

func TestIncompleteEventsAreRefused(t *testing.T) {
	it := streamtest.Interaction("c")
	for name, e := range map[string]*stream.Event{
		"nil": nil, "no interaction": {Type: stream.Handoff}, "no id": {Type: stream.Handoff, Interaction: &attune.Interaction{}},
		"no type": {Interaction: it}, "no snapshot": {Type: stream.ScoreUpdated, Interaction: it},
		"no cue": {Type: stream.CueOpened, Interaction: it}, "no hint": {Type: stream.RouteHint, Interaction: it},
		"no promise": {Type: stream.PromiseUpdated, Interaction: it}, "no gap": {Type: stream.Gap, Interaction: it},
		"no expectation": {Type: stream.ExpectationUpdated, Interaction: it},
	} {
		before := []byte("kept")
		got, err := stream.Append(before, e, stream.Stamp{Seq: 1, Epoch: 1})
		if !errors.Is(err, stream.ErrEvent) || string(got) != "kept" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestEncodingIsDeterministicAndDoesNotAllocate(t *testing.T) {
	for _, e := range streamtest.Samples(streamtest.Interaction("c")) {
		buf, _ := stream.Encode(e, stream.Stamp{Seq: 1, Epoch: 1})
		want := string(buf)
		allocs := testing.AllocsPerRun(50, func() { buf, _ = stream.Append(buf[:0], e, stream.Stamp{Seq: 1, Epoch: 1}) })
		if allocs != 0 {
			t.Errorf("%s: %v allocations an event", e.Type, allocs)
		}
		if string(buf) != want {
			t.Errorf("%s: the same event gave other bytes", e.Type)
		}
	}
}

// Whatever a transcript, a codec name or an upstream id holds, the event stays
// valid JSON that encoding/json reads back as the same text.
func TestStringsSurvive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOf(rapid.Byte()).Draw(t, "raw")
		text := rapid.OneOf(rapid.String(), rapid.Just(string(raw))).Draw(t, "text")
		it := streamtest.Interaction("c")
		it.Queue = "q" + text
		got, err := stream.Encode(&stream.Event{Type: stream.InteractionFailed, Interaction: it, Failure: text}, stream.Stamp{Seq: 1, Epoch: 1})
		if err != nil {
			t.Fatal(err)
		}
		env, err := stream.Decode(got)
		if err != nil {
			t.Fatalf("%v\n%s", err, got)
		}
		// encoding/json replaces what is not UTF-8 in the same way.
		var want string
		quoted, _ := json.Marshal("q" + text)
		_ = json.Unmarshal(quoted, &want)
		if *env.Data.Queue != want {
			t.Fatalf("%q became %q", want, *env.Data.Queue)
		}
	})
}

func TestNumbersSurvive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(-1, 1).Draw(t, "v")
		text, _ := stream.Encode(streamtest.Score(streamtest.Interaction("c"), time.Second, v), stream.Stamp{Seq: 1, Epoch: 1})
		env, err := stream.Decode(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := *env.Data.Scores[scoring.Stress].Value; math.Abs(got-v) > 5.001e-7 { // half a unit of the sixth decimal
			t.Fatalf("%v became %v", v, got)
		}
		if bytes.Contains(text, []byte(`:-0,`)) {
			t.Fatal("negative zero on the wire")
		}
	})
}

func TestExtraScoresFollowTheList(t *testing.T) {
	e := streamtest.Score(streamtest.Interaction("c"), time.Second, .5)
	e.Snapshot.Scores["site_own"] = e.Snapshot.Scores[scoring.Stress]
	text, _ := stream.Encode(e, stream.Stamp{Seq: 1, Epoch: 1})
	if i, j := strings.Index(string(text), `"escalation"`), strings.Index(string(text), `"site_own"`); i < 0 || j < i {
		t.Errorf("site_own at %d, escalation at %d", j, i)
	}
}

func TestParseID(t *testing.T) {
	for _, c := range []struct {
		id, interaction string
		epoch, seq      uint64
		ok              bool
	}{
		{"c-1/2/3", "c-1", 2, 3, true}, {"a/b/1/9", "a/b", 1, 9, true}, {"", "", 0, 0, false},
		{"c-1/2", "", 0, 0, false}, {"/1/2", "", 0, 0, false}, {"c/x/2", "", 0, 0, false}, {"c/1/-2", "", 0, 0, false},
	} {
		interaction, epoch, seq, err := stream.ParseID(c.id)
		if (err == nil) != c.ok || (c.ok && (interaction != c.interaction || epoch != c.epoch || seq != c.seq)) {
			t.Errorf("%q gave %q %d %d %v", c.id, interaction, epoch, seq, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for i, e := range streamtest.Samples(streamtest.Interaction("c")) {
		text, _ := stream.Encode(e, stream.Stamp{Seq: uint64(i) + 1, Epoch: 1})
		f.Add(text)
	}
	f.Add([]byte(`{"specversion":"1.0","id":"a","type":"attune.new","data":{"interaction_id":"a","scores":{"stress":null}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		env, err := stream.Decode(data)
		if err != nil {
			if !errors.Is(err, stream.ErrDecode) || env != nil {
				t.Fatalf("error %v with %v", err, env)
			}
			return
		}
		if env.ID == "" || env.Type == "" || env.Data.InteractionID == "" {
			t.Fatalf("accepted %+v", env)
		}
	})
}
