package recogniserbench

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	textbench "github.com/attune-cx/attune/benchmarks/text"
	"github.com/attune-cx/attune/internal/testrecogniser"
	"github.com/attune-cx/attune/models/text"
)

var full = flag.Bool("full", false, "speak and hear all texts, not the first dozen of each set: some 40 minutes the first time")

// The first texts of a set, which the test hears without -full.
const some = 6

// everyPost is which of Dreaddit's test posts are spoken: they are long.
const everyPost = 6

func TestWordErrors(t *testing.T) {
	for _, c := range []struct {
		said, heard  string
		wrong, words int
	}{
		{"Where is my refund?", "where is my refund", 0, 4},
		{"Where is my refund?", "were is the refund", 2, 4},
		{"Where is my refund?", "", 4, 4},
		{"I'm here", "im here now", 1, 2},
		{"", "thank you", 2, 0},
	} {
		if wrong, words := wordErrors(c.said, c.heard); wrong != c.wrong || words != c.words {
			t.Errorf("%q as %q: %d of %d, want %d of %d", c.said, c.heard, wrong, words, c.wrong, c.words)
		}
	}
}

// What is compared with itself costs nothing; with the signs turned it costs all.
func TestCompare(t *testing.T) {
	s := &set{label: "y"}
	for i := range 40 {
		s.rows = append(s.rows, textbench.Row{Text: "a b", Label: map[string]float64{"y": float64(i % 2)}})
		s.heard = append(s.heard, Heard{Text: "a c", Utterances: 1})
		s.trueScore = append(s.trueScore, float64(i%2))
		s.heardScore = append(s.heardScore, float64(i%2))
	}
	if c := s.compare(Comparison{}, 20); c.Loss.Value != 0 || c.Loss.High != 0 || c.WER.Value != .5 || c.True.Value != 1 {
		t.Errorf("the same: %+v", c)
	}
	for i := range s.heardScore {
		s.heardScore[i] = -s.heardScore[i]
	}
	if c := s.compare(Comparison{}, 20); c.Loss.Value != 1 || c.Loss.Low != 1 {
		t.Errorf("turned: %+v", c)
	}
}

// The row of the table of words: speech, then the recogniser, then the scores,
// against the scores of the true words.
func TestTable(t *testing.T) {
	if testing.Short() {
		t.Skip("a real recogniser takes its time")
	}
	root := dataRoot(t)
	m, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	e := newEars(t)
	var all []Comparison
	for _, x := range []struct {
		c     Comparison
		rows  func() ([]textbench.Row, error)
		label string
		of    func(*text.Outputs) float32
		wrong float64 // word errors that the test lets pass
		most  float64 // loss of AUC that it lets pass: what was measured, worse by half of its interval
	}{
		{Comparison{Key: "sad_heard", Title: "SAD stressor AUC, words through the recogniser", Reach: "0.02"},
			func() ([]textbench.Row, error) { return textbench.SAD(root) }, "stressor", func(o *text.Outputs) float32 { return o.Stressor }, .25, .035},
		{Comparison{Key: "dreaddit_heard", Title: "Dreaddit AUC, zero-shot, words through the recogniser", Reach: "0.02"},
			func() ([]textbench.Row, error) { return posts(root) }, "stress", func(o *text.Outputs) float32 { return o.Stress }, .25, .035},
	} {
		rows, err := x.rows()
		if err != nil {
			t.Fatal(err)
		}
		if !*full {
			rows = rows[:some]
		}
		s := e.set(rows, x.label, m, x.of)
		c := s.compare(x.c, 1000)
		all = append(all, c)
		t.Logf("%s: n %d, true %s, heard %s, loss %s, WER %s, r %.3f, word confidence %.2f, %.2f h, %d not heard, %d cut", c.Title, len(rows),
			show(c.True), show(c.Heard), show(c.Loss), show(c.WER), c.Correlation, c.Confidence, c.Hours, c.NothingHeard, c.ManyUtterances)
		if c.WER.Value > x.wrong {
			t.Errorf("%s: %.3f of the words are wrong, at most %.2f may be", c.Key, c.WER.Value, x.wrong)
		}
		if *full && c.Loss.Value > x.most {
			t.Errorf("%s: the recogniser costs %.3f of AUC, at most %.3f may be", c.Key, c.Loss.Value, x.most)
		}
	}
	if out := os.Getenv("ATTUNE_BENCH_OUT"); out != "" {
		write(t, out, m, all)
	}
}

func show(i textbench.Interval) string {
	return fmt.Sprintf("%.3f [%.3f, %.3f]", i.Value, i.Low, i.High)
}

// posts are some of Dreaddit's test posts, whole.
func posts(root string) ([]textbench.Row, error) {
	all, err := textbench.Dreaddit(root, "test")
	var rows []textbench.Row
	for i := 0; i < len(all); i += everyPost {
		rows = append(rows, all[i])
	}
	return rows, err
}

// newEars keeps what is heard in the user's cache, with -full; the server starts
// when something is to be heard.
func newEars(t *testing.T) *ears {
	t.Helper()
	path := filepath.Join(t.TempDir(), "heard.jsonl")
	if *full {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		path = filepath.Join(cache, "attune-bench", "heard-"+testrecogniser.Version(t)+".jsonl")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	var server *testrecogniser.Server
	e := &ears{t: t, url: func() string {
		if server == nil {
			server = testrecogniser.Start(t, 0)
		}
		return server.URL
	}}
	if err := e.open(path); err != nil {
		t.Fatal(err)
	}
	return e
}

// set has all rows heard, by the voices in turn, and scores them.
func (e *ears) set(rows []textbench.Row, label string, m *text.Model, of func(*text.Outputs) float32) *set {
	e.t.Helper()
	s := &set{rows: rows, label: label}
	scratch, out := m.NewScratch(), new(text.Outputs)
	score := func(words string) float64 { m.Infer(words, out, scratch); return float64(of(out)) }
	for i := range rows {
		h, err := e.hear(testrecogniser.Voices[i%len(testrecogniser.Voices)], rows[i].Text)
		if err != nil {
			e.t.Fatal(err)
		}
		s.heard = append(s.heard, h)
		s.trueScore, s.heardScore = append(s.trueScore, score(rows[i].Text)), append(s.heardScore, score(h.Text))
		if *full && i%100 == 99 {
			e.t.Logf("%s: %d of %d heard", label, i+1, len(rows))
		}
	}
	return s
}

func write(t *testing.T, path string, m *text.Model, all []Comparison) {
	t.Helper()
	name, version, hash := m.Info()
	b, err := json.MarshalIndent(map[string]any{
		"model": name, "version": version, "sha256": hash, "date": os.Getenv("ATTUNE_BENCH_DATE"), "cpu": os.Getenv("ATTUNE_BENCH_CPU"),
		"command": "go test ./benchmarks/recogniser -run Table -v -full -timeout 90m", "voices": "flite " + strings.Join(testrecogniser.Voices, ", "),
		"recogniser": "Whisper tiny.en, " + testrecogniser.Version(t), "figures": all,
	}, "", " ")
	if err == nil {
		err = os.WriteFile(path, append(b, '\n'), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func dataRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, e := os.Stat(filepath.Join(dir, "go.mod")); e == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	root := filepath.Join(dir, "..", "shared", "data")
	if _, err := os.Stat(filepath.Join(root, "text")); err != nil {
		t.Skipf("the labelled sets are absent: %v", err)
	}
	return root
}
