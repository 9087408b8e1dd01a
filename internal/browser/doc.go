// Package browser drives a real headless Chromium from tests, over the DevTools
// protocol on a WebSocket, with nothing installed but Debian's chromium.
//
//	page := browser.Open(t, browser.Config{})      // closed when the test ends
//	page.Navigate(ctx, server.URL)
//	page.WaitFor(ctx, `document.querySelector("#cue") !== null`)
//	page.Evaluate(ctx, `document.title`, &title)
//	png, err := page.Screenshot(ctx)
//
// [Find] decides whether there is a Chromium: a test without one is skipped on a
// developer's machine and fails where CI=true.
package browser
