package acts

import (
	"bufio"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// corpus opens a file of the shared data, which is for evaluation only.
func corpus(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "text", filepath.FromSlash(name)))
	if err != nil {
		t.Skipf("no shared data beside the repository: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func reader(t *testing.T) *lexical.Analyzer {
	t.Helper()
	a, err := lexical.New(lexical.Config{Explain: -1})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// tally counts one act against one label of others.
func tally(c *Count, got, want bool) {
	switch {
	case got && want:
		c.Hit++
	case want:
		c.Missed++
	case got:
		c.False++
	}
}

// AnnoMI (Wu et al. 2022) labels open questions and reflections of counsellors:
// other people, other words, another trade. No rule was tuned on it.
func TestAnnoMI(t *testing.T) {
	rows, err := csv.NewReader(corpus(t, "annomi/AnnoMI-full.csv")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	col := map[string]int{}
	for k, name := range rows[0] {
		col[name] = k
	}
	a := reader(t)
	var open, reflection Count
	var context []string
	var roles []attune.Role
	var r lexical.Reading
	seen := map[string]bool{}
	for k, row := range rows[1:] {
		id := row[col["transcript_id"]] + "/" + row[col["utterance_id"]]
		if seen[id] { // labelled by several; the first counts
			continue
		}
		seen[id] = true
		if k > 0 && rows[k][col["transcript_id"]] != row[col["transcript_id"]] {
			context, roles = nil, nil
		}
		role := attune.RoleCustomer
		if row[col["interlocutor"]] == "therapist" {
			role = attune.RoleAgent
			m := lexical.Message{Role: role, Text: row[col["utterance_text"]], Language: "en", Context: context, ContextRoles: roles}
			if err := a.Read(&m, &r); err != nil {
				t.Fatal(err)
			}
			got := found(&r)
			tally(&open, got[lexical.ActOpenQuestion], row[col["question_subtype"]] == "open")
			tally(&reflection, got[lexical.ActParaphrase], row[col["reflection_exists"]] == "True")
		}
		context, roles = append(context, row[col["utterance_text"]]), append(roles, role)
	}
	report(t, "AnnoMI", map[lexical.ActKind]Count{lexical.ActOpenQuestion: open, lexical.ActParaphrase: reflection})
	if open.Hit == 0 || reflection.Hit == 0 {
		t.Error("nothing found: the columns or the table are not what they were")
	}
}

// The task dialogues of user_satisfaction (SGD and MultiWOZ with their actions)
// tell how often plain service talk is taken for a complaint or for abuse, and
// how much of what their action labels name is found. Their labels name one act
// of a turn, so precision is not to be had of them.
func TestTaskDialogues(t *testing.T) {
	a := reader(t)
	for _, file := range []string{"SGD.txt", "MWOZ.txt"} {
		counts := map[lexical.ActKind]Count{}
		customers, complaints, abuses := 0, 0, 0
		sc := bufio.NewScanner(corpus(t, "user_satisfaction/"+file))
		var r lexical.Reading
		for dialogue := 0; sc.Scan(); {
			f := strings.Split(sc.Text(), "\t")
			if len(f) < 3 { // a blank line parts dialogues
				dialogue++
			}
			if len(f) < 3 || f[1] == "OVERALL" || dialogue%every != 0 {
				continue
			}
			role := attune.RoleAgent
			if f[0] == "USER" {
				role = attune.RoleCustomer
			}
			if err := a.Read(&lexical.Message{Role: role, Text: f[1], Language: "en"}, &r); err != nil {
				t.Fatal(err)
			}
			got := found(&r)
			if role == attune.RoleCustomer {
				customers++
				complaints += count(got[lexical.ActComplaint])
				abuses += count(got[lexical.ActAbuse])
			}
			for action, act := range map[string]lexical.ActKind{"THANK_YOU": lexical.ActThanks, "REQUEST": lexical.ActRequestInformation, "INFORM": lexical.ActInformation, "NOTIFY_SUCCESS": lexical.ActResolution} {
				if f[2] == action && (role == attune.RoleAgent || action == "THANK_YOU") {
					c := counts[act]
					tally(&c, got[act], true)
					counts[act] = c
				}
			}
		}
		report(t, file, counts)
		t.Logf("%s: %d customer turns, %d taken for a complaint, %d for abuse", file, customers, complaints, abuses)
		if customers == 0 || complaints*2 > customers {
			t.Errorf("%s: %d of %d neutral turns are complaints", file, complaints, customers)
		}
	}
}

// every is which dialogue of how many is read: a quarter tells as much, sooner.
const every = 4

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func report(t *testing.T, name string, counts map[lexical.ActKind]Count) {
	t.Helper()
	var b strings.Builder
	Write(&b, []map[lexical.ActKind]Count{counts})
	t.Logf("%s\n%s", name, b.String())
}
