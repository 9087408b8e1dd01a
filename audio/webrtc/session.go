package webrtc

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	pion "github.com/pion/webrtc/v4"
)

// mtu is the longest datagram that a client can send us.
const mtu = 1500

// session is one client's connection.
type session struct {
	leg   Leg
	conn  *pion.PeerConnection
	end   func(reason string) // takes the session off the server
	began time.Time

	taken atomic.Bool  // a track was accepted; a leg has one
	up    atomic.Bool  // ICE and DTLS are through
	heard atomic.Int64 // newest packet, nanoseconds since began

	mu      sync.Mutex
	closing bool
	readers sync.WaitGroup
}

// newSession makes the connection that answers an offer. end is called when it
// is over.
func newSession(api *pion.API, leg Leg, end func(reason string)) (*session, error) {
	conn, err := api.NewPeerConnection(pion.Configuration{})
	if err != nil {
		return nil, fmt.Errorf("webrtc: new connection: %w", err)
	}
	x := &session{leg: leg, conn: conn, began: time.Now(), end: end}
	conn.OnTrack(x.track)
	conn.OnConnectionStateChange(x.state)
	return x, nil
}

// answer negotiates. A *Refusal says what is wrong with the offer.
func (x *session) answer(ctx context.Context, offer string) (string, error) {
	if err := x.conn.SetRemoteDescription(pion.SessionDescription{Type: pion.SDPTypeOffer, SDP: offer}); err != nil {
		return "", &Refusal{http.StatusBadRequest, "the offer cannot be read: " + err.Error()}
	}
	answer, err := x.conn.CreateAnswer(nil)
	if err != nil {
		return "", &Refusal{http.StatusUnprocessableEntity, "the offer cannot be answered: " + err.Error()}
	}
	if !takesAudio(answer) {
		return "", &Refusal{http.StatusUnprocessableEntity, "the offer has no audio that can be taken: send one audio track as opus/48000/2"}
	}
	gathered := pion.GatheringCompletePromise(x.conn)
	if err := x.conn.SetLocalDescription(answer); err != nil {
		return "", fmt.Errorf("webrtc: set answer: %w", err)
	}
	select {
	case <-gathered:
		return x.conn.LocalDescription().SDP, nil
	case <-ctx.Done():
		return "", fmt.Errorf("webrtc: gather addresses: %w", ctx.Err())
	}
}

// takesAudio reports whether an answer accepts an audio section.
func takesAudio(answer pion.SessionDescription) bool {
	parsed, err := answer.Unmarshal()
	if err != nil {
		return false
	}
	for _, m := range parsed.MediaDescriptions {
		_, receives := m.Attribute("recvonly")
		if m.MediaName.Media == "audio" && m.MediaName.Port.Value != 0 && receives {
			return true
		}
	}
	return false
}

// state follows the connection.
func (x *session) state(state pion.PeerConnectionState) {
	switch state {
	case pion.PeerConnectionStateConnected:
		x.heard.Store(int64(time.Since(x.began)))
		x.up.Store(true)
	case pion.PeerConnectionStateFailed:
		x.end("connection failed")
	case pion.PeerConnectionStateClosed:
		x.end("closed by the client")
	}
}

// overdue is why the session should end now, "" if it should not.
func (x *session) overdue(now time.Time, cfg *Config) string {
	age := now.Sub(x.began)
	switch {
	case !x.up.Load() && age > cfg.ConnectTimeout:
		return "not connected in time"
	case x.up.Load() && age-time.Duration(x.heard.Load()) > cfg.IdleTimeout:
		return "no media"
	}
	return ""
}

// track reads the one audio track of the session until it ends.
func (x *session) track(remote *pion.TrackRemote, receiver *pion.RTPReceiver) {
	if remote.Kind() != pion.RTPCodecTypeAudio || x.taken.Swap(true) {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.closing {
		x.readers.Go(func() { x.reports(receiver) })
		x.readers.Go(func() { x.packets(remote) })
	}
}

func (x *session) packets(remote *pion.TrackRemote) {
	var h rtp.Header
	b := make([]byte, mtu)
	for {
		n, _, err := remote.Read(b)
		if err != nil {
			return
		}
		x.heard.Store(int64(time.Since(x.began)))
		h = rtp.Header{CSRC: h.CSRC[:0], Extensions: h.Extensions[:0]}
		if payload, ok := split(&h, b[:n]); ok {
			x.leg.Push(&h, payload)
		}
	}
}

// split parses a packet and gives its payload without padding.
func split(h *rtp.Header, packet []byte) (payload []byte, ok bool) {
	n, err := h.Unmarshal(packet)
	if err != nil {
		return nil, false
	}
	payload = packet[n:]
	if !h.Padding {
		return payload, true
	}
	if len(payload) == 0 || int(payload[len(payload)-1]) > len(payload) || payload[len(payload)-1] == 0 {
		return nil, false
	}
	return payload[:len(payload)-int(payload[len(payload)-1])], true
}

// reports passes on sender reports.
func (x *session) reports(receiver *pion.RTPReceiver) {
	for {
		packets, _, err := receiver.ReadRTCP()
		if err != nil {
			return
		}
		for _, p := range packets {
			if sr, ok := p.(*rtcp.SenderReport); ok {
				x.leg.SenderReport(sr.SSRC, sr.NTPTime, sr.RTPTime)
			}
		}
	}
}

// close ends the connection, waits for its readers and tells the leg.
func (x *session) close(reason string) {
	x.mu.Lock()
	x.closing = true
	x.mu.Unlock()
	_ = x.conn.Close() // what is left of it has no one to tell
	x.readers.Wait()
	x.leg.Close(reason)
}
