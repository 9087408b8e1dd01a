package browser

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

func TestPage(t *testing.T) {
	page := Open(t, Config{Width: 640, Height: 480})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<title>at %s</title><p id=p>one</p><script>console.log('hello')</script>", r.URL.Path)
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	for _, path := range []string{"/a", "/b"} {
		if err := page.Navigate(ctx, server.URL+path); err != nil {
			t.Fatal(err)
		}
		var title string
		if err := page.Evaluate(ctx, "document.title", &title); err != nil || title != "at "+path {
			t.Fatalf("title %q, %v", title, err)
		}
	}
	var sum int
	if err := page.Evaluate(ctx, "new Promise(done => setTimeout(() => done(2 + 3), 10))", &sum); err != nil || sum != 5 {
		t.Errorf("promise gave %d, %v", sum, err)
	}
	if err := page.Evaluate(ctx, "missing.property", nil); err == nil || !strings.Contains(err.Error(), "missing is not defined") {
		t.Errorf("exception came back as %v", err)
	}
	if err := page.Evaluate(ctx, "setTimeout(() => p.textContent = 'two', 100), 0", nil); err != nil {
		t.Fatal(err)
	}
	if err := page.WaitFor(ctx, "p.textContent === 'two'"); err != nil {
		t.Error(err)
	}
	if err := page.Navigate(ctx, "http://127.0.0.1:1/"); err == nil {
		t.Error("a page that is not there opened")
	}
	if said := strings.Join(page.Console(), "\n"); !strings.Contains(said, "hello") {
		t.Errorf("console: %q", said)
	}
	if err := page.Resize(ctx, 320, 200); err != nil {
		t.Fatal(err)
	}
	shot, err := page.Screenshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.DecodeConfig(bytes.NewReader(shot))
	if err != nil || img.Width != 320 || img.Height != 200 {
		t.Errorf("screenshot %dx%d, %v", img.Width, img.Height, err)
	}
	profile := page.process.profile
	if err := page.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(profile); !os.IsNotExist(err) {
		t.Errorf("profile is left behind: %v", err)
	}
	if err := page.Evaluate(ctx, "1", nil); err == nil {
		t.Error("a closed page answered")
	}
}

func TestStartSaysWhatFailed(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := Start(ctx, Config{Path: "/does/not/exist"}); err == nil {
		t.Error("a missing program started")
	}
	if _, err := Start(ctx, Config{Path: "/bin/true"}); err == nil || !strings.Contains(err.Error(), "without opening DevTools") {
		t.Errorf("got %v", err)
	}
}
