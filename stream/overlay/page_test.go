package overlay_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/internal/browser"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

// within bounds one call to the page, not the wait for something to happen.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func visit(t *testing.T, page *browser.Page, url string) {
	t.Helper()
	if err := page.Navigate(within(t), url); err != nil {
		t.Fatal(err)
	}
}

// waitFor asks the page until the expression is true.
func waitFor(t *testing.T, page *browser.Page, expression string) {
	t.Helper()
	for start := time.Now(); !get[bool](t, page, "Boolean("+expression+")"); time.Sleep(50 * time.Millisecond) {
		if time.Since(start) > 20*time.Second {
			t.Fatalf("never true: %s\npage: %s\nconsole: %s", expression, get[string](t, page, "document.body.innerText"), firstWords(page.Console()))
		}
	}
}

// firstWords is the beginning of what the console holds.
func firstWords(console []string) string {
	all := strings.Join(console[:min(3, len(console))], "\n")
	return all[:min(600, len(all))]
}

func get[T any](t *testing.T, page *browser.Page, expression string) (v T) {
	t.Helper()
	if err := page.Evaluate(within(t), expression, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// shoot keeps a picture of the page where ATTUNE_ARTIFACTS names a folder.
func shoot(t *testing.T, page *browser.Page, name string) {
	t.Helper()
	dir := os.Getenv("ATTUNE_ARTIFACTS")
	if dir == "" {
		return
	}
	png, err := page.Screenshot(within(t))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "overlay-"+name+".png"), png, 0o644)
	}
	if err != nil {
		t.Error(err)
	}
}

// quiet fails the test if the page complained on its console, except of network
// errors that the test itself caused.
func quiet(t *testing.T, page *browser.Page, except ...string) {
	t.Helper()
lines:
	for _, line := range page.Console() {
		for _, e := range except {
			if strings.Contains(line, e) {
				continue lines
			}
		}
		t.Errorf("console: %s", line)
	}
}

const status = "document.body.dataset.status"
const openCue = `document.querySelector("#cue").dataset.cue`

func TestCueAppearsAndClears(t *testing.T) {
	f := newFeed(t, 40*time.Second)
	page := browser.Open(t, browser.Config{})
	visit(t, page, f.page())
	waitFor(t, page, status+` === "waiting"`)

	f.emit(t, &stream.Event{Type: stream.InteractionStarted})
	f.emit(t, stress(f.now(), ptr(.62), .7, ""))
	waitFor(t, page, status+` === "live"`)
	if got := get[string](t, page, openCue); got != "none" {
		t.Fatalf("a cue is shown before there is one: %s", got)
	}
	f.emit(t, cue("c1", f.now(), f.now()-time.Second, true))
	waitFor(t, page, openCue+` === "open"`)
	text := get[string](t, page, `document.querySelector("#cue").innerText`)
	for _, want := range []string{"Acknowledge first", "Say what went wrong", "They said that"} {
		if !strings.Contains(text, want) {
			t.Errorf("the cue lacks %q: %s", want, text)
		}
	}
	waitFor(t, page, `document.querySelector("#live").textContent.includes("Acknowledge first")`)

	f.emit(t, stress(f.now(), ptr(.5), .7, ""))
	f.emit(t, cue("c1", f.now(), f.now()-time.Second, false))
	waitFor(t, page, openCue+` === "none"`)
	quiet(t, page, "favicon")
}

func TestCueOnOldEvidenceIsNotShown(t *testing.T) {
	f := newFeed(t, time.Minute)
	f.emit(t, stress(f.now(), ptr(.6), .7, ""))
	f.emit(t, cue("late", f.now()-10*time.Second, f.now()-12*time.Second, true))
	page := browser.Open(t, browser.Config{})
	visit(t, page, f.page())
	waitFor(t, page, status+` === "live"`)
	if got := get[string](t, page, openCue); got != "none" {
		t.Error("a cue on evidence of 12 s ago is shown")
	}
	f.emit(t, cue("new", f.now(), f.now()-time.Second, true))
	waitFor(t, page, `document.querySelector("#cue").dataset.cueId === "new"`)
}

func TestPutAwayAndMuteStayOnThePage(t *testing.T) {
	f := newFeed(t, time.Minute)
	page := browser.Open(t, browser.Config{})
	visit(t, page, f.page())
	f.talk(t, .6)
	f.emit(t, cue("c1", f.now(), f.now(), true))
	waitFor(t, page, openCue+` === "open"`)
	before := len(f.requested())
	click := func(label string) {
		t.Helper()
		get[bool](t, page, `[...document.querySelectorAll("#cue button")].find(b => b.textContent === "`+label+`").click() ?? true`)
	}
	click("Put away")
	waitFor(t, page, openCue+` === "none"`)
	if got := get[string](t, page, "document.activeElement.textContent"); got != "Mute cues" {
		t.Errorf("focus went to %q", got)
	}
	click("Mute cues")
	f.emit(t, cue("c2", f.now(), f.now(), true))
	f.emit(t, &stream.Event{Type: stream.PromiseUpdated, At: f.now(), Promise: &scoring.Promise{ID: "p", By: "COMPANY", State: "made", What: "refund"}})
	waitFor(t, page, `document.querySelector("#promises").textContent.includes("Refund")`) // so c2 has come, too
	if got := get[string](t, page, openCue); got != "none" {
		t.Error("a muted page shows a cue")
	}
	click("Show cues")
	waitFor(t, page, `document.querySelector("#cue").dataset.cueId === "c2"`)
	if after := len(f.requested()); after != before {
		t.Errorf("muting sent %d requests: %v", after-before, f.requested()[before:])
	}
}

