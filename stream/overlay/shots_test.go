package overlay_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/internal/browser"
	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

// conversation sends four minutes of a call in which everything happens.
func conversation(t *testing.T, f *feed) {
	t.Helper()
	f.emit(t, &stream.Event{Type: stream.InteractionStarted})
	onset := attune.Span{Begin: 118 * time.Second, End: 122 * time.Second}
	for at := time.Second; at < f.now(); at += time.Second {
		s := at.Seconds()
		e := stress(at, ptr(.28+.42/(1+math.Exp(-(s-125)/8))-.25/(1+math.Exp(-(s-195)/9))+.03*math.Sin(s/5)), min(.85, .2+s/150), "")
		switch {
		case s < 75:
			e = stress(at, nil, 0, attune.ReasonLittleSpeech)
		case s > 150 && s < 168:
			e = stress(at, nil, 0, attune.ReasonPaused)
		case s > 122:
			stress := e.Snapshot.Scores[scoring.Stress]
			stress.Evidence = []scoring.Evidence{{Kind: "onset", Span: onset}}
			e.Snapshot.Scores[scoring.Stress] = stress
		}
		f.emit(t, e)
	}
	moment := func(id, state string, at time.Duration, reason attune.Reason, kinds ...string) scoring.Opportunity {
		o := scoring.Opportunity{ID: id, ParticipantID: "agent", State: state, Reason: reason, Span: attune.Span{Begin: at, End: at + 4*time.Second}}
		for _, k := range kinds {
			o.Evidence = append(o.Evidence, scoring.Evidence{Kind: k})
		}
		return o
	}
	f.emit(t, serving(f.now(), moment("o0", "unknown", 80*time.Second, attune.ReasonNoRecogniser), moment("o1", "missed", 96*time.Second, ""),
		moment("o2", "given", 124*time.Second, "", "apology", "paraphrase", "commitment"), moment("o3", "not_needed", 175*time.Second, ""),
		moment("o4", "open", f.now()-6*time.Second, "")))
	f.emit(t, cue("c1", 126*time.Second, 125*time.Second, true))
	f.emit(t, cue("c1", 139*time.Second, 139*time.Second, false))
	for name, state := range map[string]string{"greeted_by_name": "met", "history_known": "missed", "not_asked_to_repeat": "met", "need_understood": "pending", "resolved": "unknown", "promises_kept": "n/a"} {
		x := &scoring.Expectation{Name: name, State: state}
		if state == "unknown" {
			x.Reason = attune.ReasonNoCRM
		}
		f.emit(t, &stream.Event{Type: stream.ExpectationUpdated, At: f.now(), Expectation: x})
	}
	for i, p := range []scoring.Promise{
		{By: "COMPANY", State: "made", What: "call_back", Due: ptr(time.Now().Add(3 * time.Hour))},
		{By: "CUSTOMER", State: "made", What: "pay", Due: ptr(time.Now().Add(50 * time.Hour))},
		{By: "COMPANY", State: "due", What: "refund", Due: ptr(time.Now())},
		{By: "COMPANY", State: "kept", What: "send"},
	} {
		p.ID = fmt.Sprint("p", i)
		f.emit(t, &stream.Event{Type: stream.PromiseUpdated, At: f.now(), Promise: &p})
	}
}

// The page must fit where it is put: at each width nothing is wider than the
// page, and no text is cut off.
func TestFitsFrom320PixelsUp(t *testing.T) {
	f := newFeed(t, 240*time.Second)
	conversation(t, f)
	f.talk(t, .47)
	f.emit(t, cue("c2", f.now(), f.now()-time.Second, true))
	page := browser.Open(t, browser.Config{Width: 420, Height: 1000})
	for _, scheme := range []string{"light", "dark"} {
		media := map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}
		if err := page.Call(within(t), "Emulation.setEmulatedMedia", media, nil); err != nil {
			t.Fatal(err)
		}
		for _, width := range []int{320, 420, 900} {
			if err := page.Resize(within(t), width, map[bool]int{true: 700, false: 1060}[width == 900]); err != nil {
				t.Fatal(err)
			}
			visit(t, page, f.page())
			f.emit(t, cue(fmt.Sprint(scheme, width), f.now(), f.now()-time.Second, true))
			waitFor(t, page, openCue+` === "open"`)
			if got := get[int](t, page, "document.documentElement.scrollWidth"); got > width {
				t.Errorf("%d px: the page is %d px wide", width, got)
			}
			cut := get[[]string](t, page, `[...document.querySelectorAll("h1,h2,p,li,button,.status")].filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && !e.closest(".unseen")).map(e => e.outerHTML.slice(0, 80))`)
			if len(cut) > 0 {
				t.Errorf("%d px: text is cut off: %v", width, cut)
			}
			time.Sleep(400 * time.Millisecond) // the cue's arrival is drawn
			shoot(t, page, fmt.Sprintf("%s-%d", scheme, width))
		}
	}
	quiet(t, page)
}
