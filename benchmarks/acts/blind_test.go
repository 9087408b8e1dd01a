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

// blind and secondBlind list the files of the two blind parts; "blind-" is no
// prefix of "blind2-", so that neither takes the other's.
func blind(t *testing.T) []string       { return part(t, "testdata/blind-*.jsonl") }
func secondBlind(t *testing.T) []string { return part(t, "testdata/blind2-*.jsonl") }

// part lists the files that fit the pattern, by their names in testdata.
func part(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files fit %s: %v", pattern, err)
	}
	for k, p := range paths {
		paths[k] = filepath.Base(p)
	}
	return paths
}

// The labels of the blind parts are sound, whatever the rules make of them: known
// acts and roles, turns in order, enough turns of each act to say something.
func TestBlindLabels(t *testing.T) {
	sound(t, load(t, blind(t)...), 15)
}

func TestSecondBlindLabels(t *testing.T) {
	sound(t, load(t, secondBlind(t)...), 12)
}

// sound checks the labels of a part, which is to hold at least least turns of each act.
func sound(t *testing.T, turns []Turn, least int) {
	t.Helper()
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
		if positives[k] < least {
			t.Errorf("%s: %d turns, want %d or more", k, positives[k], least)
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
	apart(t, load(t, blind(t)...), load(t, "development.jsonl", "heldout.jsonl"))
}

// The second blind part shares none with any other part, the first blind one included.
func TestSecondBlindSharesNoTurn(t *testing.T) {
	others := append(blind(t), "development.jsonl", "development-2.jsonl", "heldout.jsonl")
	apart(t, load(t, secondBlind(t)...), load(t, others...))
}

// apart checks that no turn of five words or more stands in the other parts too,
// whatever its case and marks.
func apart(t *testing.T, turns, others []Turn) {
	t.Helper()
	notWord := regexp.MustCompile(`[^a-z0-9]+`)
	known := map[string]string{}
	for _, turn := range others {
		known[notWord.ReplaceAllString(strings.ToLower(turn.Text), " ")] = turn.Dialogue
	}
	for _, turn := range turns {
		text := notWord.ReplaceAllString(strings.ToLower(turn.Text), " ")
		if other, ok := known[text]; ok && len(strings.Fields(text)) >= 5 {
			t.Errorf("%s turn %d stands in %s too: %s", turn.Dialogue, turn.Turn, other, turn.Text)
		}
	}
}

// The table of the blind part. Its faults are never listed, so that nobody tunes on it.
func TestBlindTable(t *testing.T) {
	table(t, "blind", blind(t), 15)
}

// The table of the second blind part, whose faults are not listed either.
func TestSecondBlindTable(t *testing.T) {
	table(t, "second blind", secondBlind(t), 12)
}

// table prints the table of a part, which is to measure at least least turns of each act.
func table(t *testing.T, name string, files []string, least int) {
	t.Helper()
	dialogues, _, n := measure(t, files...)
	counts := Total(dialogues)
	for _, k := range kinds() {
		if c := counts[lexical.ActKind(k)]; c.Hit+c.Missed < least {
			t.Errorf("%s: %d labelled turns were measured, want %d or more", k, c.Hit+c.Missed, least)
		}
	}
	var b strings.Builder
	Write(&b, dialogues)
	t.Logf("%s, %d turns\n%s", name, n, b.String())
}
