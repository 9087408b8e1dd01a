package overlay_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/attune-cx/attune/internal/browser"
)

// The modules' own tests run where the modules run: in Chromium, on a page of the
// overlay, under its policy.
func TestModules(t *testing.T) {
	f := newFeed(t, time.Minute)
	page := browser.Open(t, browser.Config{})
	visit(t, page, f.URL+"/overlay/")
	waitFor(t, page, status+` === "idle"`)
	for _, name := range []string{"state", "view", "events"} {
		t.Run(name, func(t *testing.T) {
			type result struct {
				Count  int
				Failed []string
			}
			r := get[result](t, page, fmt.Sprintf(`import("/testdata/%s.test.js").then(m => m.default())`, name))
			for _, s := range r.Failed {
				t.Error(s)
			}
			if r.Count < 5 {
				t.Errorf("only %d tests ran", r.Count)
			}
		})
	}
}
