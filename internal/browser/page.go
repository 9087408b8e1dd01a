package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

// Page is one tab of a Chromium of its own. Its methods may be called from
// several goroutines.
type Page struct {
	process *process
	tools   *devtools
	session string
	loaded  chan struct{}

	mu      sync.Mutex
	console []string
}

// Open starts a Chromium for the length of a test. See Find for what happens
// where there is none.
func Open(t testing.TB, cfg Config) *Page {
	t.Helper()
	if cfg.Path == "" {
		cfg.Path = Find(t)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	p, err := Start(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// Start starts the Chromium at cfg.Path with a fresh profile and opens an empty
// page. ctx bounds the start alone; Close ends it.
func Start(ctx context.Context, cfg Config) (*Page, error) {
	proc, address, err := start(ctx, cfg)
	if err != nil {
		return nil, err
	}
	p := &Page{process: proc, loaded: make(chan struct{}, 1)}
	if p.tools, err = dial(ctx, address, p.event); err == nil {
		err = p.attach(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// attach opens a page and asks for its events.
func (p *Page) attach(ctx context.Context) error {
	var target struct{ TargetID string }
	if err := p.tools.call(ctx, "", "Target.createTarget", map[string]any{"url": "about:blank"}, &target); err != nil {
		return err
	}
	var session struct{ SessionID string }
	params := map[string]any{"targetId": target.TargetID, "flatten": true}
	if err := p.tools.call(ctx, "", "Target.attachToTarget", params, &session); err != nil {
		return err
	}
	p.session = session.SessionID
	for _, domain := range []string{"Page.enable", "Runtime.enable", "Log.enable"} {
		if err := p.Call(ctx, domain, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// event keeps what the page says on its console, and its load events.
func (p *Page) event(method string, params json.RawMessage) {
	switch method {
	case "Page.loadEventFired":
		select {
		case p.loaded <- struct{}{}:
		default:
		}
	case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded":
		p.mu.Lock()
		p.console = append(p.console, method+" "+string(params))
		p.mu.Unlock()
	}
}

// Console returns what the page wrote to its console so far, and the exceptions
// that it did not catch: the events' JSON, one a line. Empty is a good sign.
func (p *Page) Console() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.console...)
}

// Call sends any DevTools command to the page, such as
// Emulation.setDeviceMetricsOverride, and decodes its result unless nil.
func (p *Page) Call(ctx context.Context, method string, params, result any) error {
	return p.tools.call(ctx, p.session, method, params, result)
}

// Navigate opens a URL and waits until the page is loaded.
func (p *Page) Navigate(ctx context.Context, url string) error {
	select { // forget an earlier load
	case <-p.loaded:
	default:
	}
	var result struct{ ErrorText string }
	if err := p.Call(ctx, "Page.navigate", map[string]any{"url": url}, &result); err != nil {
		return err
	}
	if result.ErrorText != "" {
		return fmt.Errorf("browser: open %s: %s", url, result.ErrorText)
	}
	select {
	case <-p.loaded:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("browser: open %s: %w", url, ctx.Err())
	}
}

// Evaluate runs a JavaScript expression in the page, waits for it if it is a
// promise, and decodes its value, which must go into JSON, into result unless
// that is nil. An exception comes back as the error.
func (p *Page) Evaluate(ctx context.Context, expression string, result any) error {
	var got struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	params := map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true}
	if err := p.Call(ctx, "Runtime.evaluate", params, &got); err != nil {
		return err
	}
	if e := got.ExceptionDetails; e != nil {
		return fmt.Errorf("browser: page threw: %s %s", e.Text, e.Exception.Description)
	}
	if result == nil {
		return nil
	}
	if len(got.Result.Value) == 0 {
		return fmt.Errorf("browser: %q has no value", expression)
	}
	if err := json.Unmarshal(got.Result.Value, result); err != nil {
		return fmt.Errorf("browser: value of %q: %w", expression, err)
	}
	return nil
}

// WaitFor asks the page until the expression is true or ctx ends.
func (p *Page) WaitFor(ctx context.Context, expression string) error {
	every := time.NewTicker(50 * time.Millisecond)
	defer every.Stop()
	for {
		var ok bool
		if err := p.Evaluate(ctx, "Boolean("+expression+")", &ok); err != nil {
			return err
		}
		if ok {
			return nil
		}
		select {
		case <-every.C:
		case <-ctx.Done():
			return fmt.Errorf("browser: %q never became true: %w", expression, ctx.Err())
		}
	}
}

// Resize sets the size of the page in CSS pixels.
func (p *Page) Resize(ctx context.Context, width, height int) error {
	params := map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}
	return p.Call(ctx, "Emulation.setDeviceMetricsOverride", params, nil)
}

// Screenshot returns what the window shows, as a PNG.
func (p *Page) Screenshot(ctx context.Context) ([]byte, error) {
	var shot struct{ Data []byte }
	err := p.Call(ctx, "Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	return shot.Data, err
}

// Close ends this Chromium and removes its profile.
func (p *Page) Close() error {
	if p.tools != nil {
		_ = p.tools.conn.CloseNow() // the program is killed next
	}
	return p.process.stop()
}
