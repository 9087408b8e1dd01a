package textin_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/consumer"
	"github.com/attune-cx/attune/stream/embedded"
	"github.com/attune-cx/attune/stream/redis"
	"github.com/attune-cx/attune/stream/streamtest"
	"github.com/attune-cx/attune/stream/textin"
)

func TestMain(m *testing.M) {
	redis.Quiet()
	goleak.VerifyTestMain(m)
}

const transcript = `{"interaction_id":"call-1","kind":"transcript","utterance_id":"u-1","role":"customer","leg_id":"l-1",
 "text":"where is it","begin_offset_ms":1200,"end_offset_ms":2100,"final":false,
 "words":[{"text":"where","begin_offset_ms":1200,"end_offset_ms":1500,"confidence":0.9},{"text":"is","begin_offset_ms":1500,"end_offset_ms":1600},
 {"text":"it","begin_offset_ms":1600,"end_offset_ms":2100,"confidence":7}]}`

func TestParse(t *testing.T) {
	got, err := textin.Parse([]byte(`{"interaction_id":"c-1","id":"m-1","role":"AGENT","text":"Hello","offset_ms":250,"language":"en","later":1}`))
	if err != nil {
		t.Fatal(err)
	}
	if got.InteractionID != "c-1" || got.ID != "m-1" || got.Role != attune.RoleAgent || got.Channel != attune.ChannelChat ||
		got.Transcript || !got.Timed || got.Span.Begin != 250*time.Millisecond || got.Span.End != got.Span.Begin || got.Interim {
		t.Errorf("message: %+v", got)
	}
	got, err = textin.Parse([]byte(transcript))
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != "u-1" || got.LegID != "l-1" || got.Channel != attune.ChannelVoice || !got.Transcript || !got.Interim ||
		got.Span.End != 2100*time.Millisecond || len(got.Words) != 3 {
		t.Errorf("transcript: %+v", got)
	}
	if w := got.Words; w[0].Confidence != .9 || w[1].Confidence != 1 || w[2].Confidence != 1 || w[1].Span.End != 1600*time.Millisecond {
		t.Errorf("words: %+v", w)
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
	"long text":       {`{"interaction_id":"c","role":"AGENT","text":"` + strings.Repeat("a", textin.MaxTextBytes+1) + `"}`, "65537 bytes, at most 65536"},
	"half a span":     {`{"interaction_id":"c","role":"AGENT","text":"x","begin_offset_ms":1}`, "both"},
	"span backwards":  {`{"interaction_id":"c","role":"AGENT","text":"x","begin_offset_ms":2,"end_offset_ms":1}`, "2 to 1 ms"},
	"wall clock":      {`{"interaction_id":"c","role":"AGENT","text":"x","offset_ms":1795369055190}`, "since the interaction began"},
	"word backwards":  {`{"interaction_id":"c","role":"AGENT","text":"x","words":[{"begin_offset_ms":5,"end_offset_ms":4}]}`, "words[0]"},
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for name, c := range invalid {
		if _, err := textin.Parse([]byte(c.data)); !errors.Is(err, textin.ErrInvalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q in it", name, err, c.says)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(transcript))
	for _, c := range invalid {
		if len(c.data) < 1000 {
			f.Add([]byte(c.data))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := textin.Parse(data)
		if err != nil {
			if !errors.Is(err, textin.ErrInvalid) || got != nil {
				t.Fatalf("%v with %v", err, got)
			}
			return
		}
		if got.InteractionID == "" || got.Text == "" || got.Role == "" || got.Span.End < got.Span.Begin || got.Span.Begin < 0 {
			t.Fatalf("accepted %+v", got)
		}
		for _, w := range got.Words {
			if w.Confidence < 0 || w.Confidence > 1 {
				t.Fatalf("confidence %v", w.Confidence)
			}
		}
	})
}

func onBoth(t *testing.T, test func(*testing.T, goredis.UniversalClient)) {
	connect := func(t *testing.T, url string) goredis.UniversalClient {
		c, err := redis.NewClient(url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	t.Run("embedded", func(t *testing.T) {
		s, err := embedded.Start("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		test(t, connect(t, s.URL()))
	})
	t.Run("redis", func(t *testing.T) { test(t, connect(t, streamtest.StartServer(t).URL())) })
}

func TestReader(t *testing.T) {
	onBoth(t, func(t *testing.T, c goredis.UniversalClient) {
		ctx, cancel := context.WithCancel(context.Background())
		k, _ := stream.NewKeys("", 2)
		put := func(interaction, data string) {
			t.Helper()
			if err := c.XAdd(ctx, &goredis.XAddArgs{Stream: k.Text(k.Shard(interaction)), Values: []any{"data", data}}).Err(); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 20 {
			put("call-1", fmt.Sprintf(`{"interaction_id":"call-1","id":"m-%d","role":"CUSTOMER","text":"message %d"}`, i, i))
		}
		put("call-2", transcript)
		put("call-2", `{"interaction_id":"call-2","role":"CUSTOMER","text":"my card is 4111","offset_ms":-4}`)
		put("call-2", `{"interaction_id":"nobody","id":"x","role":"CUSTOMER","text":"secret words"}`)

		r, err := textin.New(textin.Config{Shards: 2, Block: 20 * time.Millisecond, MinIdle: 20 * time.Millisecond}, c)
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order []string
		busy := true
		ended := make(chan error, 1)
		go func() {
			ended <- r.Run(ctx, func(_ context.Context, text *textin.Text) error {
				mu.Lock()
				defer mu.Unlock()
				switch {
				case text.InteractionID == "nobody":
					return fmt.Errorf("%w: no interaction %q", consumer.ErrReject, text.InteractionID)
				case text.ID == "u-1" && busy: // comes again
					busy = false
					return errors.New("busy")
				case text.InteractionID == "call-1" && text.ID != "u-1":
					order = append(order, text.ID)
				}
				return nil
			})
		}()
		deadline := time.Now().Add(60 * time.Second)
		for s := r.Stats(); s.Handled != 21 || s.Dead != 2; s = r.Stats() {
			if time.Now().After(deadline) {
				t.Fatalf("never came true: 21 accepted and 2 given up; %+v", s)
			}
			time.Sleep(2 * time.Millisecond)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		for i, id := range order {
			if id != fmt.Sprint("m-", i) {
				t.Fatalf("order: %v", order)
			}
		}
		check := context.Background()
		for shard := range 2 {
			if n := c.XLen(check, k.Text(shard)).Val(); n != 0 {
				t.Errorf("shard %d still holds %d entries with people's words", shard, n)
			}
		}
		dead := fmt.Sprint(c.XRange(check, k.Dead(k.Shard("call-2"), "text"), "-", "+").Val())
		if strings.Contains(dead, "4111") || strings.Contains(dead, "secret") || !strings.Contains(dead, "no interaction") || !strings.Contains(dead, "-4") {
			t.Errorf("dead stream: %s", dead)
		}
	})
}
