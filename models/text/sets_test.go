package text

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"
)

// The reference tokenizer's ids on every line of the labelled sets, which are not part of the repository:
// testdata/tokens.json holds a CRC-32 of them for each file, written by models/train/tokens.py.
func TestTokensOfTheSets(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 36 MB of text")
	}
	root := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(filepath.Join(root, "text")); err != nil {
		t.Skipf("the labelled sets are absent: %v", err)
	}
	b, err := os.ReadFile("testdata/tokens.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]uint32
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	m := mustLoad(t)
	for name, sum := range want {
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join(root, name))
			if err != nil {
				t.Fatal(err)
			}
			if got := fingerprint(m, b); got != sum {
				t.Errorf("CRC of the ids %08x, the reference tokenizer's %08x", got, sum)
			}
		})
	}
}

func fingerprint(m *Model, file []byte) (crc uint32) {
	s, id := m.NewScratch(), make([]byte, 4)
	for line := range bytes.SplitSeq(file, []byte("\n")) {
		s.split(string(line))
		m.vocabulary.cut(s)
		for _, p := range s.pieces {
			binary.LittleEndian.PutUint32(id, uint32(p))
			crc = crc32.Update(crc, crc32.IEEETable, id)
		}
	}
	return crc
}
