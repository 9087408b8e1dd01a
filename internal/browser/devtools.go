package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/coder/websocket"
)

// readLimit is the longest DevTools message taken: a screenshot in base64.
const readLimit = 64 << 20

// message is a DevTools call, answer or event.
type message struct {
	ID      int             `json:"id,omitempty"`
	Session string          `json:"sessionId,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// devtools is one connection. Calls may be made from several goroutines.
type devtools struct {
	conn  *websocket.Conn
	event func(method string, params json.RawMessage) // called from the reader, in order

	mu      sync.Mutex
	last    int
	waiting map[int]chan message
	closed  chan struct{} // closed when the connection is gone
}

func dial(ctx context.Context, address string, event func(string, json.RawMessage)) (*devtools, error) {
	conn, resp, err := websocket.Dial(ctx, address, nil)
	if err != nil {
		return nil, fmt.Errorf("browser: connect to DevTools: %w", err)
	}
	if resp.Body != nil {
		_ = resp.Body.Close()
	}
	conn.SetReadLimit(readLimit)
	d := &devtools{conn: conn, event: event, waiting: map[int]chan message{}, closed: make(chan struct{})}
	go d.read()
	return d, nil
}

// read passes answers to those who wait and events to the page, until the
// connection ends.
func (d *devtools) read() {
	defer close(d.closed)
	for {
		_, b, err := d.conn.Read(context.Background())
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(b, &m) != nil {
			continue
		}
		if m.ID == 0 {
			d.event(m.Method, m.Params)
			continue
		}
		d.mu.Lock()
		answer := d.waiting[m.ID]
		delete(d.waiting, m.ID)
		d.mu.Unlock()
		if answer != nil {
			answer <- m
		}
	}
}

// call sends a command to a session, "" for the browser itself, and decodes its
// result into result unless that is nil.
func (d *devtools) call(ctx context.Context, session, method string, params, result any) error {
	b, err := json.Marshal(params)
	if err != nil {
		return fmt.Errorf("browser: %s: %w", method, err)
	}
	if params == nil {
		b = nil
	}
	answer := make(chan message, 1)
	d.mu.Lock()
	d.last++
	m := message{ID: d.last, Session: session, Method: method, Params: b}
	d.waiting[m.ID] = answer
	d.mu.Unlock()
	if b, err = json.Marshal(m); err == nil {
		err = d.conn.Write(ctx, websocket.MessageText, b)
	}
	if err != nil {
		return fmt.Errorf("browser: %s: %w", method, err)
	}
	select {
	case m = <-answer:
	case <-ctx.Done():
		return fmt.Errorf("browser: %s: %w", method, ctx.Err())
	case <-d.closed:
		return fmt.Errorf("browser: %s: chromium is gone", method)
	}
	if m.Error != nil {
		return fmt.Errorf("browser: %s: %s (%d)", method, m.Error.Message, m.Error.Code)
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal(m.Result, result); err != nil {
		return fmt.Errorf("browser: %s: %w", method, err)
	}
	return nil
}
