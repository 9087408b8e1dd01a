package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// tap stands between the service and its recogniser and keeps what that says.
type tap struct {
	*httptest.Server
	upstream string

	mu      sync.Mutex
	answers []answer
}

// answer is one message of the recogniser's, of its nth connection.
type answer struct {
	conn    int
	came    time.Time
	Partial string
	Text    *string
	Result  []struct {
		Word             string
		Start, End, Conf float64
	}
}

func newTap(t *testing.T, upstream string) *tap {
	t.Helper()
	p := &tap{upstream: upstream}
	conns := 0
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		far, _, err := websocket.Dial(r.Context(), p.upstream, nil)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer far.CloseNow()
		near, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer near.CloseNow()
		near.SetReadLimit(1 << 20)
		p.mu.Lock()
		conns++
		n := conns
		p.mu.Unlock()
		ctx, cancel := context.WithCancel(r.Context())
		go func() { defer cancel(); pump(ctx, far, near, func([]byte) {}) }()
		pump(ctx, near, far, func(b []byte) { p.keep(n, b) })
	}))
	t.Cleanup(p.Server.Close)
	return p
}

// pump copies messages to one side from the other until either ends.
func pump(ctx context.Context, to, from *websocket.Conn, seen func([]byte)) {
	for {
		kind, b, err := from.Read(ctx)
		if err != nil {
			return
		}
		seen(b)
		if to.Write(ctx, kind, b) != nil {
			return
		}
	}
}

func (p *tap) keep(conn int, b []byte) {
	a := answer{conn: conn, came: time.Now()}
	if json.Unmarshal(b, &a) != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers = append(p.answers, a)
}

// heard are the final answers with words so far, and how many interim ones had some.
func (p *tap) heard() (finals []answer, interim int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range p.answers {
		switch {
		case len(a.Result) > 0:
			finals = append(finals, a)
		case a.Partial != "":
			interim++
		}
	}
	return finals, interim
}

func (p *tap) url() string { return "ws" + strings.TrimPrefix(p.URL, "http") }
