package embedded

import (
	"fmt"

	"github.com/alicebob/miniredis/v2"
)

// Server is a running server.
type Server struct{ m *miniredis.Miniredis }

// Start listens on addr, "127.0.0.1:0" for a free port. Keep it on loopback: it
// has no password.
func Start(addr string) (*Server, error) {
	m := miniredis.NewMiniRedis()
	m.ClockTTL(true)
	if err := m.StartAddr(addr); err != nil {
		return nil, fmt.Errorf("embedded: listen on %s: %w", addr, err)
	}
	return &Server{m: m}, nil
}

// Addr is host:port of the listener.
func (s *Server) Addr() string { return s.m.Addr() }

// URL is the address as a Redis URL.
func (s *Server) URL() string { return "redis://" + s.m.Addr() + "/0" }

// Close stops the server and forgets its data.
func (s *Server) Close() { s.m.Close() }
