package stressvoice

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
)

func TestShippedModelIsTheOneInSHA256SUMS(t *testing.T) {
	m, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile("SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	if want := m.Hash + "  weights.json"; !strings.Contains(string(sums), want) {
		t.Errorf("SHA256SUMS lacks %q", want)
	}
	if m.Name != "stressvoice" || m.Version == "" {
		t.Errorf("name %q version %q", m.Name, m.Version)
	}
}

func weights(t testing.TB) []byte {
	t.Helper()
	data, err := shipped.ReadFile("weights.json")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestParseRefusesWhatIsNotWhole(t *testing.T) {
	for _, tc := range []struct{ name, old, new string }{
		{"cut off", `"weights"`, `"weigh`},
		{"weights missing", `"weights"`, `"others"`},
		{"clusters missing", `"clusters"`, `"others"`},
		{"no slope", `"platt_slope"`, `"others"`},
		{"not a number", `"bias": `, `"bias": x`},
		{"scale missing", `"scale"`, `"others"`},
	} {
		bad := bytes.Replace(weights(t), []byte(tc.old), []byte(tc.new), 1)
		if bytes.Equal(bad, weights(t)) {
			t.Fatalf("%s: %q is not in the file", tc.name, tc.old)
		}
		if _, err := Parse(bad); !errors.Is(err, ErrModel) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(weights(f))
	f.Add([]byte(`{"features":[]}`))
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse(data)
		if err == nil && len(m.Weights) != NumFeatures {
			t.Errorf("%d weights accepted", len(m.Weights))
		}
	})
}
