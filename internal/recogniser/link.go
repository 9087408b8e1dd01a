package recogniser

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/attune-cx/attune/audio"
)

const (
	dialWait  = 5 * time.Second
	writeWait = 10 * time.Second
	// lastWait is how long a server may think about the last words.
	lastWait = 30 * time.Second
	// maxSilence is how much silence stands for a stretch that was not sent: it
	// ends an utterance, and more would cost the server work.
	maxSilence = time.Second
)

// link is one connection to a server. One goroutine sends, another reads.
type link struct {
	conn  *websocket.Conn
	times timeline
	next  time.Duration // media time that would follow what was sent
	begun bool
	quiet time.Duration // silence sent for the stretch that is not sent now
	buf   []byte

	answers atomic.Uint64 // that came
}

// connect dials and greets. url is ws:// or wss://; interim asks for words of
// utterances that go on.
func connect(ctx context.Context, url string, rate int, interim bool) (*link, error) {
	ctx, cancel := context.WithTimeout(ctx, dialWait)
	defer cancel()
	conn, resp, err := websocket.Dial(ctx, url, nil)
	if err != nil {
		return nil, fmt.Errorf("recogniser at %s cannot be reached: %w: is it running, and does it speak the Vosk WebSocket protocol?", url, err)
	}
	if resp.Body != nil {
		_ = resp.Body.Close()
	}
	conn.SetReadLimit(maxAnswer)
	hello, err := greet(rate, interim)
	if err == nil {
		err = conn.Write(ctx, websocket.MessageText, hello)
	}
	if err != nil {
		_ = conn.CloseNow()
		return nil, fmt.Errorf("recogniser at %s: %w", url, err)
	}
	return &link{conn: conn, times: timeline{rate: rate}}, nil
}

// send sends blocks, with silence for what lies between them and was not sent.
func (l *link) send(ctx context.Context, c *chunk) error {
	per := l.times.rate / 100
	l.buf = l.buf[:0]
	for i := range c.n {
		if gap := c.when[i].media - l.next; l.begun && gap >= audio.Step {
			l.pad(min(gap, maxSilence) - l.quiet)
		}
		l.times.add(per, c.when[i].at)
		for _, v := range c.samples[i*per : (i+1)*per] {
			l.buf = binary.LittleEndian.AppendUint16(l.buf, uint16(v))
		}
		l.next, l.begun, l.quiet = c.when[i].media+audio.Step, true, 0
	}
	return l.write(ctx, websocket.MessageBinary, l.buf)
}

func (l *link) pad(d time.Duration) {
	if d <= 0 {
		return
	}
	n := int(d * time.Duration(l.times.rate) / time.Second)
	l.buf = append(l.buf, make([]byte, 2*n)...)
	l.times.skip(n)
}

// rest sends silence once after sound has stopped, so that the server ends the
// utterance; where it has been sent it does nothing.
func (l *link) rest(ctx context.Context) error {
	if !l.begun || l.quiet > 0 {
		return nil
	}
	l.buf = l.buf[:0]
	l.pad(maxSilence)
	l.quiet = maxSilence
	return l.write(ctx, websocket.MessageBinary, l.buf)
}

// finish asks for the last words.
func (l *link) finish(ctx context.Context) error {
	return l.write(ctx, websocket.MessageText, farewell)
}

func (l *link) write(ctx context.Context, kind websocket.MessageType, b []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeWait)
	defer cancel()
	return l.conn.Write(ctx, kind, b)
}

// read waits for the next answer. Errors that wrap [ErrAnswer] cost that answer
// only; any other ends the connection.
func (l *link) read(ctx context.Context) (answer, error) {
	kind, b, err := l.conn.Read(ctx)
	if err != nil {
		return answer{}, err
	}
	if kind != websocket.MessageText {
		return answer{}, fmt.Errorf("%w: %d bytes of binary", ErrAnswer, len(b))
	}
	return parse(b)
}

// ended reports whether a connection ended as it should after the farewell: by
// the server's closing it, in form or not.
func ended(err error) bool {
	return websocket.CloseStatus(err) != -1 || errors.Is(err, io.EOF)
}

func (l *link) close() { _ = l.conn.CloseNow() }
