package incoming_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/internal/incoming"
	"github.com/attune-cx/attune/internal/pipeline"
)

const transcript = `{"interaction_id":"call-1","kind":"transcript","utterance_id":"u-1","role":"customer","leg_id":"l-1",
 "text":"where is it","begin_offset_ms":1200,"end_offset_ms":2100,"final":false,
 "words":[{"text":"where","begin_offset_ms":1200,"end_offset_ms":1500,"confidence":0.9},{"text":"is","begin_offset_ms":1500,"end_offset_ms":1600},
 {"text":"it","begin_offset_ms":1600,"end_offset_ms":2100,"confidence":7}]}`

const deepgram = `{"interaction_id":"call-1","kind":"event","format":"deepgram","leg_id":"l-1","role":"CUSTOMER","event":
 {"type":"Results","channel_index":[0,1],"start":1.0,"duration":1.4,"is_final":true,"metadata":{"request_id":"r-1"},
  "channel":{"alternatives":[{"transcript":"Where is it?","words":[{"word":"where","punctuated_word":"Where","start":1.1,"end":1.3,"confidence":0.9},
  {"word":"is","start":1.3,"end":1.4,"confidence":0.8},{"word":"it","punctuated_word":"it?","start":1.4,"end":1.6,"confidence":0.7}]}]}}}`

// entry reads data that holds one text.
func entry(t *testing.T, data string) pipeline.Text {
	t.Helper()
	ref, texts, err := incoming.Entry([]byte(data))
	if err != nil || ref != "call-1" || len(texts) != 1 {
		t.Fatalf("%q, %d texts, %v", ref, len(texts), err)
	}
	return texts[0]
}

func TestAMessage(t *testing.T) {
	got := entry(t, `{"interaction_id":"call-1","id":"m-1","role":"AGENT","text":"Hello","offset_ms":250,"language":"en","later":1}`)
	if got.ID != "m-1" || got.Role != attune.RoleAgent || got.Channel != attune.ChannelChat ||
		got.Transcript || !got.Timed || got.Begin != 250*time.Millisecond || got.End != got.Begin || got.Interim {
		t.Errorf("message: %+v", got)
	}
}

func TestATranscript(t *testing.T) {
	got := entry(t, transcript)
	if got.ID != "u-1" || got.LegID != "l-1" || got.Channel != attune.ChannelVoice || !got.Transcript || !got.Interim ||
		got.End != 2100*time.Millisecond || len(got.Words) != 3 {
		t.Errorf("transcript: %+v", got)
	}
	if w := got.Words; w[0].Confidence != .9 || w[1].Confidence != 1 || w[2].Confidence != 1 || w[1].Span.End != 1600*time.Millisecond {
		t.Errorf("words: %+v", w)
	}
}

func TestAVendorsEvent(t *testing.T) {
	got := entry(t, deepgram)
	if got.ID != "l-1/r-1/0/1.000" || got.Text != "Where is it?" || got.Role != attune.RoleCustomer || got.Interim || !got.Transcript ||
		!got.Timed || got.Begin != 1100*time.Millisecond || len(got.Words) != 3 || got.Words[2].Confidence != .7 {
		t.Errorf("event: %+v", got)
	}
	_, texts, err := incoming.Entry([]byte(`{"interaction_id":"c","kind":"event","format":"deepgram","role":"AGENT","event":{"type":"Metadata"}}`))
	if err != nil || len(texts) != 0 {
		t.Errorf("an event without words: %d texts, %v", len(texts), err)
	}
}

// Two streams of one vendor may both begin with turn 0.
func TestStreamsThatCountAlike(t *testing.T) {
	turn := []byte(`{"type":"Turn","turn_order":0,"end_of_turn":true,"transcript":"hello","words":[{"text":"hello","start":0,"end":400,"confidence":0.9}]}`)
	ids := map[string]bool{}
	for _, e := range []incoming.Event{
		{Format: "assemblyai", Role: "AGENT"}, {Format: "assemblyai", Role: "CUSTOMER"}, {Format: "assemblyai", Role: "CUSTOMER", LegID: "l-2"},
	} {
		texts, err := e.Read(turn)
		if err != nil || len(texts) != 1 {
			t.Fatalf("%+v: %d texts, %v", e, len(texts), err)
		}
		ids[texts[0].ID] = true
	}
	if len(ids) != 3 {
		t.Errorf("ids %v", ids)
	}
}

var invalid = map[string]struct{ data, says string }{
	"nothing":         {``, "data is missing"},
	"not JSON":        {`hello`, "not the JSON"},
	"a list":          {`[]`, "not the JSON"},
	"not UTF-8":       {"{\"text\":\"\xff\"}", "UTF-8"},
	"no interaction":  {`{"role":"AGENT","text":"x"}`, "interaction_id"},
	"no role":         {`{"interaction_id":"c","text":"x"}`, "role"},
	"unknown role":    {`{"interaction_id":"c","role":"BOSS","text":"x"}`, "BOSS"},
	"unknown kind":    {`{"interaction_id":"c","kind":"fax","role":"AGENT","text":"x"}`, "fax"},
	"unknown channel": {`{"interaction_id":"c","role":"AGENT","channel":"FAX","text":"x"}`, "channel"},
	"no text":         {`{"interaction_id":"c","role":"AGENT"}`, "text"},
	"half a span":     {`{"interaction_id":"c","kind":"transcript","role":"AGENT","text":"x","begin_offset_ms":1}`, "both"},
	"span backwards":  {`{"interaction_id":"c","kind":"transcript","role":"AGENT","text":"x","begin_offset_ms":2,"end_offset_ms":1}`, "2 to 1 ms"},
	"wall clock":      {`{"interaction_id":"c","role":"AGENT","text":"x","offset_ms":1795369055190}`, "since the interaction began"},
	"word backwards":  {`{"interaction_id":"c","kind":"transcript","role":"AGENT","text":"x","words":[{"begin_offset_ms":5,"end_offset_ms":4}]}`, "words[0]"},
	"unknown format":  {`{"interaction_id":"c","kind":"event","format":"fax","event":{}}`, "use one of assemblyai, contact-lens, deepgram, genesys"},
	"nobody speaks":   {`{"interaction_id":"c","kind":"event","format":"assemblyai","event":{"type":"Turn","transcript":"x"}}`, "role"},
	"unknown speaker": {`{"interaction_id":"c","kind":"event","format":"deepgram","channels":["BOSS"],"event":{}}`, "channels[0]"},
	"broken event":    {`{"interaction_id":"c","kind":"event","format":"genesys","event":7}`, "genesys"},
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	for name, c := range invalid {
		if _, _, err := incoming.Entry([]byte(c.data)); !errors.Is(err, incoming.ErrInvalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q in it", name, err, c.says)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(transcript))
	f.Add([]byte(deepgram))
	for _, c := range invalid {
		f.Add([]byte(c.data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ref, texts, err := incoming.Entry(data)
		if err != nil {
			if !errors.Is(err, incoming.ErrInvalid) || texts != nil {
				t.Fatalf("%v with %v", err, texts)
			}
			return
		}
		if ref == "" {
			t.Fatal("accepted without an interaction")
		}
		for _, got := range texts {
			check(t, &got)
		}
	})
}

func check(t *testing.T, got *pipeline.Text) {
	if got.Text == "" || got.Role == "" || got.End < got.Begin || got.Begin < 0 {
		t.Fatalf("accepted %+v", got)
	}
	for _, w := range got.Words {
		if w.Confidence < 0 || w.Confidence > 1 {
			t.Fatalf("confidence %v", w.Confidence)
		}
	}
}
