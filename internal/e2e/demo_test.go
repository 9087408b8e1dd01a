package e2e

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/attune-cx/attune/internal/browser"
	"github.com/attune-cx/attune/internal/demo"
	"github.com/attune-cx/attune/internal/service"
	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/schema"
)

// patience is how long the demo may take with everything around it; the call
// itself lasts 94 s, since it is played in real time.
const patience = 6 * time.Minute

// The main job: a call as RTP packets with its transcript, and a chat beside it,
// become cues and a curve on the page, and events without a gap in Redis.
func TestDemoOnThePage(t *testing.T) {
	if testing.Short() {
		t.Skip("the demo's call lasts 94 s")
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s := start(t, ctx)
	base := "http://" + s.Addr()
	d, err := demo.New(ctx, base)
	if err != nil {
		t.Fatal(err)
	}
	page := open(t, ctx, base, d.Call)
	played := make(chan error, 1)
	go func() { played <- d.Play(ctx) }()

	page.until(`document.querySelector("#cue").dataset.cue === "open"`)
	cue := page.text(`document.querySelector("#cue").dataset.cueId`)
	words := page.text(`document.querySelector("#cue").innerText`)
	t.Logf("cue %s: %q", cue, words)
	if lines := strings.Fields(words); len(lines) < 8 {
		t.Errorf("the cue has no title, advice and reason: %q", words)
	}
	page.keep("demo-cue")
	page.until(`document.querySelector("#cue").dataset.cueId !== ` + strconv.Quote(cue))
	page.until(`[...document.querySelectorAll("#stress path.line")].reduce((sum, p) => sum + p.getTotalLength(), 0) > 40`)
	page.keep("demo-curve")
	page.until(`[...document.querySelectorAll("#moments .row")].some(r => r.dataset.state === "given")`)
	page.until(`document.querySelectorAll("#promises .row").length > 0`)
	page.keep("demo-promise")
	if got := page.text(`document.body.dataset.status`); got != "live" {
		t.Errorf("in the middle of the call the page says %s", got)
	}

	if err := <-played; err != nil {
		t.Fatal(err)
	}
	page.until(`document.body.dataset.status === "ended"`)
	page.keep("demo-ended")
	if said := page.tab.Console(); len(said) > 0 {
		t.Errorf("the page complained: %s", strings.Join(said, "\n"))
	}
	for _, id := range []string{d.Call, d.Chat} {
		counts := readBack(t, ctx, s.RedisAddr(), s.Keys, id)
		t.Logf("%s: %v", id, counts)
		for _, kind := range []stream.Type{stream.InteractionStarted, stream.ScoreUpdated, stream.CueOpened, stream.CueClosed, stream.InteractionCompleted} {
			if counts[kind] == 0 {
				t.Errorf("%s: no %s", id, kind)
			}
		}
		if counts[stream.CueOpened] != counts[stream.CueClosed] {
			t.Errorf("%s: %d cues opened, %d closed", id, counts[stream.CueOpened], counts[stream.CueClosed])
		}
	}
}

// start runs the service as `attune demo` does, until the test ends.
func start(t *testing.T, ctx context.Context) *service.Service {
	t.Helper()
	s, err := service.New(ctx, demo.Config("127.0.0.1:0"), service.Options{})
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(running) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("service: %v", err)
		}
	})
	return s
}

// readBack reads an interaction's events with a plain client, checks each against
// its schema, and that seq runs 1, 2, 3 ... to the end; it counts them by type.
func readBack(t *testing.T, ctx context.Context, addr string, keys stream.Keys, id string) map[stream.Type]int {
	t.Helper()
	client := goredis.NewClient(&goredis.Options{Addr: addr})
	defer client.Close()
	counts := make(map[stream.Type]int)
	for _, key := range []string{keys.Interaction(id), keys.Events(keys.Shard(id))} {
		entries, err := client.XRange(ctx, key, "-", "+").Result()
		if err != nil {
			t.Fatal(err)
		}
		next := uint64(1)
		clear(counts)
		for _, entry := range entries {
			if of, shared := entry.Values["subject"]; shared && of != id {
				continue // the shard's stream holds those of others, too
			}
			data, _ := entry.Values["data"].(string)
			if err := schema.ValidateEvent([]byte(data)); err != nil {
				t.Errorf("%s %s: %v", key, entry.ID, err)
			}
			env, err := stream.Decode([]byte(data))
			if err != nil {
				t.Fatal(err)
			}
			if beside := seqBeside(entry); env.Data.Seq != next || beside != strconv.FormatUint(next, 10) {
				t.Fatalf("%s %s: seq %d beside %s, want %d", key, entry.ID, env.Data.Seq, beside, next)
			}
			next++
			counts[env.Type]++
		}
		if next == 1 {
			t.Errorf("%s holds nothing of %s", key, id)
		}
	}
	return counts
}

// seqBeside is the seq that stands beside an entry's data: a field in the shard's
// stream, the first half of the id in an interaction's own.
func seqBeside(entry goredis.XMessage) string {
	if seq, ok := entry.Values["seq"].(string); ok {
		return seq
	}
	seq, _, _ := strings.Cut(entry.ID, "-")
	return seq
}

// view is the overlay in a Chromium.
type view struct {
	t   *testing.T
	ctx context.Context
	tab *browser.Page
}

func open(t *testing.T, ctx context.Context, base, id string) *view {
	t.Helper()
	v := &view{t, ctx, browser.Open(t, browser.Config{Width: 420, Height: 1000})}
	if err := v.tab.Resize(ctx, 420, 1000); err != nil {
		t.Fatal(err)
	}
	if err := v.tab.Navigate(ctx, base+"/overlay/?interaction="+id); err != nil {
		t.Fatal(err)
	}
	return v
}

// until asks the page until the expression is true.
func (v *view) until(expression string) {
	v.t.Helper()
	for start := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		var ok bool
		if err := v.tab.Evaluate(v.ctx, "Boolean("+expression+")", &ok); err != nil {
			v.t.Fatal(err)
		}
		if ok {
			return
		}
		if time.Since(start) > 2*time.Minute {
			v.keep("demo-failed")
			v.t.Fatalf("never true: %s\npage: %s", expression, v.text("document.body.innerText"))
		}
	}
}

func (v *view) text(expression string) (s string) {
	v.t.Helper()
	if err := v.tab.Evaluate(v.ctx, expression, &s); err != nil {
		v.t.Fatal(err)
	}
	return s
}

// keep writes a picture of the page to $ATTUNE_ARTIFACTS, or to out/ in the root
// of the repository, which git ignores.
func (v *view) keep(name string) {
	v.t.Helper()
	time.Sleep(400 * time.Millisecond) // what has just come is still fading in
	png, err := v.tab.Screenshot(v.ctx)
	if err != nil {
		v.t.Fatal(err)
	}
	dir := os.Getenv("ATTUNE_ARTIFACTS")
	if dir == "" {
		dir = filepath.Join("..", "..", "out")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		v.t.Fatal(err)
	}
}
