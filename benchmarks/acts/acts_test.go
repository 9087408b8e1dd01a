package acts

import (
	"os"
	"strings"
	"testing"

	"github.com/attune-cx/attune/features/lexical"
)

func load(t *testing.T, files ...string) (turns []Turn) {
	t.Helper()
	for _, file := range files {
		f, err := os.Open("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		part, err := Load(f)
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		turns = append(turns, part...)
	}
	return turns
}

func measure(t *testing.T, files ...string) ([]map[lexical.ActKind]Count, []Fault, int) {
	t.Helper()
	turns := load(t, files...)
	a, err := lexical.New(lexical.Config{Explain: -1})
	if err != nil {
		t.Fatal(err)
	}
	counts, faults, err := Dialogues(a, turns)
	if err != nil {
		t.Fatal(err)
	}
	return counts, faults, len(turns)
}

// The table of every part; faults are listed for the development parts alone, so
// that nobody tunes on the others.
func TestTable(t *testing.T) {
	floors := map[string]struct{ precision, recall float64 }{
		"development.jsonl":   {.89, .92},
		"development-2.jsonl": {.87, .87},
		"heldout.jsonl":       {.88, .90},
	}
	for file, floor := range floors {
		counts, faults, n := measure(t, file)
		sum := Total(counts)[""]
		if sum.Precision() < floor.precision || sum.Recall() < floor.recall {
			t.Errorf("%s: precision %.3f, recall %.3f fell below %.2f, %.2f", file, sum.Precision(), sum.Recall(), floor.precision, floor.recall)
		}
		var b strings.Builder
		Write(&b, counts)
		t.Logf("%s, %d turns\n%s", file, n, b.String())
		if strings.HasPrefix(file, "blind") || !testing.Verbose() {
			continue
		}
		for _, f := range faults {
			kind := "missed"
			if f.Found {
				kind = "false "
			}
			t.Logf("%s %-20s %s %d %s: %s", kind, f.Act, f.Turn.Dialogue, f.Turn.Turn, f.Turn.Role, f.Turn.Text)
		}
	}
}

func TestLoadNamesTheLine(t *testing.T) {
	_, err := Load(strings.NewReader("{\"text\":\"a\"}\n{\n"))
	if err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v", err)
	}
}
