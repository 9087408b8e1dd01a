package lines_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/features/lexical/lines"
)

func analyzer(t testing.TB) *lexical.Analyzer {
	t.Helper()
	a, err := lexical.New(lexical.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// run returns the lines that come out, each of which must be JSON.
func run(t testing.TB, in string, opt lines.Options) []map[string]any {
	t.Helper()
	var out bytes.Buffer
	if err := lines.Run(context.Background(), strings.NewReader(in), &out, analyzer(t), opt); err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	for _, l := range strings.SplitAfter(out.String(), "\n") {
		if l == "" {
			continue
		}
		var v map[string]any
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			t.Fatalf("%q: %v", l, err)
		}
		got = append(got, v)
	}
	return got
}

func TestOneLineOutPerLineIn(t *testing.T) {
	in := "Hello there\n" +
		`{"id":"m7","text":"I will call you back in ten minutes.","role":"AGENT","at":"2026-03-04T15:30:00+01:00"}` + "\r\n" +
		`{"id":8,"text":5}` + "\n" +
		"\n" +
		`{"text":"x","role":"WIZARD"}` + "\n" +
		"bad \xff byte\n" +
		`{"id":"cut","te` + "\n" +
		"last one without an end"
	got := run(t, in, lines.Options{Echo: true})
	ids := []string{"1", "m7", "8", "4", "5", "6", "7", "8"}
	faults := []string{"", "", `"text" must be a string, not a number`, "", "unknown role", "byte 4 (0xff) is not UTF-8", "broken JSON", ""}
	if len(got) != len(ids) {
		t.Fatalf("%d lines out, want %d", len(got), len(ids))
	}
	for k, v := range got {
		fault, _ := v["error"].(string)
		if v["id"] != ids[k] || (faults[k] == "") != (fault == "") || !strings.Contains(fault, faults[k]) {
			t.Errorf("line %d: id %v, error %q; want %q, %q", k+1, v["id"], fault, ids[k], faults[k])
		}
	}
	if got[1]["text"] != "I will call you back in ten minutes." {
		t.Errorf("echo: %v", got[1]["text"])
	}
	act := got[1]["acts"].([]any)[0].(map[string]any)
	if act["act"] != "commitment" || act["due"] != "2026-03-04T15:40:00+01:00" || act["by"] != "COMPANY" {
		t.Errorf("act %v", act)
	}
}

func TestLongLineIsRefused(t *testing.T) {
	got := run(t, strings.Repeat("a", 300)+"\nshort\n", lines.Options{MaxLine: 100})
	if len(got) != 2 || !strings.Contains(got[0]["error"].(string), "301 bytes > 100") || got[1]["error"] != nil {
		t.Errorf("got %v", got)
	}
}

// The keys stand in the order of the contract.
func TestKeysInOrder(t *testing.T) {
	var r lexical.Reading
	m := lexical.Message{ID: "1", Text: "My card is 4111 1111 1111 1111!!", Language: "en"}
	if err := analyzer(t).Read(&m, &r); err != nil {
		t.Fatal(err)
	}
	line := string(lines.Append(nil, &m, &r, true))
	at := 0
	for _, key := range []string{"id", "text", "language", "scores", "sentiment", "value", "confidence", "kind", "state", "reason", "basis", "evidence", "valence", "stress", "severity", "emotions", "ekman", "empathy", "acts", "entities", "type", "begin", "end", "score", "markers"} {
		i := strings.Index(line[at:], `"`+key+`":`)
		if i < 0 {
			t.Fatalf("%q is missing behind byte %d of %s", key, at, line)
		}
		at += i
	}
}

func TestUnsupportedLanguageIsNull(t *testing.T) {
	got := run(t, "Ich warte schon seit drei Wochen auf meine Lieferung!\n", lines.Options{})[0]
	stress := got["scores"].(map[string]any)["stress"].(map[string]any)
	if got["language"] != "de" || stress["value"] != nil || stress["reason"] != "language" || got["emotions"] != nil {
		t.Errorf("got %v", got)
	}
}

// Stress is a customer's: of one who serves it is not asked.
func TestAgentHasNoStress(t *testing.T) {
	got := run(t, `{"text":"I'm so sorry, that must be awful.","role":"AGENT"}`, lines.Options{})[0]
	scores := got["scores"].(map[string]any)
	stress, valence := scores["stress"].(map[string]any), scores["valence"].(map[string]any)
	if stress["value"] != nil || stress["state"] != "not_applicable" || stress["reason"] != "policy" || valence["value"] == nil || got["emotions"] == nil {
		t.Errorf("stress %v, valence %v", stress, valence)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := lines.Run(ctx, strings.NewReader("a\nb\n"), &bytes.Buffer{}, analyzer(t), lines.Options{Now: time.Unix(0, 0)}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Any input gives as many lines as it has, each of them JSON with an id.
func FuzzRun(f *testing.F) {
	for _, s := range []string{"a\nb", `{"id":"1","text":"hi"}`, "{\n{}\n[]", "\ud7ff\u200b\u202eabc", `{"text":"\ud800"}`, "\xff\xfe", "<b>hi</b>\n> quoted", "by friday at 3 4111 1111 1111 1111", "\ufeff{}", "!!!???...", `{"text":"so you said","context":["a","b"],"role":"agent"}`} {
		f.Add(s)
	}
	a := analyzer(f)
	f.Fuzz(func(t *testing.T, in string) {
		var out bytes.Buffer
		if err := lines.Run(context.Background(), strings.NewReader(in), &out, a, lines.Options{Echo: true, Now: time.Unix(1.7e9, 0)}); err != nil {
			t.Fatal(err)
		}
		want := strings.Count(in, "\n")
		if in != "" && !strings.HasSuffix(in, "\n") {
			want++
		}
		got := bytes.Split(bytes.TrimSuffix(out.Bytes(), []byte("\n")), []byte("\n"))
		if out.Len() == 0 {
			got = nil
		}
		if len(got) != want {
			t.Fatalf("%d lines out of %d", len(got), want)
		}
		for _, l := range got {
			var v struct {
				ID     string
				Text   *string
				Acts   []struct{ Begin, End int }
				Error  string
				Scores map[string]struct{ Value *float64 }
			}
			if err := json.Unmarshal(l, &v); err != nil || v.ID == "" && v.Error == "" && v.Text == nil {
				t.Fatalf("%q: %v", l, err)
			}
			if v.Text == nil {
				continue
			}
			n := len([]rune(*v.Text))
			for _, act := range v.Acts {
				if act.Begin < 0 || act.Begin >= act.End || act.End > n {
					t.Fatalf("span %d..%d in a text of %d", act.Begin, act.End, n)
				}
			}
			for name, s := range v.Scores {
				if s.Value != nil && (*s.Value < -1 || *s.Value > 1) {
					t.Fatalf("%s = %g", name, *s.Value)
				}
			}
		}
	})
}
