package acts

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// kinds are the labels of the guide.
func kinds() []string {
	return strings.Fields(`greeting apology acknowledgement paraphrase open_question request_information
		information commitment ownership deflection transfer resolution thanks complaint escalation_request
		abuse hollow_template`)
}

// blind lists the files of the blind part.
func blind(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/blind-*.jsonl")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no blind part: %v", err)
	}
	for k, p := range paths {
		paths[k] = filepath.Base(p)
	}
	return paths
}

// The labels of the blind part are sound, whatever the rules make of them: known
// acts and roles, turns in order, enough turns of each act to say something.
func TestBlindLabels(t *testing.T) {
	turns := load(t, blind(t)...)
	positives, seen := map[string]int{}, map[string]bool{}
	for k, turn := range turns {
		first := k == 0 || turns[k-1].Dialogue != turn.Dialogue
		if first && (turn.Turn != 1 || seen[turn.Dialogue]) || !first && turn.Turn != turns[k-1].Turn+1 {
			t.Errorf("%s turn %d is out of order", turn.Dialogue, turn.Turn)
		}
		seen[turn.Dialogue] = true
		if _, err := attune.ParseRole(string(turn.Role)); err != nil || strings.TrimSpace(turn.Text) == "" {
			t.Errorf("%s turn %d: role %q, text %q: %v", turn.Dialogue, turn.Turn, turn.Role, turn.Text, err)
		}
		for _, act := range turn.Acts {
			positives[string(act)]++
			if !fits(act, turn.Role) {
				t.Errorf("%s turn %d: %s is no act of %s", turn.Dialogue, turn.Turn, act, turn.Role)
			}
		}
	}
	for _, k := range kinds() {
		if positives[k] < 15 {
			t.Errorf("%s: %d turns, want 15 or more", k, positives[k])
		}
		delete(positives, k)
	}
	if len(positives) > 0 {
		t.Errorf("unknown acts: %v", positives)
	}
}

// fits tells whether the guide lets the role do the act.
func fits(act lexical.ActKind, role attune.Role) bool {
	switch act {
	case "complaint", "escalation_request", "abuse":
		return !role.Serves()
	case "greeting", "request_information", "information", "commitment", "resolution", "thanks":
		return true
	}
	return role.Serves()
}

// No turn of five words or more of the other two parts, which the author of the
// rules wrote, stands in the blind part.
func TestBlindSharesNoTurn(t *testing.T) {
	notWord := regexp.MustCompile(`[^a-z0-9]+`)
	known := map[string]string{}
	for _, turn := range load(t, "development.jsonl", "heldout.jsonl") {
		known[notWord.ReplaceAllString(strings.ToLower(turn.Text), " ")] = turn.Dialogue
	}
	for _, turn := range load(t, blind(t)...) {
		text := notWord.ReplaceAllString(strings.ToLower(turn.Text), " ")
		if other, ok := known[text]; ok && len(strings.Fields(text)) >= 5 {
			t.Errorf("%s turn %d stands in %s too: %s", turn.Dialogue, turn.Turn, other, turn.Text)
		}
	}
}

// The table of the blind part. Its faults are never listed, so that nobody tunes on it.
func TestBlindTable(t *testing.T) {
	dialogues, _, n := measure(t, blind(t)...)
	counts := Total(dialogues)
	for _, k := range kinds() {
		if c := counts[lexical.ActKind(k)]; c.Hit+c.Missed < 15 {
			t.Errorf("%s: %d labelled turns were measured, want 15 or more", k, c.Hit+c.Missed)
		}
	}
	var b strings.Builder
	Write(&b, dialogues)
	t.Logf("blind, %d turns\n%s", n, b.String())
}
