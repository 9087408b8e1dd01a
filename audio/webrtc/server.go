package webrtc

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/report"
	pion "github.com/pion/webrtc/v4"
)

// Server is the endpoint: an http.Handler for the WHIP path and all below it.
// It is safe for concurrent use.
type Server struct {
	cfg Config
	udp *net.UDPConn
	mux ice.UDPMux
	api *pion.API

	mu       sync.Mutex
	sessions map[string]*session
	opening  int // POSTs under way, counted against MaxSessions
	closed   bool
	done     chan struct{}
	running  sync.WaitGroup // the watch, and sessions being closed
}

// New opens the UDP port. The error wraps ErrConfig or ErrListen.
func New(cfg Config) (*Server, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	udp, err := cfg.listen()
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg: cfg, udp: udp, mux: pion.NewICEUDPMux(nil, udp),
		sessions: make(map[string]*session), done: make(chan struct{}),
	}
	if s.api, err = newAPI(cfg, s.mux); err != nil {
		return nil, errors.Join(err, s.mux.Close(), udp.Close())
	}
	s.running.Go(s.watch)
	return s, nil
}

// newAPI sets pion up: one codec, receiver reports, ICE-lite on the one port.
func newAPI(cfg Config, mux ice.UDPMux) (*pion.API, error) {
	media, reports := &pion.MediaEngine{}, &interceptor.Registry{}
	// No in-band FEC: the decoder cannot use it, and it costs quality.
	codec := pion.RTPCodecParameters{PayloadType: 111, RTPCodecCapability: pion.RTPCodecCapability{
		MimeType: pion.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=0;stereo=0",
	}}
	receiver, err := report.NewReceiverInterceptor()
	if err == nil {
		err = media.RegisterCodec(codec, pion.RTPCodecTypeAudio)
	}
	if err != nil {
		return nil, fmt.Errorf("webrtc: %w", err)
	}
	reports.Add(receiver)
	settings, err := settings(cfg, mux)
	if err != nil {
		return nil, fmt.Errorf("webrtc: %w", err)
	}
	return pion.NewAPI(pion.WithMediaEngine(media), pion.WithInterceptorRegistry(reports), pion.WithSettingEngine(settings)), nil
}

// settings keeps ICE on its one port and off everything that a client could
// make it reach (trust: a lite agent sends no checks).
func settings(cfg Config, mux ice.UDPMux) (pion.SettingEngine, error) {
	var e pion.SettingEngine
	e.SetLite(true)
	e.SetICEUDPMux(mux)
	e.SetNetworkTypes([]pion.NetworkType{pion.NetworkTypeUDP4, pion.NetworkTypeUDP6})
	e.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	e.SetIncludeLoopbackCandidate(cfg.AllowLoopback)
	e.SetRemoteIPFilter(func(ip net.IP) bool { return cfg.AllowLoopback || !ip.IsLoopback() })
	if cfg.Advertise.IsValid() {
		err := e.SetICEAddressRewriteRules(pion.ICEAddressRewriteRule{
			External: []string{cfg.Advertise.String()}, AsCandidateType: pion.ICECandidateTypeHost,
			Mode: pion.ICEAddressRewriteReplace,
		})
		if err != nil {
			return e, err
		}
	}
	// A session that is lost is told after 5 s and given up after 20 s in all.
	e.SetICETimeouts(5*time.Second, 15*time.Second, 2*time.Second)
	return e, e.SetAnsweringDTLSRole(pion.DTLSRoleServer)
}

// Addr is the UDP address of all media.
func (s *Server) Addr() netip.AddrPort {
	at := s.udp.LocalAddr().(*net.UDPAddr).AddrPort()
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}

// Sessions is how many sessions there are.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// watch ends the sessions that have timed out, one goroutine for all.
func (s *Server) watch() {
	every := time.NewTicker(min(time.Second, s.cfg.ConnectTimeout/4+1, s.cfg.IdleTimeout/4+1))
	defer every.Stop()
	for {
		select {
		case <-s.done:
			return
		case now := <-every.C:
			for id, reason := range s.overdue(now) {
				s.end(id, reason)
			}
		}
	}
}

// overdue lists the sessions that have timed out, with the reason.
func (s *Server) overdue(now time.Time) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	late := make(map[string]string)
	for id, x := range s.sessions {
		if reason := x.overdue(now, &s.cfg); reason != "" {
			late[id] = reason
		}
	}
	return late
}

// end ends a session; false if there is none of that id. It does not wait, since
// pion's own callbacks call it.
func (s *Server) end(id, reason string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.sessions[id]
	if x == nil {
		return false
	}
	delete(s.sessions, id)
	s.running.Go(func() { x.close(reason) })
	return true
}

// Close ends every session, waits until their legs have been told, and closes
// the port. It may be called twice.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.done)
	for id, x := range s.sessions {
		delete(s.sessions, id)
		s.running.Go(func() { x.close("server shuts down") })
	}
	s.mu.Unlock()
	s.running.Wait()
	err := errors.Join(s.mux.Close(), s.udp.Close())
	if errors.Is(err, net.ErrClosed) { // the mux closes the socket too
		err = nil
	}
	return err
}
