package textbench

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/attune-cx/attune/models/text"
)

// gates are the least and the most that a figure may be: what was measured, worse by half of its interval.
var gates = map[string]struct{ least, most float64 }{
	"goemotions_28":              {0.475, 2},
	"goemotions_28_ece":          {-1, 0.01},
	"goemotions_ekman":           {0.615, 2},
	"goemotions_ekman_ece":       {-1, 0.015},
	"dreaddit_test":              {0.78, 2},
	"dreaddit_all":               {0.81, 2},
	"dreaddit_ece":               {-1, 0.12},
	"dreaddit_8words":            {0.67, 2},
	"dreaddit_8words_ece":        {-1, 0.1},
	"dreaddit_wer0":              {-1, 0},
	"dreaddit_wer10":             {-1, 0.01},
	"dreaddit_wer20":             {-1, 0.025},
	"sad_stressor":               {0.79, 2},
	"sad_severity":               {0.47, 2},
	"epitome_er":                 {0.765, 2},
	"epitome_er_ece":             {-1, 0.14},
	"epitome_ip":                 {0.83, 2},
	"epitome_ip_ece":             {-1, 0.07},
	"epitome_ex":                 {0.955, 2},
	"epitome_ex_ece":             {-1, 0.035},
	"vader_tweets":               {0.86, 2},
	"vader_amazonReviewSnippets": {0.725, 2},
	"vader_movieReviewSnippets":  {0.715, 2},
	"vader_nytEditorialSnippets": {0.485, 2},
	"satisfaction_turn":          {0.755, 2},
	"satisfaction_dialogue":      {0.61, 2},
	"satisfaction_mean":          {0.62, 2},
}

func dataRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, e := os.Stat(filepath.Join(dir, "go.mod")); e == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Skip("no go.mod above the working directory")
		}
		dir = filepath.Dir(dir)
	}
	root := filepath.Join(dir, "..", "shared", "data")
	if _, err := os.Stat(filepath.Join(root, "text")); err != nil {
		t.Skipf("the labelled sets are absent: %v", err)
	}
	return root
}

func TestTable(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 70,000 texts")
	}
	m, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	b := &Bench{Root: dataRoot(t), Model: m}
	if os.Getenv("ATTUNE_BENCH_OUT") == "" {
		b.Resamples = 20
	}
	figures, err := b.Run()
	if err != nil {
		t.Fatal(err)
	}
	peers := readPeers(t)
	fmt.Printf("%-62s %6s %-15s %6s %7s %7s %6s\n", "figure", "got", "95 %", "n", "teacher", "VADER", "reach")
	for _, f := range figures {
		fmt.Printf("%-62s %6.3f [%.3f, %.3f] %6d %7s %7s %6s\n", f.Title, f.Got.Value, f.Got.Low, f.Got.High, f.Got.N,
			peers.of("teacher", f.Key), peers.of("vader", f.Key), f.Reach)
		if g, ok := gates[f.Key]; ok && (f.Got.Value < g.least || f.Got.Value > g.most) {
			t.Errorf("%s: %.4f is not within %.3f..%.3f", f.Title, f.Got.Value, g.least, g.most)
		}
	}
	printSupervised(t)
	pace, n, err := b.Pace()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("%.1f us a message (%d messages of 15 to 25 words, %s)\n", float64(pace.Nanoseconds())/1e3, n, runtime.GOARCH)
	if path := os.Getenv("ATTUNE_BENCH_OUT"); path != "" {
		writeResults(t, path, m, figures, float64(pace.Nanoseconds())/1e3)
	}
}

// peers are the figures that peers.py measured on the same rows.
type peers map[string]map[string]float64

func readPeers(t *testing.T) (p peers) {
	b, err := os.ReadFile("../results/text-peers.json")
	if err != nil {
		return nil
	}
	var file struct{ Peers peers }
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	return file.Peers
}

func (p peers) of(peer, key string) string {
	if v, ok := p[peer][key]; ok {
		return fmt.Sprintf("%.3f", v)
	}
	return "-"
}

// supervised are the rows that supervised.py measured: with labels of the sets that the shipped weights never see.
var supervised = []struct{ key, title, reach string }{
	{"epitome_er", "EPITOME emotional reaction AUC, supervised, 5 folds", "0.89"},
	{"epitome_ip", "EPITOME interpretation AUC, supervised, 5 folds", "0.92"},
	{"epitome_ex", "EPITOME exploration AUC, supervised, 5 folds", "0.97"},
	{"dreaddit", "Dreaddit AUC, in-domain, official test", "0.87"},
}

// printSupervised prints them as they stand in the results, with their date: they are not measured here.
func printSupervised(t *testing.T) {
	b, err := os.ReadFile("../results/text-supervised.json")
	if err != nil {
		t.Logf("no supervised rows: %v", err)
		return
	}
	var file struct {
		Date    string
		Figures map[string]Interval
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("of %s, make text-supervised; ours alone, and with the teacher's states beside it:\n", file.Date)
	for _, row := range supervised {
		for _, way := range []string{"own", "both", "tuned"} {
			f, ok := file.Figures[row.key+"_"+way]
			if way == "tuned" && !ok { // not run on every set
				continue
			}
			if !ok || f.Low > f.Value || f.High < f.Value || f.N == 0 {
				t.Errorf("%s_%s: %+v", row.key, way, f)
			}
			fmt.Printf("%-62s %6.3f [%.3f, %.3f] %6d %7s %7s %6s\n", row.title+", "+way, f.Value, f.Low, f.High, f.N, "-", "-", row.reach)
		}
	}
}

func writeResults(t *testing.T, path string, m *text.Model, figures []Figure, microseconds float64) {
	name, version, hash := m.Info()
	b, err := json.MarshalIndent(map[string]any{
		"model": name, "version": version, "sha256": hash, "date": os.Getenv("ATTUNE_BENCH_DATE"), "cpu": os.Getenv("ATTUNE_BENCH_CPU"),
		"command": "go test ./benchmarks/text -run Table -v", "microseconds_per_20_word_message": microseconds, "figures": figures,
	}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
