package overlay_test

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune/internal/browser"
)

// axeVersion of axe-core is fetched from npm by the test and kept nowhere.
const axeVersion = "4.14.1"

// axe returns axe-core's script, or skips the test where npm does not reach its
// registry: a checker of others, not a part of this project.
func axe(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	pack := exec.CommandContext(ctx, "npm", "pack", "--silent", "axe-core@"+axeVersion)
	pack.Dir = dir
	if out, err := pack.CombinedOutput(); err != nil {
		t.Skipf("axe-core %s cannot be had from npm, accessibility is not checked: %v %s", axeVersion, err, out)
	}
	script, err := unpack(filepath.Join(dir, "axe-core-"+axeVersion+".tgz"), "package/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	return script
}

// unpack reads one file of a .tgz.
func unpack(archive, name string) (string, error) {
	f, err := os.Open(archive)
	if err != nil {
		return "", err
	}
	defer f.Close()
	gz, err := gzip.NewReader(f)
	if err != nil {
		return "", err
	}
	for r := tar.NewReader(gz); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return "", fmt.Errorf("%s holds no %s", archive, name)
		}
		if err != nil {
			return "", err
		}
		if h.Name == name {
			b, err := io.ReadAll(r)
			return string(b), err
		}
	}
}

// violation is a rule of axe-core that the page breaks.
type violation struct {
	ID    string
	Help  string
	Nodes []struct {
		HTML           string
		FailureSummary string
	}
}

// In each look and state the page breaks none of axe-core's rules: WCAG 2.2 A and
// AA, and best practices.
func TestAccessible(t *testing.T) {
	script := axe(t)
	f := newFeed(t, 240*time.Second)
	conversation(t, f)
	f.talk(t, .47)
	page := browser.Open(t, browser.Config{Width: 420, Height: 1000})
	for _, scheme := range []string{"light", "dark"} {
		media := map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}}}
		if err := page.Call(within(t), "Emulation.setEmulatedMedia", media, nil); err != nil {
			t.Fatal(err)
		}
		check := func(name string, arrange func(), ready string) {
			t.Run(scheme+"/"+name, func(t *testing.T) {
				f.answer(0)
				visit(t, page, f.page())
				arrange()
				waitFor(t, page, ready)
				audit(t, page, script)
			})
		}
		check("calm", func() {}, status+` === "live"`)
		check("cue", func() { f.emit(t, cue("axe-"+scheme, f.now(), f.now(), true)) }, openCue+` === "open"`)
		check("stale", func() {
			waitFor(t, page, status+` === "live"`)
			f.answer(502)
			f.hangUp()
		}, status+` === "stale"`)
		check("refused", func() {
			f.answer(401)
			f.hangUp()
		}, status+` === "refused"`)
	}
}

func audit(t *testing.T, page *browser.Page, script string) {
	t.Helper()
	if err := page.Evaluate(within(t), script+"\n;1", nil); err != nil {
		t.Fatal(err)
	}
	const run = `axe.run(document).then(r => JSON.stringify({passes: r.passes.length, violations: r.violations}))`
	var result struct {
		Passes     int
		Violations []violation
	}
	if err := json.Unmarshal([]byte(get[string](t, page, run)), &result); err != nil {
		t.Fatal(err)
	}
	if result.Passes < 15 {
		t.Errorf("only %d rules had something to look at", result.Passes)
	}
	for _, v := range result.Violations {
		var where []string
		for _, n := range v.Nodes {
			where = append(where, n.HTML+" "+n.FailureSummary)
		}
		t.Errorf("%s: %s\n%s", v.ID, v.Help, strings.Join(where, "\n"))
	}
}
