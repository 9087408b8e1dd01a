package lint

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

const module = "github.com/attune-cx/attune"

// allowed is the one way in which data flows, read backwards: a folder may
// import itself, the root package and what is listed. "*" = anything.
var allowed = map[string][]string{
	".":          {},
	"audio":      {"internal/dsp"},
	"features":   {"audio", "models", "internal/dsp"},
	"scoring":    {"features", "models"},
	"stream":     {"scoring"},
	"models":     {"internal/dsp"},
	"cmd":        {"*"},
	"benchmarks": {"*"},
	"examples":   {"*"},
	"internal":   {"*"},
}

// leaves are folders below internal that must not import the data path.
var leaves = map[string][]string{
	"internal/dsp":        {},
	"internal/config":     {},
	"internal/testsignal": {},
	"internal/browser":    {},
	"internal/lint":       {},
}

func TestImportsPointAgainstTheData(t *testing.T) {
	root := moduleRoot(t)
	for _, f := range goFiles(t, root) {
		from := filepath.ToSlash(filepath.Dir(f))
		if strings.HasPrefix(from, "models/train") { // training runs the whole path to make its data
			continue
		}
		isTest := strings.HasSuffix(f, "_test.go")
		for _, imp := range imports(t, filepath.Join(root, f)) {
			to, ours := strings.CutPrefix(imp, module+"/")
			if imp == module || !ours {
				continue
			}
			if !mayImport(from, to) && !(isTest && testOnly(to)) {
				t.Errorf("%s imports %s: data flows audio -> features -> scoring -> stream, imports the other way", f, to)
			}
		}
	}
}

// testOnly folders may be imported by any test.
func testOnly(to string) bool {
	for _, p := range []string{"internal/testsignal", "internal/browser", "audio", "stream/streamtest"} {
		if below(to, p) {
			return true
		}
	}
	return false
}

func mayImport(from, to string) bool {
	for leaf, list := range leaves {
		if below(from, leaf) {
			return below(to, leaf) || anyBelow(to, list)
		}
	}
	top := strings.SplitN(from, "/", 2)[0]
	list, known := allowed[top]
	if !known {
		return false
	}
	return below(to, top) || anyBelow(to, list)
}

func anyBelow(to string, list []string) bool {
	for _, l := range list {
		if l == "*" || below(to, l) {
			return true
		}
	}
	return false
}

func below(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

func imports(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, i := range f.Imports {
		out = append(out, strings.Trim(i.Path.Value, `"`))
	}
	return out
}

// goFiles lists the module's Go files, relative to root; folders with a go.mod
// of their own (generators) are other modules.
func goFiles(t *testing.T, root string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if _, err := os.Stat(filepath.Join(p, "go.mod")); p != root && err == nil || strings.HasPrefix(d.Name(), ".") && p != root || d.Name() == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if path.Ext(p) == ".go" {
			rel, _ := filepath.Rel(root, p)
			out = append(out, rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != "/"; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	t.Fatal("no go.mod above the working directory")
	return ""
}

// The rule itself must bite.
func TestTheRuleBites(t *testing.T) {
	for _, tc := range []struct {
		from, to string
		want     bool
	}{
		{"audio/leg", "stream", false},
		{"audio", "features", false},
		{"features/prosody", "audio", true},
		{"features", "scoring", false},
		{"scoring/empathy", "features/lexical", true},
		{"scoring", "stream", false},
		{"stream/overlay", "scoring", true},
		{"stream", "internal/pipeline", false},
		{"internal/dsp", "audio", false},
		{"internal/pipeline", "stream", true},
		{"models/text", "features", false},
		{"elsewhere", "audio", false},
	} {
		if got := mayImport(tc.from, tc.to); got != tc.want {
			t.Errorf("mayImport(%q, %q) = %v, want %v", tc.from, tc.to, got, tc.want)
		}
	}
}
