package pitch

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	tracker "github.com/attune-cx/attune/features/pitch"
)

// voice is a clip of a speaker with what Praat says of its rows.
type voice struct {
	path, speaker string
	chosenOn      bool // weights were chosen with its speaker in view
	ac, cc        []float32
}

// TestUnseenVoices holds the tracker against rows where Praat's methods agree, on
// speakers without a laryngograph, of whom one half served to choose weights:
//
//	ATTUNE_PEERS=~/.cache/attune-peers go test ./benchmarks/pitch -run UnseenVoices -v
//
// Praat's part takes a minute and is kept in the user's cache.
func TestUnseenVoices(t *testing.T) {
	root := os.Getenv("ATTUNE_PEERS")
	if root == "" {
		t.Skip("needs Praat: set ATTUNE_PEERS to the virtual environment that benchmarks/peers/README.md tells how to make")
	}
	for _, set := range []struct {
		name   string
		voices []voice
		// most disagreement allowed, percent: speakers chosen on, the others; measured and 0.3
		gates map[string][2]float64
	}{
		{"EMO-DB", emodb(t), map[string][2]float64{"16k": {5.7, 6.2}, "8k": {5.8, 6.1}, "tel8": {11.3, 11.0}}},
		{"RAVDESS", ravdess(t), map[string][2]float64{"8k": {3.7, 3.0}, "tel8": {8.4, 6.1}}},
	} {
		if len(set.voices) == 0 {
			t.Logf("no %s in ../shared/data/speech", set.name)
			continue
		}
		consult(t, filepath.Join(root, "bin", "python"), set.voices)
		clips := recordings(t, set.voices)
		var lines Lines
		for _, c := range Conditions {
			gate, ok := set.gates[c.Name]
			if !ok {
				continue
			}
			chosenOn, others := compare(t, set.name+" "+c.Name, &lines, c, clips, set.voices)
			if chosenOn.disagreement() > gate[0] || others.disagreement() > gate[1] {
				t.Errorf("%s %s: %.2f and %.2f %% of the rows disagree, at most %.1f and %.1f", set.name, c.Name,
					chosenOn.disagreement(), others.disagreement(), gate[0], gate[1])
			}
		}
	}
}

// compare logs what disagrees, by speaker, and returns both halves.
func compare(t *testing.T, title string, lines *Lines, c Condition, clips []Clip, voices []voice) (chosenOn, others agreement) {
	t.Helper()
	inputs, err := lines.Inputs(clips, c)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := Rows(tracker.Config{Rate: c.Rate}, inputs)
	if err != nil {
		t.Fatal(err)
	}
	speakers := map[string]*agreement{}
	for i, v := range voices {
		if speakers[v.speaker] == nil {
			speakers[v.speaker] = new(agreement)
		}
		var one agreement
		for k := range min(len(rows[i]), len(v.ac)) {
			one.add(rows[i][k], v.ac[k], v.cc[k])
		}
		speakers[v.speaker].join(one)
		if v.chosenOn {
			chosenOn.join(one)
		} else {
			others.join(one)
		}
	}
	names := make([]string, 0, len(speakers))
	for name := range speakers {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		t.Logf("%-12s %-9s %v", title, name, speakers[name])
	}
	t.Logf("%-12s chosen on %v", title, chosenOn)
	t.Logf("%-12s others    %v", title, others)
	return chosenOn, others
}

// emodb is its whole utterances, the golden clips left out.
func emodb(t *testing.T) (voices []voice) {
	t.Helper()
	dir, err := SharedData("speech/emodb")
	if err != nil {
		return nil
	}
	f, err := os.Open(filepath.Join(dir, "manifest.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	golden, _ := SharedData("golden/audio/16k")
	chosenOn := map[string]bool{"03": true, "08": true, "09": true, "10": true, "11": true}
	for _, r := range records[1:] { // file, speaker, text, emotion, origin
		if _, err := os.Stat(filepath.Join(golden, "emo_"+r[0])); r[4] != "original16k" || err == nil {
			continue
		}
		voices = append(voices, voice{path: filepath.Join(dir, "wav", r[0]), speaker: r[1], chosenOn: chosenOn[r[1]]})
	}
	return voices
}

// ravdess is every fifth file, so that all actors are there.
func ravdess(t *testing.T) (voices []voice) {
	t.Helper()
	dir, err := SharedData("speech/ravdess_8k")
	if err != nil {
		return nil
	}
	paths, _ := filepath.Glob(filepath.Join(dir, "*.wav"))
	for i := 4; i < len(paths); i += 5 {
		name := strings.TrimSuffix(filepath.Base(paths[i]), ".wav")
		actor, err := strconv.Atoi(name[strings.LastIndexByte(name, '-')+1:])
		if err != nil {
			t.Fatalf("%s names no actor: %v", paths[i], err)
		}
		voices = append(voices, voice{path: paths[i], speaker: fmt.Sprintf("actor %02d", actor), chosenOn: actor%2 == 1})
	}
	return voices
}

func recordings(t *testing.T, voices []voice) []Clip {
	t.Helper()
	clips := make([]Clip, len(voices))
	for i, v := range voices {
		x, rate, err := LoadMono(v.path)
		if err != nil {
			t.Fatal(err)
		}
		clips[i] = Clip{Name: filepath.Base(v.path), Rate: rate, Samples: x}
	}
	return clips
}
