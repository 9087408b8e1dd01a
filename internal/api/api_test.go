package api_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/internal/api"
	"github.com/attune-cx/attune/internal/pipeline"
	"github.com/attune-cx/attune/stream"
)

// serve puts the API over a running engine, with one interaction c1 whose customer
// and agent may be read.
func serve(t *testing.T, change func(*api.Config)) *httptest.Server {
	t.Helper()
	reader, err := lexical.New(lexical.Config{Zone: "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := pipeline.New(pipeline.Config{Reader: reader, Sink: stream.NewMemorySink(), Shards: 1})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- engine.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	if _, _, err := engine.Create(ctx, attune.Interaction{ID: "c1", Purpose: attune.PurposeTest}); err != nil {
		t.Fatal(err)
	}
	may := attune.Consent{AnalyseText: true, Basis: "test"}
	for _, role := range []attune.Role{attune.RoleCustomer, attune.RoleAgent} {
		if _, err := engine.Join(ctx, "c1", attune.Participant{Role: role}, attune.ChannelVoice, may, true); err != nil {
			t.Fatal(err)
		}
	}
	cfg := api.Config{Engine: engine}
	if change != nil {
		change(&cfg)
	}
	s := httptest.NewServer(api.New(cfg))
	t.Cleanup(s.Close)
	return s
}

type answer struct {
	status int
	header http.Header
	body   string
}

func call(t *testing.T, s *httptest.Server, method, path, body string, header ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(b)}
}

func TestEveryErrorIsAProblemDocument(t *testing.T) {
	s := serve(t, nil)
	for _, tc := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"GET", "/v1/nothing", "", 404, "/openapi.yaml"},
		{"GET", "/", "", 404, "/openapi.yaml"},
		{"PUT", "/v1/interactions", "", 405, "GET, HEAD, POST"},
		{"POST", "/v1/interactions/nobody/end", "", 404, "not running"},
		{"POST", "/v1/interactions/c1/messages", `{"role":"CUSTOMER"}`, 400, "text is missing"},
		{"DELETE", "/v1/interactions/c1", "", 501, "not available"},
	} {
		a := call(t, s, tc.method, tc.path, tc.body)
		var p struct {
			Title, Detail string
			Status        int
		}
		if err := json.Unmarshal([]byte(a.body), &p); err != nil {
			t.Fatalf("%s %s: %v in %q", tc.method, tc.path, err, a.body)
		}
		if a.status != tc.status || p.Status != tc.status || !strings.Contains(p.Detail, tc.says) || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d %s %s", tc.method, tc.path, a.status, a.header.Get("Content-Type"), a.body)
		}
	}
	if allow := call(t, s, "PUT", "/v1/interactions", "").header.Get("Allow"); allow != "GET, HEAD, POST" {
		t.Errorf("Allow: %q", allow)
	}
}

// A proxy may relay a vendor's events as they come: interim, final, and those
// without words.
func TestEventsOfOtherRecognisers(t *testing.T) {
	s := serve(t, nil)
	const path = "/v1/interactions/c1/transcripts?format=assemblyai&role=CUSTOMER"
	turn := func(words string, final string) string {
		return `{"type":"Turn","turn_order":3,"end_of_turn":` + final + `,"transcript":"` + words + `","words":[]}`
	}
	for _, tc := range []struct {
		path, body string
		status     int
		says       string
	}{
		{path, turn("where is", "false"), 202, `"id":"customer/`},
		{path, turn("where is my parcel", "true"), 202, `"analysed":true`},
		{path, turn("where is my parcel", "true"), 202, `"duplicate":true`},
		{path, `{"type":"Begin","id":"x"}`, 202, `{"texts":[]}`},
		{path, `{"type":`, 400, "assemblyai"},
		{"/v1/interactions/c1/transcripts?format=fax", `{}`, 400, "contact-lens"},
		{"/v1/interactions/c1/transcripts?format=assemblyai", turn("hello", "true"), 400, "give role"},
		{"/v1/interactions/nobody/transcripts?format=assemblyai&role=AGENT", turn("hello", "true"), 404, "not running"},
	} {
		if a := call(t, s, "POST", tc.path, tc.body); a.status != tc.status || !strings.Contains(a.body, tc.says) {
			t.Errorf("%s %s: %d %s", tc.path, tc.body, a.status, a.body)
		}
	}
}

func TestTokens(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(file, []byte("# read alone\nreader-0123456789abcdef read\nadmin-0123456789abcdef admin\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tokens, err := api.LoadTokens(file)
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, func(c *api.Config) { c.Tokens = tokens })
	for _, tc := range []struct {
		token  string
		method string
		want   int
	}{
		{"", "GET", 401}, {"wrong", "GET", 401}, {"reader-0123456789abcdef", "GET", 404},
		{"reader-0123456789abcdef", "POST", 403}, {"admin-0123456789abcdef", "POST", 404},
	} {
		path := "/v1/interactions/nobody"
		if tc.method == "POST" {
			path += "/end"
		}
		if a := call(t, s, tc.method, path, "", "Authorization", "Bearer "+tc.token); a.status != tc.want {
			t.Errorf("%s with %q: %d, want %d", tc.method, tc.token, a.status, tc.want)
		}
	}
}

func TestTheDescriptionIsServed(t *testing.T) {
	a := call(t, serve(t, nil), "GET", "/openapi.yaml", "")
	if a.status != 200 || !strings.Contains(a.body, "openapi: 3") {
		t.Errorf("%d %.80s", a.status, a.body)
	}
}
