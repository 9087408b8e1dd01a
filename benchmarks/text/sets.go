package textbench

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Row is one labelled text. Group names what a bootstrap draws as a whole: rows of one post or dialogue.
type Row struct {
	Text  string
	Group string
	Label map[string]float64
}

// bucket is the stable number 0..n-1 of a key that splits the sets, as `bucket` in models/train/corpus.py:
// FNV-1a with the finaliser of MurmurHash3.
func bucket(key string, n uint32) uint32 {
	h := uint32(0x811C9DC5)
	for i := range len(key) {
		h = (h ^ uint32(key[i])) * 0x01000193
	}
	h = (h ^ h>>16) * 0x85EBCA6B
	h = (h ^ h>>13) * 0xC2B2AE35
	return (h ^ h>>16) % n
}

// GoEmotions reads one split ("dev", "test") of one grouping ("original", "ekman"); the labels are "0", "1", ...
func GoEmotions(root, grouping, split string) ([]Row, error) {
	return lines(filepath.Join(root, "text/goemotions/data", grouping, split+".tsv"), func(line string) (Row, bool, error) {
		cols := strings.Split(line, "\t")
		if len(cols) != 3 {
			return Row{}, false, fmt.Errorf("%d columns, want 3", len(cols))
		}
		label := map[string]float64{}
		for id := range strings.SplitSeq(cols[1], ",") {
			label[id] = 1
		}
		return Row{Text: cols[0], Label: label}, true, nil
	})
}

// VADER reads the held-out tenth of one ground truth ("tweets", "amazonReviewSnippets", ...); label "valence", -1..1.
func VADER(root, name string) ([]Row, error) {
	return lines(filepath.Join(root, "text/vader", name+"_GroundTruth.txt"), func(line string) (Row, bool, error) {
		cols := strings.SplitN(line, "\t", 3)
		if len(cols) != 3 {
			return Row{}, false, fmt.Errorf("%d columns, want 3", len(cols))
		}
		v, err := strconv.ParseFloat(cols[1], 64)
		group, _, _ := strings.Cut(cols[0], "_")
		key := name + "/" + group
		return Row{Text: cols[2], Group: key, Label: map[string]float64{"valence": v / 4}}, bucket(key, 100) < 10, err
	})
}

// lines reads a file by line; parse says what a line holds and whether to keep it.
func lines(path string, parse func(string) (Row, bool, error)) ([]Row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("textbench: %w", err)
	}
	defer f.Close()
	var rows []Row
	scan := bufio.NewScanner(f)
	scan.Buffer(nil, 1<<20)
	for n := 1; scan.Scan(); n++ {
		row, keep, err := parse(scan.Text())
		if err != nil {
			return nil, fmt.Errorf("textbench: %s:%d: %w", path, n, err)
		}
		if keep {
			rows = append(rows, row)
		}
	}
	return rows, scan.Err()
}

// SAD reads the held-out 12 % of the stressor sentences; labels "stressor" 0/1, "severity" 0..1.
func SAD(root string) ([]Row, error) {
	table, err := readXLSX(filepath.Join(root, "text/sad_stress/SAD_v1.xlsx"))
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, r := range table {
		text := strings.TrimSpace(r["sentence"])
		if bucket("sad/"+strings.ToLower(text), 100) >= 12 {
			continue
		}
		stressor, err1 := strconv.ParseFloat(r["is_stressor"], 64)
		severity, err2 := strconv.ParseFloat(r["avg_severity"], 64)
		if err := errors.Join(err1, err2); err != nil {
			return nil, fmt.Errorf("textbench: SAD %q: %w", text, err)
		}
		rows = append(rows, Row{Text: text, Label: map[string]float64{"stressor": stressor, "severity": severity / 10}})
	}
	return rows, nil
}

// Dreaddit reads "train" or "test"; label "stress".
func Dreaddit(root, split string) ([]Row, error) {
	table, err := readCSV(filepath.Join(root, "text/dreaddit", "dreaddit-"+split+".csv"))
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, r := range table {
		y, err := strconv.ParseFloat(r["label"], 64)
		if err != nil {
			return nil, fmt.Errorf("textbench: dreaddit %s: %w", r["id"], err)
		}
		rows = append(rows, Row{Text: r["text"], Group: r["post_id"], Label: map[string]float64{"stress": y}})
	}
	return rows, nil
}

// EPITOME reads the answers of one mechanism ("emotional-reactions", "interpretations", "explorations"); label "any" is 1
// for a weak or strong one. The group is the seeker's post.
func EPITOME(root, mechanism string) ([]Row, error) {
	table, err := readCSV(filepath.Join(root, "text/epitome", mechanism+"-reddit.csv"))
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, r := range table {
		any := 0.0
		if r["level"] != "0" {
			any = 1
		}
		rows = append(rows, Row{Text: r["response_post"], Group: r["sp_id"], Label: map[string]float64{"any": any}})
	}
	return rows, nil
}

// Turn is a customer's turn of a task dialogue with the mean of its raters' satisfaction, 1..5.
type Turn struct {
	Text         string
	Satisfaction float64
}

// Satisfaction reads the dialogues of one source ("MWOZ", "SGD", "ReDial", "CCPE"). The last rated row,
// "OVERALL", is the rating of the whole dialogue.
func Satisfaction(root, source string) (dialogues [][]Turn, overall []float64, err error) {
	b, err := os.ReadFile(filepath.Join(root, "text/user_satisfaction", source+".txt"))
	if err != nil {
		return nil, nil, fmt.Errorf("textbench: %w", err)
	}
	for block := range strings.SplitSeq(strings.ReplaceAll(string(b), "\r", ""), "\n\n") {
		var turns []Turn
		whole := -1.0
		for line := range strings.Lines(block) {
			cols := strings.Split(strings.TrimRight(line, "\n"), "\t")
			if len(cols) < 4 || cols[0] != "USER" {
				continue
			}
			v, ok := meanOf(cols[3])
			if !ok {
				continue
			}
			if cols[1] == "OVERALL" {
				whole = v
			} else {
				turns = append(turns, Turn{Text: cols[1], Satisfaction: v})
			}
		}
		if len(turns) > 0 && whole > 0 {
			dialogues, overall = append(dialogues, turns), append(overall, whole)
		}
	}
	return dialogues, overall, nil
}

func meanOf(list string) (float64, bool) {
	sum, n := 0.0, 0
	for x := range strings.SplitSeq(list, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(x), 64)
		if err != nil {
			return 0, false
		}
		sum, n = sum+v, n+1
	}
	return sum / float64(n), n > 0
}

// readCSV returns the rows of a CSV file by column name. The two Latin-1 files among the sets keep their ASCII;
// the rest of their bytes is not valid UTF-8 and is dropped.
func readCSV(path string) ([]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("textbench: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("textbench: %s: %w", path, err)
	}
	var rows []map[string]string
	for {
		cols, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("textbench: %s: %w", path, err)
		}
		row := map[string]string{}
		for i, c := range cols {
			row[strings.TrimPrefix(head[min(i, len(head)-1)], "\ufeff")] = strings.ToValidUTF8(c, "")
		}
		rows = append(rows, row)
	}
}