func TestGoesStaleAndComesBackWithLastEventID(t *testing.T) {
	f := newFeed(t, time.Minute)
	page := browser.Open(t, browser.Config{})
	visit(t, page, f.page())
	f.talk(t, .4)
	f.emit(t, cue("c1", f.now(), f.now(), true))
	waitFor(t, page, openCue+` === "open"`)

	f.answer(http.StatusBadGateway)
	f.hangUp()
	waitFor(t, page, status+` === "stale"`)
	if got := get[string](t, page, openCue); got != "none" {
		t.Error("advice stands although nothing comes in")
	}
	f.emit(t, &stream.Event{Type: stream.PromiseUpdated, At: f.now(), Promise: &scoring.Promise{ID: "p", By: "COMPANY", State: "made", What: "refund"}})
	f.answer(0)
	waitFor(t, page, status+` === "live"`)
	waitFor(t, page, `document.querySelector("#promises").textContent.includes("Refund")`)
	h, n := f.lastAsked()
	if after, _ := strconv.Atoi(h.Get("Last-Event-ID")); n < 2 || after < 2 {
		t.Errorf("request %d asked for events after %q", n, h.Get("Last-Event-ID"))
	}
}

func TestStaleWhenNothingComesThoughConnected(t *testing.T) {
	f := newFeed(t, time.Minute)
	f.emit(t, stress(f.now()-30*time.Second, ptr(.4), .7, ""))
	page := browser.Open(t, browser.Config{})
	visit(t, page, f.page())
	waitFor(t, page, status+` === "stale"`)
	if text := get[string](t, page, `document.querySelector("#notice").innerText`); !strings.Contains(text, "0:30") {
		t.Errorf("the notice does not say how old it is: %s", text)
	}
}

func TestStates(t *testing.T) {
	page := browser.Open(t, browser.Config{})
	for name, tc := range map[string]struct {
		code string
		why  string // shown with it
		feed func(f *feed)
	}{
		"paused":     {"paused", "paused", func(f *feed) { f.emit(t, stress(f.now(), nil, 0, attune.ReasonPaused)) }},
		"no consent": {"no_consent", "No score: no consent.", func(f *feed) { f.emit(t, stress(f.now(), nil, 0, attune.ReasonNoConsent)) }},
		"warming":    {"live", "No score: too little speech yet.", func(f *feed) { f.emit(t, stress(f.now(), nil, 0, attune.ReasonLittleSpeech)) }},
		"degraded": {"degraded", "later than usual", func(f *feed) {
			e := stress(f.now(), ptr(.3), .7, "")
			e.Degraded = true
			f.emit(t, e)
		}},
		"redis down": {"redis_down", "cannot be delivered", func(f *feed) {
			f.emit(t, stress(f.now(), ptr(.3), .7, ""))
			f.send("event: status\ndata: {\"redis_down\":true}\n\n")
		}},
		"ended": {"ended", "over", func(f *feed) {
			f.emit(t, stress(f.now(), ptr(.3), .7, ""))
			f.emit(t, &stream.Event{Type: stream.InteractionCompleted, At: f.now()})
		}},
		"failed":  {"failed", "cut off", func(f *feed) { f.emit(t, &stream.Event{Type: stream.InteractionFailed, Failure: "x", At: f.now()}) }},
		"erased":  {"erased", "erased", func(f *feed) { f.emit(t, &stream.Event{Type: stream.Erased, At: f.now()}) }},
		"refused": {"refused", "Open it again", func(f *feed) { f.answer(http.StatusUnauthorized) }},
		"redis away at the start": {"redis_down", "cannot be delivered", func(f *feed) {
			f.answer(http.StatusServiceUnavailable)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFeed(t, 20*time.Second)
			tc.feed(f)
			visit(t, page, f.page())
			waitFor(t, page, status+` === "`+tc.code+`"`)
			waitFor(t, page, `document.querySelector("main").innerText.includes("`+tc.why+`")`)
			shoot(t, page, "state-"+strings.ReplaceAll(name, " ", "-"))
		})
	}
}

func TestTokenLeavesTheAddress(t *testing.T) {
	f := newFeed(t, time.Minute)
	f.emit(t, stress(f.now(), ptr(.4), .7, ""))
	page := browser.Open(t, browser.Config{})
	visit(t, page, f.page()+"#token=a-secret%2Bof-16-letters")
	waitFor(t, page, status+` === "live"`)
	if href := get[string](t, page, "location.href"); href != f.page() {
		t.Errorf("the address is %s", href)
	}
	h, _ := f.lastAsked()
	if got := h.Get("Authorization"); got != "Bearer a-secret+of-16-letters" {
		t.Errorf("Authorization: %q", got)
	}
	if got := h.Get("Referer"); got != "" {
		t.Errorf("Referer: %q", got)
	}
	if held := get[string](t, page, "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"); strings.Contains(held, "secret") {
		t.Errorf("the token was stored: %s", held)
	}
}
