package overlay

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func ask(t *testing.T, h http.Handler, method, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestFilesAreServedWithTheirKind(t *testing.T) {
	h := Handler(Config{})
	for path, kind := range map[string]string{
		"/overlay/": "text/html", "/overlay/index.html": "text/html", "/overlay/main.js": "text/javascript",
		"/overlay/style.css": "text/css", "/overlay/icon.svg": "image/svg+xml",
	} {
		res := ask(t, h, "GET", path)
		body, _ := io.ReadAll(res.Body)
		if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), kind) || len(body) == 0 {
			t.Errorf("%s: %d %s, %d bytes", path, res.StatusCode, res.Header.Get("Content-Type"), len(body))
		}
	}
	for _, path := range []string{"/overlay/../doc.go", "/overlay/none.js", "/overlay/static/main.js", "/overlay", "/main.js"} {
		if res := ask(t, h, "GET", path); res.StatusCode != 404 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if res := ask(t, h, "POST", "/overlay/"); res.StatusCode != 405 || res.Header.Get("Allow") == "" {
		t.Errorf("POST: %d", res.StatusCode)
	}
	head := ask(t, h, "HEAD", "/overlay/main.js")
	if body, _ := io.ReadAll(head.Body); len(body) != 0 || head.Header.Get("Content-Length") == "" {
		t.Errorf("HEAD sent %d bytes, length %q", len(body), head.Header.Get("Content-Length"))
	}
}

func TestETag(t *testing.T) {
	h := Handler(Config{})
	first := ask(t, h, "GET", "/overlay/main.js")
	tag := first.Header.Get("ETag")
	if len(tag) != 34 {
		t.Fatalf("ETag %q", tag)
	}
	if other := ask(t, h, "GET", "/overlay/style.css").Header.Get("ETag"); other == tag {
		t.Error("two files share an ETag")
	}
	for match, want := range map[string]int{tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200, "": 200} {
		res := ask(t, h, "GET", "/overlay/main.js", "If-None-Match", match)
		if res.StatusCode != want || res.Header.Get("ETag") != tag {
			t.Errorf("If-None-Match %s: %d, want %d", match, res.StatusCode, want)
		}
	}
}

func TestPolicyOnEveryAnswer(t *testing.T) {
	h := Handler(Config{FrameAncestors: []string{"https://crm.example"}})
	for _, path := range []string{"/overlay/", "/overlay/none"} {
		header := ask(t, h, "GET", path).Header
		policy := header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
			"img-src 'self'", "frame-ancestors https://crm.example", "base-uri 'none'", "form-action 'none'",
			"require-trusted-types-for 'script'", "trusted-types 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %s: %s", path, want, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || header.Get("X-Frame-Options") != "" {
			t.Errorf("%s: %v", path, header)
		}
		for _, name := range []string{"X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy"} {
			if header.Get(name) == "" {
				t.Errorf("%s: no %s", path, name)
			}
		}
	}
}

func TestFrameAncestors(t *testing.T) {
	for _, tc := range []struct {
		list []string
		want string
	}{
		{nil, "'none'"},
		{[]string{" https://crm.example/ "}, "https://crm.example"},
		{[]string{"https://*.example:8443", "http://localhost:5173", "self"}, "https://*.example:8443 http://localhost:5173 'self'"},
		{[]string{"https://[2001:db8::1]:*"}, "https://[2001:db8::1]:*"},
		{[]string{"*", "https:", "https://", "data:x", "'none'", "https://a/b", "https://a;script-src *", "https://a b", "https://a,b", "javascript://a", "https://a\nb", ""}, "'none'"},
		{[]string{"https://good.example", "https://x; script-src 'unsafe-inline'"}, "https://good.example"},
	} {
		if got := contentPolicy(tc.list); !strings.Contains(got, "frame-ancestors "+tc.want+"; base-uri") {
			t.Errorf("%q: %s", tc.list, got)
		}
	}
}

// Whatever is configured, the policy keeps its ten directives and no more.
func FuzzFrameAncestors(f *testing.F) {
	for _, s := range []string{"https://crm.example", "self", "https://a; script-src *", "https://\x00", "https://*.a:*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		policy := contentPolicy([]string{s})
		if n := strings.Count(policy, ";"); n != 9 {
			t.Errorf("%q gives %d directives: %s", s, n+1, policy)
		}
		if strings.ContainsAny(policy, ",\n\r\x00") || strings.Contains(policy, "unsafe") && !strings.Contains(s, "unsafe") {
			t.Errorf("%q: %s", s, policy)
		}
	})
}
