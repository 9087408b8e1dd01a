package webrtc

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	pion "github.com/pion/webrtc/v4"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const token = "s3cret"

// recorder is a Legs of one leg that keeps what it is given.
type recorder struct {
	mu       sync.Mutex
	opened   []url.Values
	refuse   error
	packets  []rtp.Packet
	reports  []rtcp.SenderReport
	closed   []string
	afterEnd int
}

func (r *recorder) Open(_ context.Context, q Request) (Leg, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refuse != nil {
		return nil, r.refuse
	}
	r.opened = append(r.opened, q.Query)
	return r, nil
}

func (r *recorder) Push(h *rtp.Header, payload []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.closed) > 0 {
		r.afterEnd++
	}
	r.packets = append(r.packets, rtp.Packet{Header: *h, Payload: bytes.Clone(payload)})
}

func (r *recorder) SenderReport(ssrc uint32, ntp uint64, rtpTime uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reports = append(r.reports, rtcp.SenderReport{SSRC: ssrc, NTPTime: ntp, RTPTime: rtpTime})
}

func (r *recorder) Close(reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = append(r.closed, reason)
}

// reasons are why the recorder was closed so far.
func (r *recorder) reasons() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.closed...)
}

// eventually waits until a condition on the recorder holds.
func (r *recorder) eventually(t *testing.T, what string, ok func(*recorder) bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		r.mu.Lock()
		done := ok(r)
		r.mu.Unlock()
		if done {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: never; %d packets, %d reports, closed %v", what, len(r.packets), len(r.reports), r.closed)
		}
	}
}

// endpoint is a server with its HTTP side.
type endpoint struct {
	*Server
	url string
}

