package transcripts_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/features/lexical/transcripts"
)

type mapping func([]byte, transcripts.Source) ([]lexical.Message, error)

var mappings = map[string]mapping{
	"deepgram": transcripts.Deepgram, "assemblyai": transcripts.AssemblyAI,
	"contactlens": transcripts.ContactLens, "genesys": transcripts.Genesys,
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The same utterance, 6.07 to 7.13 s, comes out of every vendor's event.
func TestSamples(t *testing.T) {
	ids := map[string]string{"deepgram": "r-17/0/5.990", "assemblyai": "turn/3", "contactlens": "t-9", "genesys": "u-5"}
	src := transcripts.Source{Role: attune.RoleCustomer, ParticipantID: "p1", Channels: []attune.Role{attune.RoleCustomer, attune.RoleAgent}}
	for name, read := range mappings {
		ms, err := read(sample(t, name), src)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		m := ms[0]
		if m.ParticipantID != "p1" {
			t.Errorf("%s: participant %q, want the caller's", name, m.ParticipantID)
		}
		if name == "contactlens" {
			if m.Final || m.ID != "t-9" || m.Text != "where is" {
				t.Errorf("interim: %+v", m)
			}
			m = ms[1]
			if agent := ms[2]; agent.Role != attune.RoleAgent || agent.Text != "Let me check." || m.Language != "en-US" {
				t.Errorf("agent: %+v", agent)
			}
		}
		if !m.Final || m.ID != ids[name] || m.Role != attune.RoleCustomer || strings.Trim(strings.ToLower(m.Text), "?") != "where is my refund" {
			t.Errorf("%s: %+v", name, m)
		}
		if want := (attune.Span{Begin: 6070 * time.Millisecond, End: 7130 * time.Millisecond}); m.Span != want {
			t.Errorf("%s: span %v, want %v", name, m.Span, want)
		}
		if name != "contactlens" && (len(m.Words) != 4 || m.Words[3].Confidence != .95 || m.Words[3].Span.Begin != 6630*time.Millisecond) {
			t.Errorf("%s: words %+v", name, m.Words)
		}
	}
}

func TestEventsWithoutWords(t *testing.T) {
	for name, events := range map[string][]string{
		"deepgram":    {`{"type":"Metadata"}`, `{"type":"UtteranceEnd","last_word_end":2.3}`, `{"type":"Results","channel":{"alternatives":[{"transcript":""}]}}`},
		"assemblyai":  {`{"type":"Begin","id":"x"}`, `{"type":"Termination"}`, `{"message_type":"SessionBegins"}`},
		"contactlens": {`{"EventType":"STARTED"}`, `{"EventType":"COMPLETED"}`, `{"EventType":"SEGMENTS","Segments":[{"Categories":{}}]}`},
		"genesys":     {`{"topicName":"channel.metadata","eventBody":{"message":"WebSocket Heartbeat"}}`, `{"eventBody":{"status":{"status":"SESSION_STARTED"}}}`},
	} {
		for _, e := range events {
			if ms, err := mappings[name]([]byte(e), transcripts.Source{}); err != nil || len(ms) != 0 {
				t.Errorf("%s %s: %v, %v", name, e, ms, err)
			}
		}
	}
}

// While a turn goes on its words are settled one after the other.
func TestAssemblyAITurnGoesOn(t *testing.T) {
	first := `{"type":"Turn","turn_order":0,"turn_is_formatted":false,"end_of_turn":false,"transcript":"","utterance":"",
		"words":[{"text":"my","start":1920,"end":2000,"confidence":0.87,"word_is_final":false}]}`
	second := `{"type":"Turn","turn_order":0,"turn_is_formatted":false,"end_of_turn":false,"transcript":"my","utterance":"",
		"words":[{"text":"my","start":1920,"end":2000,"confidence":0.87,"word_is_final":true},{"text":"bull","start":2800,"end":2880,"confidence":0.41,"word_is_final":false}]}`
	if ms, err := transcripts.AssemblyAI([]byte(first), transcripts.Source{}); err != nil || len(ms) != 0 {
		t.Errorf("nothing is settled yet: %+v, %v", ms, err)
	}
	ms, err := transcripts.AssemblyAI([]byte(second), transcripts.Source{})
	if err != nil || len(ms) != 1 || ms[0].Final || ms[0].Text != "my" || len(ms[0].Words) != 1 || ms[0].Span.End != 2*time.Second {
		t.Errorf("one word is settled: %+v, %v", ms, err)
	}
}

func TestOlderAssemblyAI(t *testing.T) {
	partial := `{"message_type":"PartialTranscript","audio_start":100,"audio_end":900,"text":"where is","words":[{"text":"where","start":100,"end":500,"confidence":0.9}]}`
	final := `{"message_type":"FinalTranscript","audio_start":100,"audio_end":1500,"text":"Where is it?","words":[]}`
	a, err1 := transcripts.AssemblyAI([]byte(partial), transcripts.Source{})
	b, err2 := transcripts.AssemblyAI([]byte(final), transcripts.Source{})
	if err1 != nil || err2 != nil || a[0].Final || !b[0].Final || a[0].ID != b[0].ID || b[0].Span.End != 1500*time.Millisecond {
		t.Errorf("%+v %v, %+v %v", a, err1, b, err2)
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name, event string
		want        error
		text        string
	}{
		{"deepgram", `{"type":`, transcripts.ErrEvent, "unexpected end"},
		{"deepgram", `{"type":"Error","description":"no credit"}`, transcripts.ErrVendor, "no credit"},
		{"deepgram", `{"type":"Results","start":-3,"channel":{"alternatives":[{"transcript":"a"}]}}`, transcripts.ErrEvent, "-3 to -3"},
		{"deepgram", `{"type":"Results","channel_index":[5,6],"channel":{"alternatives":[{"transcript":"a"}]}}`, transcripts.ErrEvent, "channel 5"},
		{"assemblyai", `{"type":"Turn","transcript":"a","words":[{"text":"a","start":5,"end":1,"confidence":1}]}`, transcripts.ErrEvent, "5 to 1"},
		{"assemblyai", `{"error":"session expired"}`, transcripts.ErrVendor, "session expired"},
		{"contactlens", `{"Segments":[{"Transcript":{"ParticipantRole":"GHOST","Content":"a"}}]}`, transcripts.ErrEvent, "GHOST"},
		{"contactlens", `{"EventType":"FAILED"}`, transcripts.ErrVendor, "failed"},
		{"genesys", `{"eventBody":{"transcripts":[{"alternatives":[{"transcript":"a","words":[{"word":"a","confidence":7}]}]}]}}`, transcripts.ErrEvent, "confidence 7"},
		{"genesys", `{"eventBody":{"status":{"status":"SESSION_ERROR","message":"lost"}}}`, transcripts.ErrVendor, "lost"},
		{"genesys", "\xff", transcripts.ErrEvent, "UTF-8"},
		{"genesys", strings.Repeat(" ", transcripts.MaxEvent+1), transcripts.ErrEvent, "1048577 bytes > 1048576"},
	} {
		_, err := mappings[c.name]([]byte(c.event), transcripts.Source{Channels: []attune.Role{attune.RoleAgent}})
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s %.60s: %v", c.name, c.event, err)
		}
	}
}

