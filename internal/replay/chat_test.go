package replay

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/internal/pipeline"
)

func TestReadChat(t *testing.T) {
	const file = "\ufeff" + `{"id":"a","offset_ms":1500,"role":"customer","text":"Hello"}

{"id":"b","role":"AGENT","text":"Hello yourself","language":"en","participant_id":"agent-7"}
{"id":"c","offset_ms":4000,"end_offset_ms":3000,"role":"AGENT","channel":"EMAIL","text":"x"}`
	c, err := ReadChat(strings.NewReader(file), false)
	if err != nil || len(c.Bad) != 0 || len(c.Texts) != 3 {
		t.Fatalf("%d texts, bad %v, %v", len(c.Texts), c.Bad, err)
	}
	a, b, m := c.Texts[0], c.Texts[1], c.Texts[2]
	if a.ID != "a" || a.Role != attune.RoleCustomer || a.Begin != 1500*time.Millisecond || a.Channel != attune.ChannelChat || a.Transcript || !a.Timed {
		t.Errorf("first %+v", a)
	}
	if b.Begin != a.Begin || b.Speaker != "agent-7" || b.Language != "en" {
		t.Errorf("without an offset: %+v, want that of the line before", b)
	}
	if m.Channel != attune.ChannelEmail || m.End != m.Begin {
		t.Errorf("an end before its begin: %+v", m)
	}
}

func TestReadTranscript(t *testing.T) {
	const file = `{"id":"1","offset_ms":100,"end_offset_ms":900,"role":"CUSTOMER","text":"no good",
"words":[{"text":"no","begin_offset_ms":100,"end_offset_ms":400},{"text":"good","begin_offset_ms":450,"end_offset_ms":900,"confidence":7}]}`
	c, err := ReadChat(strings.NewReader(strings.ReplaceAll(file, "\n", "")), true)
	if err != nil || len(c.Texts) != 1 {
		t.Fatalf("%+v, %v", c, err)
	}
	u := c.Texts[0]
	if !u.Transcript || u.Channel != attune.ChannelVoice || u.End != 900*time.Millisecond || len(u.Words) != 2 {
		t.Fatalf("%+v", u)
	}
	if w := u.Words[1]; w.Confidence != 1 || w.Span.Begin != 450*time.Millisecond || u.Words[0].Confidence != 1 {
		t.Errorf("words %+v", u.Words)
	}
}

// Each bad line is named, and the good ones stay.
func TestReadChatNamesBadLines(t *testing.T) {
	good := `{"id":"g","offset_ms":1,"role":"AGENT","text":"fine"}`
	for name, tc := range map[string]struct{ line, want string }{
		"UTF-8":      {"{\"role\":\"AGENT\",\"text\":\"\xff\"}", "UTF-8"},
		"no JSON":    {"hello", "not a JSON object"},
		"an array":   {"[1]", "not a JSON object"},
		"no role":    {`{"text":"x"}`, "role"},
		"wrong role": {`{"role":"boss","text":"x"}`, "boss"},
		"channel":    {`{"role":"AGENT","channel":"pigeon","text":"x"}`, "pigeon"},
		"negative":   {`{"role":"AGENT","offset_ms":-5,"text":"x"}`, "offset_ms -5"},
		"a week":     {`{"role":"AGENT","offset_ms":604800000,"text":"x"}`, "within a day"},
		"end":        {`{"role":"AGENT","end_offset_ms":9223372036854775807,"text":"x"}`, "end_offset_ms 9223372036854775807"},
		"word":       {`{"role":"AGENT","text":"x","words":[{"text":"x","begin_offset_ms":-1}]}`, "word -1"},
		"overflow":   {`{"role":"AGENT","offset_ms":1e300,"text":"x"}`, "offset_ms"},
		"long text":  {`{"role":"AGENT","text":"` + strings.Repeat("x", pipeline.MaxTextBytes+1) + `"}`, "65537 bytes"},
		"long line":  {`{"role":"AGENT","text":"` + strings.Repeat("x", 10<<20) + `"}`, "longer than 1048576"},
	} {
		c, err := ReadChat(strings.NewReader(good+"\n"+tc.line+"\r\n"+good), false)
		if err != nil || len(c.Texts) != 2 {
			t.Errorf("%s: %d texts, %v; want the two good ones", name, len(c.Texts), err)
			continue
		}
		if len(c.Bad) != 1 || !strings.Contains(c.Bad[0].Error(), "line 2: ") || !strings.Contains(c.Bad[0].Error(), tc.want) {
			t.Errorf("%s: %v does not name line 2 and %q", name, c.Bad, tc.want)
		}
	}
}

func TestReadChatFails(t *testing.T) {
	if _, err := ReadChat(strings.NewReader("\n \n"), false); err == nil || !strings.Contains(err.Error(), "no message found") {
		t.Errorf("an empty file: %v", err)
	}
	broken := errors.New("cable pulled")
	if _, err := ReadChat(iotest.ErrReader(broken), false); !errors.Is(err, broken) {
		t.Errorf("a reader that fails at once: %v", err)
	}
}

func FuzzReadChat(f *testing.F) {
	for _, seed := range []string{
		`{"id":"1","offset_ms":0,"role":"CUSTOMER","text":"hello"}`,
		"\ufeff{\"role\":\"AGENT\",\"text\":\"x\"}\r\n\r\n{\"role\":\"boss\"}",
		`{"role":"AGENT","offset_ms":9223372036854775807,"end_offset_ms":-9223372036854775808}`,
		`{"role":"AGENT","words":[{"text":"a","begin_offset_ms":9223372036854775807,"confidence":-1}]}`,
		"{\"role\":\"AGENT\",\"text\":\"\\ud800\"}", "\xff\xfe", "{", "null", `{"role":null}`,
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, file []byte, transcript bool) {
		c, err := ReadChat(bytes.NewReader(file), transcript)
		if err == nil && len(c.Texts) == 0 {
			t.Fatal("no message and no error")
		}
		if lines := bytes.Count(file, []byte("\n")) + 1; len(c.Texts)+len(c.Bad) > lines {
			t.Fatalf("%d messages and %d bad lines of %d lines", len(c.Texts), len(c.Bad), lines)
		}
		for _, x := range c.Texts {
			if !utf8.ValidString(x.Text) || x.Begin < 0 || x.Begin > 24*time.Hour || x.End < x.Begin || x.Role == "" || x.Transcript != transcript {
				t.Fatalf("unusable %+v", x)
			}
			for _, w := range x.Words {
				if !(w.Confidence >= 0 && w.Confidence <= 1) || w.Span.End < w.Span.Begin || w.Span.Begin < 0 {
					t.Fatalf("unusable word %+v", w)
				}
			}
		}
	})
}