func serve(t *testing.T, cfg Config) endpoint {
	t.Helper()
	cfg.AllowLoopback = true
	if cfg.Authorize == nil {
		cfg.Authorize = func(got string, _ *http.Request) error {
			if got != token {
				return errors.New("no")
			}
			return nil
		}
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s)
	t.Cleanup(func() {
		h.Close()
		http.DefaultClient.CloseIdleConnections()
		if err := errors.Join(s.Close(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	return endpoint{s, h.URL + "/whip"}
}

// do sends a request with the token and returns its answer with the body read.
func do(t *testing.T, method, to, body string, change func(*http.Request)) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, to, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		req.Header.Set("Content-Type", sdpType)
	}
	if change != nil {
		change(req)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

// client is a WebRTC sender of one track.
type client struct {
	conn  *pion.PeerConnection
	track *pion.TrackLocalStaticRTP
}

func newClient(t *testing.T, mime string) (*client, string) {
	t.Helper()
	var e pion.SettingEngine
	e.SetIncludeLoopbackCandidate(true)
	media := &pion.MediaEngine{}
	if err := media.RegisterDefaultCodecs(); err != nil {
		t.Fatal(err)
	}
	conn, err := pion.NewAPI(pion.WithSettingEngine(e), pion.WithMediaEngine(media)).NewPeerConnection(pion.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	track, err := pion.NewTrackLocalStaticRTP(pion.RTPCodecCapability{MimeType: mime}, "a", "b")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.AddTransceiverFromTrack(track, pion.RTPTransceiverInit{Direction: pion.RTPTransceiverDirectionSendonly}); err != nil {
		t.Fatal(err)
	}
	offer, err := conn.CreateOffer(nil)
	if err != nil {
		t.Fatal(err)
	}
	gathered := pion.GatheringCompletePromise(conn)
	if err := conn.SetLocalDescription(offer); err != nil {
		t.Fatal(err)
	}
	<-gathered
	return &client{conn, track}, conn.LocalDescription().SDP
}

// connect publishes a client and waits until it is connected.
func connect(t *testing.T, to endpoint, query string) (c *client, location string) {
	t.Helper()
	c, offer := newClient(t, pion.MimeTypeOpus)
	up := make(chan struct{})
	c.conn.OnConnectionStateChange(func(s pion.PeerConnectionState) {
		if s == pion.PeerConnectionStateConnected {
			close(up)
		}
	})
	resp, answer := do(t, http.MethodPost, to.url+query, offer, nil)
	if resp.StatusCode != http.StatusCreated || resp.Header.Get("Content-Type") != sdpType || resp.Header.Get("ETag") == "" {
		t.Fatalf("%s, %v, %s", resp.Status, resp.Header, answer)
	}
	if err := c.conn.SetRemoteDescription(pion.SessionDescription{Type: pion.SDPTypeAnswer, SDP: answer}); err != nil {
		t.Fatal(err)
	}
	select {
	case <-up:
	case <-time.After(30 * time.Second):
		t.Fatal("not connected")
	}
	at, err := url.Parse(resp.Header.Get("Location"))
	if err != nil || !strings.HasPrefix(at.Path, "/whip/") {
		t.Fatalf("Location %q: %v", resp.Header.Get("Location"), err)
	}
	base, _ := url.Parse(to.url)
	return c, base.ResolveReference(at).String()
}

// send sends n packets numbered from first.
func (c *client) send(t *testing.T, first uint16, n int) {
	t.Helper()
	for i := range n {
		p := &rtp.Packet{
			Header:  rtp.Header{Version: 2, SequenceNumber: first + uint16(i), Timestamp: 960 * uint32(i), Marker: i == 0},
			Payload: []byte{0x78, byte(i), 3},
		}
		if err := c.track.WriteRTP(p); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPublish(t *testing.T) {
	rec := &recorder{}
	s := serve(t, Config{Legs: rec})
	c, location := connect(t, s, "?interaction=i1&leg=caller")
	c.send(t, 65530, 20)
	rec.eventually(t, "20 packets", func(r *recorder) bool { return len(r.packets) >= 20 })
	for i, p := range rec.packets {
		want := []byte{0x78, byte(i), 3}
		if p.SequenceNumber != uint16(65530+i) || p.Timestamp != uint32(960*i) || p.Marker != (i == 0) || !bytes.Equal(p.Payload, want) {
			t.Fatalf("packet %d: %v, payload %x", i, p.Header, p.Payload)
		}
	}
	ssrc := rec.packets[0].SSRC
	sr := &rtcp.SenderReport{SSRC: ssrc, NTPTime: 0x1122334455667788, RTPTime: 4711}
	if err := c.conn.WriteRTCP([]rtcp.Packet{sr}); err != nil {
		t.Fatal(err)
	}
	rec.eventually(t, "sender report", func(r *recorder) bool {
		for _, got := range r.reports { // pion sends reports of its own beside ours
			if got.SSRC == ssrc && got.NTPTime == sr.NTPTime && got.RTPTime == 4711 {
				return true
			}
		}
		return false
	})
	if rec.opened[0].Get("interaction") != "i1" || rec.opened[0].Get("leg") != "caller" || s.Sessions() != 1 {
		t.Errorf("opened with %v, %d sessions", rec.opened, s.Sessions())
	}
	if resp, _ := do(t, http.MethodDelete, location, "", nil); resp.StatusCode != http.StatusOK {
		t.Errorf("DELETE: %s", resp.Status)
	}
	rec.eventually(t, "closed", func(r *recorder) bool { return len(r.closed) == 1 })
	if resp, _ := do(t, http.MethodDelete, location, "", nil); resp.StatusCode != http.StatusNotFound {
		t.Errorf("second DELETE: %s", resp.Status)
	}
	if rec.closed[0] != "ended by the client" || rec.afterEnd != 0 || s.Sessions() != 0 {
		t.Errorf("closed %v, %d packets after it, %d sessions", rec.closed, rec.afterEnd, s.Sessions())
	}
}

func TestTwoSessionsOnOnePort(t *testing.T) {
	legs := map[string]*recorder{"a": {}, "b": {}}
	s := serve(t, Config{Legs: byQuery(legs)})
	a, _ := connect(t, s, "?leg=a")
	b, _ := connect(t, s, "?leg=b")
	a.send(t, 1, 3)
	b.send(t, 100, 5)
	legs["a"].eventually(t, "a", func(r *recorder) bool { return len(r.packets) == 3 })
	legs["b"].eventually(t, "b", func(r *recorder) bool { return len(r.packets) == 5 })
	if legs["a"].packets[0].SequenceNumber != 1 || legs["b"].packets[0].SequenceNumber != 100 {
		t.Error("the legs were mixed up")
	}
	b.conn.Close() // the client hangs up without a DELETE
	legs["b"].eventually(t, "hang-up", func(r *recorder) bool { return len(r.closed) == 1 })
	if closed := legs["a"].reasons(); s.Sessions() != 1 || len(closed) != 0 {
		t.Errorf("%d sessions, a closed %v", s.Sessions(), closed)
	}
}

type byQuery map[string]*recorder

func (l byQuery) Open(ctx context.Context, r Request) (Leg, error) {
	return l[r.Query.Get("leg")].Open(ctx, r)
}

func TestRefusals(t *testing.T) {
	_, offer := newClient(t, pion.MimeTypeOpus)
	_, video := newClient(t, pion.MimeTypeVP8)
	plain := func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }
	anyone := func(r *http.Request) { r.Header.Del("Authorization") }
	cases := []struct {
		name, method, path, body string
		change                   func(*http.Request)
		refuse                   error
		status                   int
		says                     string
	}{
		{"no token", "POST", "", offer, anyone, nil, 401, "token"},
		{"wrong token", "POST", "", offer, func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, nil, 401, "token"},
		{"DELETE without a token", "DELETE", "/x", "", anyone, nil, 401, "token"},
		{"no such session", "DELETE", "/x", "", nil, nil, 404, "no such session"},
		{"wrong type", "POST", "", offer, plain, nil, 415, "application/sdp"},
		{"empty", "POST", "", "", func(r *http.Request) { r.Header.Set("Content-Type", sdpType) }, nil, 400, "empty"},
		{"too long", "POST", "", strings.Repeat("x", 70000), nil, nil, 413, "65536 bytes"},
		{"no SDP", "POST", "", "hello", nil, nil, 400, "cannot be read"},
		{"no fingerprint", "POST", "", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n", nil, nil, 400, ""},
		{"video only", "POST", "", video, nil, nil, 422, "opus"},
		{"PATCH", "PATCH", "/x", "", nil, nil, 405, "PATCH"},
		{"GET", "GET", "", "", nil, nil, 405, "GET"},
		{"unknown leg", "POST", "", offer, nil, &Refusal{404, "no leg of that name"}, 404, "no leg of that name"},
		{"fault inside", "POST", "", offer, nil, errors.New("password is hunter2"), 500, "internal error"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rec := &recorder{refuse: c.refuse}
			s := serve(t, Config{Legs: rec})
			resp, body := do(t, c.method, s.url+c.path, c.body, c.change)
			if resp.StatusCode != c.status || !strings.Contains(body, c.says) || strings.Contains(body, "hunter2") {
				t.Errorf("%s: %q, want %d with %q", resp.Status, body, c.status, c.says)
			}
			if s.Sessions() != 0 || len(rec.opened) != len(rec.closed) {
				t.Errorf("%d sessions, %d legs opened, %d closed", s.Sessions(), len(rec.opened), len(rec.closed))
			}
		})
	}
}

func TestLimitsAndTimeouts(t *testing.T) {
	rec := &recorder{}
	s := serve(t, Config{Legs: rec, MaxSessions: 1, ConnectTimeout: 300 * time.Millisecond})
	_, offer := newClient(t, pion.MimeTypeOpus)
	if resp, body := do(t, http.MethodPost, s.url, offer, nil); resp.StatusCode != http.StatusCreated {
		t.Fatal(resp.Status, body)
	}
	resp, body := do(t, http.MethodPost, s.url, offer, nil)
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" || !strings.Contains(body, "1 of 1") {
		t.Errorf("second session: %s, %q", resp.Status, body)
	}
	rec.eventually(t, "time-out", func(r *recorder) bool { return len(r.closed) == 1 })
	if rec.closed[0] != "not connected in time" || s.Sessions() != 0 {
		t.Errorf("closed %v", rec.closed)
	}

	quiet := &recorder{}
	s = serve(t, Config{Legs: quiet, IdleTimeout: 300 * time.Millisecond})
	connect(t, s, "")
	quiet.eventually(t, "idle", func(r *recorder) bool { return len(r.closed) == 1 })
	if quiet.closed[0] != "no media" {
		t.Errorf("closed %v", quiet.closed)
	}
}

func TestServerCloseEndsSessions(t *testing.T) {
	rec := &recorder{}
	s := serve(t, Config{Legs: rec})
	connect(t, s, "")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if len(rec.closed) != 1 || rec.closed[0] != "server shuts down" {
		t.Errorf("closed %v", rec.closed)
	}
	_, offer := newClient(t, pion.MimeTypeOpus)
	if resp, _ := do(t, http.MethodPost, s.url, offer, nil); resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("after Close: %s", resp.Status)
	}
}

func TestCrossOrigin(t *testing.T) {
	s := serve(t, Config{Legs: &recorder{}, AllowOrigins: []string{"https://crm.example"}})
	for origin, want := range map[string]string{"https://crm.example": "https://crm.example", "https://evil.example": "", "": ""} {
		resp, _ := do(t, http.MethodOptions, s.url, "", func(r *http.Request) {
			r.Header.Set("Origin", origin)
			r.Header.Del("Authorization") // a preflight has none
		})
		if got := resp.Header.Get("Access-Control-Allow-Origin"); got != want || resp.StatusCode != http.StatusNoContent || resp.Header.Get("Accept-Post") != sdpType {
			t.Errorf("origin %q: %s, allowed %q, want %q", origin, resp.Status, got, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	allow := func(string, *http.Request) error { return nil }
	for name, cfg := range map[string]Config{
		"no legs":          {Authorize: allow, AllowLoopback: true},
		"no authorisation": {Legs: &recorder{}, AllowLoopback: true},
		"loopback":         {Legs: &recorder{}, Authorize: allow},
		"negative":         {Legs: &recorder{}, Authorize: allow, AllowLoopback: true, MaxSessions: -1},
	} {
		if _, err := New(cfg); !errors.Is(err, ErrConfig) {
			t.Errorf("%s: %v, want ErrConfig", name, err)
		}
	}
	s := serve(t, Config{Legs: &recorder{}})
	if _, err := New(Config{Legs: &recorder{}, Authorize: allow, AllowLoopback: true, Listen: s.Addr()}); !errors.Is(err, ErrListen) {
		t.Errorf("port taken: %v", err)
	}
}

func TestSplit(t *testing.T) {
	head := func(first byte, rest ...byte) []byte {
		return append([]byte{first, 111, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3}, rest...)
	}
	for _, c := range []struct {
		name    string
		packet  []byte
		payload string
		ok      bool
	}{
		{"plain", head(0x80, 'a', 'b'), "ab", true},
		{"padded", head(0xA0, 'a', 0, 2), "a", true},
		{"all padding", head(0xA0, 0, 0, 3), "", true},
		{"padding longer than the rest", head(0xA0, 'a', 9), "", false},
		{"padding of 0", head(0xA0, 'a', 0), "", false},
		{"padding missing", head(0xA0), "", false},
		{"short", head(0x80)[:9], "", false},
	} {
		var h rtp.Header
		payload, ok := split(&h, c.packet)
		if string(payload) != c.payload || ok != c.ok {
			t.Errorf("%s: %q, %v", c.name, payload, ok)
		}
	}
}

// Whatever comes out of SRTP, the payload lies within the packet.
func FuzzSplit(f *testing.F) {
	f.Add([]byte{0x80, 111, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 'a'})
	f.Add([]byte{0xA0, 111, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 'a', 0, 2})
	f.Add([]byte{0x90, 111, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xBE, 0xDE, 0, 1, 0x10, 0x85, 0, 0, 'a'})
	f.Fuzz(func(t *testing.T, packet []byte) {
		var h rtp.Header
		payload, ok := split(&h, packet)
		if !ok {
			return
		}
		if len(payload) > len(packet)-12 {
			t.Fatalf("%d bytes of payload in %d", len(payload), len(packet))
		}
		if h.SequenceNumber != uint16(packet[2])<<8|uint16(packet[3]) {
			t.Fatalf("sequence number %d", h.SequenceNumber)
		}
	})
}