// Whatever comes, a message has text, spans that run forward, and confidences in 0..1.
func FuzzMappings(f *testing.F) {
	for name := range mappings {
		f.Add(sample(f, name))
	}
	f.Add([]byte(`{"type":"Results","start":1e300,"channel":{"alternatives":[{"transcript":"a","words":[{"start":1e300,"end":1e301}]}]}}`))
	f.Add([]byte(`{"Segments":[{"Transcript":{"Content":"a","BeginOffsetMillis":1e999}}]}`))
	f.Fuzz(func(t *testing.T, event []byte) {
		for name, read := range mappings {
			ms, err := read(event, transcripts.Source{Role: attune.RoleAgent})
			if err != nil && !errors.Is(err, transcripts.ErrEvent) && !errors.Is(err, transcripts.ErrVendor) {
				t.Fatalf("%s: %v", name, err)
			}
			for _, m := range ms {
				if m.Text == "" || m.Span.Begin < 0 || m.Span.End < m.Span.Begin {
					t.Fatalf("%s: %+v", name, m)
				}
				for _, w := range m.Words {
					if w.Span.End < w.Span.Begin || w.Confidence < 0 || w.Confidence > 1 {
						t.Fatalf("%s: %+v", name, w)
					}
				}
			}
		}
	})
}
