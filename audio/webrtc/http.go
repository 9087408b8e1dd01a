package webrtc

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
)

// sdpType is the media type of offers and answers.
const sdpType = "application/sdp"

// ServeHTTP serves the endpoint and the sessions below it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.crossOrigin(w, r)
	if r.Method == http.MethodOptions {
		w.Header().Set("Accept-Post", sdpType)
		w.Header().Set("Allow", "OPTIONS, POST, DELETE")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	var err error
	switch r.Method {
	case http.MethodPost:
		err = s.post(w, r)
	case http.MethodDelete:
		err = s.delete(w, r)
	default: // PATCH too: no trickle ICE and no restarts (RFC 9725 section 4.3)
		w.Header().Set("Allow", "OPTIONS, POST, DELETE")
		err = &Refusal{http.StatusMethodNotAllowed, r.Method + " is not served here: POST an offer, DELETE a session"}
	}
	if err != nil {
		refuse(w, err)
	}
}

// crossOrigin lets the pages of allowed origins read the answer.
func (s *Server) crossOrigin(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	if origin == "" || !slices.Contains(s.cfg.AllowOrigins, origin) {
		return
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Add("Vary", "Origin")
	h.Set("Access-Control-Expose-Headers", "Location, ETag, Link, Accept-Post")
	h.Set("Access-Control-Allow-Methods", "OPTIONS, POST, DELETE")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match")
}

// post answers an offer.
func (s *Server) post(w http.ResponseWriter, r *http.Request) error {
	if err := s.authorize(r); err != nil {
		return err
	}
	offer, err := s.offer(w, r)
	if err != nil {
		return err
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	leg, err := s.cfg.Legs.Open(r.Context(), Request{Query: r.URL.Query(), Remote: r.RemoteAddr})
	if err != nil {
		return err
	}
	id, answer, err := s.start(r, leg, offer)
	if err != nil {
		leg.Close("not negotiated")
		return err
	}
	h := w.Header()
	h.Set("Content-Type", sdpType)
	h.Set("Location", strings.TrimSuffix(r.URL.Path, "/")+"/"+id)
	h.Set("ETag", `"`+id[:8]+`"`)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusCreated)
	_, err = io.WriteString(w, answer)
	if err != nil { // the client is gone before it could connect
		s.end(id, "client went away")
	}
	return nil
}

// start makes the session and enters it.
func (s *Server) start(r *http.Request, leg Leg, offer string) (id, answer string, err error) {
	name := rand.Text()
	x, err := newSession(s.api, leg, func(reason string) { s.end(name, reason) })
	if err != nil {
		return "", "", err
	}
	if answer, err = x.answer(r.Context(), offer); err == nil {
		err = s.add(name, x)
	}
	if err != nil {
		return "", "", errors.Join(err, x.conn.Close())
	}
	return name, answer, nil
}

// add enters a session, unless the server is closing.
func (s *Server) add(name string, x *session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return &Refusal{http.StatusServiceUnavailable, "the server is shutting down"}
	}
	s.sessions[name] = x
	return nil
}

// offer reads the body.
func (s *Server) offer(w http.ResponseWriter, r *http.Request) (string, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != sdpType {
		return "", &Refusal{http.StatusUnsupportedMediaType, fmt.Sprintf("Content-Type is %q, it must be %s", r.Header.Get("Content-Type"), sdpType)}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.cfg.MaxSDP))
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return "", &Refusal{http.StatusRequestEntityTooLarge, fmt.Sprintf("the offer is longer than %d bytes", s.cfg.MaxSDP)}
	case err != nil:
		return "", &Refusal{http.StatusBadRequest, "the offer was not received whole"}
	case len(body) == 0:
		return "", &Refusal{http.StatusBadRequest, "the offer is empty"}
	}
	return string(body), nil
}

// enter takes a place among MaxSessions; leave gives it back once the session,
// if there is one, stands in the table.
func (s *Server) enter() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.sessions) + s.opening; n >= s.cfg.MaxSessions || s.closed {
		return &Refusal{http.StatusServiceUnavailable, fmt.Sprintf("%d of %d sessions are in use (whip.max_sessions)", n, s.cfg.MaxSessions)}
	}
	s.opening++
	return nil
}

func (s *Server) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opening--
}

// delete ends the session whose URL this is.
func (s *Server) delete(w http.ResponseWriter, r *http.Request) error {
	if err := s.authorize(r); err != nil {
		return err
	}
	if !s.end(path.Base(r.URL.Path), "ended by the client") {
		return &Refusal{http.StatusNotFound, "there is no such session: it has ended, or never was"}
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

// authorize checks the Bearer token (RFC 6750).
func (s *Server) authorize(r *http.Request) error {
	token := ""
	if scheme, rest, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		token = strings.TrimSpace(rest)
	}
	err := s.cfg.Authorize(token, r)
	var refusal *Refusal
	if err == nil || errors.As(err, &refusal) {
		return err
	}
	return &Refusal{http.StatusUnauthorized, "the token is missing or not valid"}
}

// refuse writes an error. What is no Refusal is ours to know, not the client's.
func refuse(w http.ResponseWriter, err error) {
	refusal := &Refusal{http.StatusInternalServerError, "internal error"}
	errors.As(err, &refusal)
	switch refusal.Status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "5")
	}
	http.Error(w, refusal.Reason, refusal.Status)
}
