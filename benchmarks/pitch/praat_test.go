package pitch

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// consult fills in what Praat says, from the cache if it was asked before.
func consult(t *testing.T, python string, voices []voice) {
	t.Helper()
	script, err := os.ReadFile("praat.py")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"praat.py"}
	for _, v := range voices {
		args = append(args, v.path)
	}
	key := sha256.Sum256(append(script, strings.Join(args, "\n")...))
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = t.TempDir()
	}
	cached := filepath.Join(dir, "attune-bench", fmt.Sprintf("praat-%x.tsv", key[:8]))
	said, err := os.ReadFile(cached)
	if err != nil {
		if said, err = exec.Command(python, args...).Output(); err != nil {
			t.Fatalf("%s praat.py: %v", python, err)
		}
		keep(t, cached, said)
	}
	heed(t, said, voices)
}

// keep writes the cache; without one the next run asks again.
func keep(t *testing.T, path string, said []byte) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, said, 0o644)
	}
	if err != nil {
		t.Logf("not kept: %v", err)
	}
}

func heed(t *testing.T, said []byte, voices []voice) {
	t.Helper()
	lines := bufio.NewScanner(bytes.NewReader(said))
	lines.Buffer(nil, 1<<20)
	i := 0
	for ; lines.Scan(); i++ {
		fields := strings.Split(lines.Text(), "\t")
		if i >= len(voices) || len(fields) != 3 || fields[0] != voices[i].path {
			t.Fatalf("praat.py, line %d is not of the file asked for", i+1)
		}
		voices[i].ac, voices[i].cc = hertz(t, fields[1]), hertz(t, fields[2])
	}
	if i != len(voices) {
		t.Fatalf("praat.py told of %d files, want %d", i, len(voices))
	}
}

func hertz(t *testing.T, list string) []float32 {
	t.Helper()
	fields := strings.Fields(list)
	values := make([]float32, len(fields))
	for i, f := range fields {
		v, err := strconv.ParseFloat(f, 32)
		if err != nil {
			t.Fatalf("praat.py: %v", err)
		}
		values[i] = float32(v)
	}
	return values
}
