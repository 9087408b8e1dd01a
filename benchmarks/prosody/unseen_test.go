package prosody_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// unseen is what benchmarks/peers writes of speakers that nothing was tuned on,
// by set and line.
type unseen map[string]struct {
	WithOpenSMILE map[string]struct{ Worst float64 } `json:"with_opensmile"`
	WithPraat     map[string]struct {
		All float64
	} `json:"with_praat"`
	Formants map[string]struct {
		Rows float64 `json:"rows_median"`
	} `json:"formants_hz"`
}

// peersPython is the interpreter that has the other programs, or it skips.
func peersPython(t *testing.T) string {
	t.Helper()
	root := os.Getenv("ATTUNE_PEERS")
	if root == "" {
		t.Skip("compares with other programs for minutes: set ATTUNE_PEERS to their virtual environment, benchmarks/peers/README.md says how to make it")
	}
	python := filepath.Join(root, "bin", "python")
	if _, err := os.Stat(python); err != nil {
		t.Skipf("ATTUNE_PEERS=%s has no other programs: %v", root, err)
	}
	return python
}

// TestUnseen holds EMO-DB and RAVDESS against openSMILE and Praat:
//
//	ATTUNE_PEERS=~/.cache/attune-peers go test ./benchmarks/prosody -run Unseen -v
func TestUnseen(t *testing.T) {
	golden(t)
	out := filepath.Join(t.TempDir(), "unseen.json")
	cmd := exec.Command(peersPython(t), "peers.py", "--only", "unseen", "--scratch", t.TempDir(), "--results", out)
	cmd.Dir = filepath.Join("..", "peers")
	text, err := cmd.CombinedOutput()
	t.Logf("%s", text)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var sets struct{ Unseen map[string]json.RawMessage }
	if err := json.Unmarshal(b, &sets); err != nil {
		t.Fatal(err)
	}
	delete(sets.Unseen, "made")
	if len(sets.Unseen) == 0 {
		t.Skip("no EMO-DB and no RAVDESS in the evaluation data")
	}
	b, _ = json.Marshal(sets.Unseen)
	var found unseen
	if err := json.Unmarshal(b, &found); err != nil {
		t.Fatal(err)
	}
	found.check(t)
}

// check holds all spectra to r 0.999 in every clip, and the voice to Praat at 16 kHz.
func (u unseen) check(t *testing.T) {
	for set, f := range u {
		for column, r := range f.WithOpenSMILE {
			if !(r.Worst >= 0.999) {
				t.Errorf("%s, %s: r = %.5f in the worst clip, want 0.999", set, column, r.Worst)
			}
		}
		for figure, most := range map[string]float64{"F1, to 5.5 kHz": 50, "F2, to 5.5 kHz": 100, "B1, to 5.5 kHz": 80} {
			if d, ok := f.Formants[figure]; ok && !(d.Rows <= most) {
				t.Errorf("%s, %s: %.0f Hz at the median, want at most %.0f", set, figure, d.Rows, most)
			}
		}
		if set != "EMO-DB 16k" {
			continue
		}
		for figure, r := range f.WithPraat {
			need := 0.8
			if figure == "HNR cc, rows that both measure" {
				need = 0.9
			}
			if !(r.All >= need) {
				t.Errorf("%s, %s: r = %.3f, want %.1f", set, figure, r.All, need)
			}
		}
	}
}
