package recogniser

import (
	"strings"
	"testing"
	"time"
)

// A file's leg is heard to its end however fast it comes, and its final words
// are kept in order.
func TestTranscribe(t *testing.T) {
	v := newVosk(t, func(_, total int, say func(string)) bool {
		say(`{"partial":"x"}`)
		if total == 3200*5 {
			say(final("one two"))
		}
		return true
	})
	tr, err := NewTranscriber(t.Context(), v.url())
	if err != nil {
		t.Fatal(err)
	}
	m := &mouth{ear: tr.Leg(leg), off: time.Second}
	m.ear.Allow(true)
	m.say(5*chunkBlocks + 3)
	m.ear.Close()
	texts, err := tr.Texts()
	if err != nil || len(texts) != 2 || texts[0].Text != "one two" || texts[1].Text != "the end" || texts[0].ID == texts[1].ID {
		t.Fatalf("%+v, %v", texts, err)
	}
	if texts[0].Interim || texts[0].Begin != time.Second {
		t.Errorf("%+v", texts[0])
	}
	if _, bytes := v.heard(); bytes != (5*chunkBlocks+3)*160 {
		t.Errorf("%d bytes sent", bytes)
	}
}

func TestTranscribeTellsWhatFailed(t *testing.T) {
	if _, err := NewTranscriber(t.Context(), "ws://127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("no server: %v", err)
	}
	v := newVosk(t, func(int, int, func(string)) bool { return false })
	tr, err := NewTranscriber(t.Context(), v.url())
	if err != nil {
		t.Fatal(err)
	}
	m := &mouth{ear: tr.Leg(leg)}
	m.ear.Allow(true)
	m.say(2 * chunkBlocks)
	m.ear.Close()
	if _, err := tr.Texts(); err == nil || !strings.Contains(err.Error(), "leg customer") {
		t.Errorf("a server that hangs up: %v", err)
	}
}
