package acts

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"sort"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// Turn is one labelled turn.
type Turn struct {
	Dialogue string
	Domain   string
	Style    string
	Turn     int
	Role     attune.Role
	Text     string
	Acts     []lexical.ActKind
}

// Load reads turns, one JSON object a line.
func Load(r io.Reader) ([]Turn, error) {
	var turns []Turn
	sc := bufio.NewScanner(r)
	for n := 1; sc.Scan(); n++ {
		var t Turn
		if err := json.Unmarshal(sc.Bytes(), &t); err != nil {
			return nil, fmt.Errorf("acts: line %d: %w", n, err)
		}
		turns = append(turns, t)
	}
	return turns, sc.Err()
}

// Count is what was found of one act.
type Count struct {
	Hit, Missed, False int
}

// Precision is the share of what was found that was there; NaN where nothing was found.
func (c Count) Precision() float64 { return float64(c.Hit) / float64(c.Hit+c.False) }

// Recall is the share of what was there that was found; NaN where nothing was there.
func (c Count) Recall() float64 { return float64(c.Hit) / float64(c.Hit+c.Missed) }

// Fault is a turn in which an act was missed, or found where it was not.
type Fault struct {
	Turn  Turn
	Act   lexical.ActKind
	Found bool // found where it was not; otherwise missed
}

// threshold is the confidence from which a found act counts.
const threshold = .5

// Measure reads every turn with the turns before it of its dialogue as context.
func Measure(a *lexical.Analyzer, turns []Turn) (map[lexical.ActKind]Count, []Fault, error) {
	counts := map[lexical.ActKind]Count{}
	var faults []Fault
	var context []string
	var roles []attune.Role
	var r lexical.Reading
	for k, t := range turns {
		if k > 0 && turns[k-1].Dialogue != t.Dialogue {
			context, roles = context[:0], roles[:0]
		}
		m := lexical.Message{Role: t.Role, Text: t.Text, Language: "en", Context: context, ContextRoles: roles}
		if err := a.Read(&m, &r); err != nil {
			return nil, nil, fmt.Errorf("acts: %s turn %d: %w", t.Dialogue, t.Turn, err)
		}
		faults = append(faults, compare(t, found(&r), counts)...)
		context, roles = append(context, t.Text), append(roles, t.Role)
	}
	return counts, faults, nil
}

func found(r *lexical.Reading) map[lexical.ActKind]bool {
	out := map[lexical.ActKind]bool{}
	for _, a := range r.Acts {
		if a.Confidence >= threshold {
			out[a.Kind] = true
		}
	}
	return out
}

func compare(t Turn, got map[lexical.ActKind]bool, counts map[lexical.ActKind]Count) (faults []Fault) {
	for _, k := range t.Acts {
		c := counts[k]
		if got[k] {
			c.Hit++
			delete(got, k)
		} else {
			c.Missed++
			faults = append(faults, Fault{t, k, false})
		}
		counts[k] = c
	}
	for k := range got {
		c := counts[k]
		c.False++
		counts[k] = c
		faults = append(faults, Fault{t, k, true})
	}
	return faults
}

// Write prints a table, one act a line, with bootstrap intervals over dialogues where
// there are several; the last line is all acts.
func Write(w io.Writer, dialogues []map[lexical.ActKind]Count) {
	counts, ranges := Total(dialogues), Bootstrap(dialogues, 1000, 1)
	var kinds []string
	for k := range counts {
		if k != "" {
			kinds = append(kinds, string(k))
		}
	}
	sort.Strings(kinds)
	fmt.Fprintf(w, "%-20s %5s %5s %5s  %-18s  %-18s\n", "act", "hit", "miss", "false", "precision [95 %]", "recall [95 %]")
	for _, k := range append(kinds, "") {
		c, r := counts[lexical.ActKind(k)], ranges[lexical.ActKind(k)]
		fmt.Fprintf(w, "%-20s %5d %5d %5d", cmp.Or(k, "all"), c.Hit, c.Missed, c.False)
		if len(dialogues) == 1 {
			fmt.Fprintf(w, "  %.2f   %.2f\n", c.Precision(), c.Recall())
			continue
		}
		fmt.Fprintf(w, "  %.2f [%.2f, %.2f]   %.2f [%.2f, %.2f]\n", c.Precision(), r.Precision[0], r.Precision[1], c.Recall(), r.Recall[0], r.Recall[1])
	}
}
