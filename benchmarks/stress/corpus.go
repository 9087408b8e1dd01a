package stress

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrCorpus marks a folder that does not hold the corpus.
var ErrCorpus = errors.New("stress: not the corpus")

// Label says what a clip is in the task.
type Label int8

// The labels. Other clips only serve baselines.
const (
	Other Label = iota
	Calm
	Stressed
)

// Clip is one acted utterance.
type Clip struct {
	Path    string
	Speaker string
	Female  bool
	Label   Label
}

// EmoDB lists the whole clips of the Berlin corpus below dir: anger against
// neutral and sadness. Its other emotions survive only as padded beginnings, so
// they are left out.
func EmoDB(dir string) ([]Clip, error) {
	f, err := os.Open(filepath.Join(dir, "manifest.csv"))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorpus, err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%w: manifest.csv: %w", ErrCorpus, err)
	}
	female := []string{"08", "09", "13", "14", "16"}
	labels := map[string]Label{"W": Stressed, "N": Calm, "T": Calm}
	var clips []Clip
	for _, r := range rows[1:] {
		if r[4] == "original16k" {
			clips = append(clips, Clip{Path: filepath.Join(dir, "wav", r[0]), Speaker: r[1],
				Female: slices.Contains(female, r[1]), Label: labels[r[3]]})
		}
	}
	return clips, nil
}

// Ravdess lists the speech clips below dir by their names (modality - channel -
// emotion - intensity - statement - repetition - actor): angry and fearful
// against neutral, calm and sad.
func Ravdess(dir string) ([]Clip, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.wav"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("%w: no clips below %s", ErrCorpus, dir)
	}
	labels := map[string]Label{"01": Calm, "02": Calm, "04": Calm, "05": Stressed, "06": Stressed}
	var clips []Clip
	for _, name := range names {
		part := strings.Split(strings.TrimSuffix(filepath.Base(name), ".wav"), "-")
		if len(part) != 7 {
			return nil, fmt.Errorf("%w: %s has %d parts, want 7", ErrCorpus, name, len(part))
		}
		even := (part[6][len(part[6])-1]-'0')%2 == 0
		clips = append(clips, Clip{Path: name, Speaker: part[6], Female: even, Label: labels[part[2]]})
	}
	return clips, nil
}
