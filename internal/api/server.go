package api

import (
	"context"
	_ "embed"
	"log/slog"
	"net/http"
	"time"

	"github.com/attune-cx/attune/internal/pipeline"
)

//go:embed openapi.yaml
var openAPI []byte

// Config is what the server stands on.
type Config struct {
	Engine  *pipeline.Engine
	Events  *Events      // reads events back from Redis
	Eraser  Eraser       // removes an interaction from Redis; nil = 501
	WHIP    http.Handler // nil = off
	WHIPURL string       // path of the WHIP endpoint, told when a leg asks for it
	Overlay http.Handler // pages under /overlay/
	Tokens  *Tokens      // nil = none asked
	MaxBody int64        // bytes; 0 = 1 MiB
	Origins []string     // allowed by CORS
	// Advertise is the address told to RTP senders; "" = the socket's own.
	Advertise string
	Ready     func(context.Context) error
	Log       *slog.Logger
}

// Eraser removes what is kept of an interaction.
type Eraser interface {
	Erase(ctx context.Context, interactionID string) (entries int64, err error)
}

type server struct{ Config }

// New returns the handler of everything under one listener.
func New(cfg Config) http.Handler {
	if cfg.MaxBody == 0 {
		cfg.MaxBody = 1 << 20
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &server{cfg}
	mux := http.NewServeMux()
	ingest := func(pattern string, h apiFunc) { mux.Handle(pattern, s.guard(ScopeIngest, h)) }
	read := func(pattern string, h apiFunc) { mux.Handle(pattern, s.guard(ScopeRead, h)) }

	ingest("POST /v1/interactions", s.createInteraction)
	read("GET /v1/interactions", s.findInteraction)
	read("GET /v1/interactions/{ref}", s.snapshot)
	ingest("POST /v1/interactions/{ref}/participants", s.join)
	ingest("POST /v1/interactions/{ref}/legs", s.createLeg)
	ingest("DELETE /v1/interactions/{ref}/legs/{leg}", s.removeLeg)
	ingest("POST /v1/interactions/{ref}/messages", s.message)
	ingest("POST /v1/interactions/{ref}/transcripts", s.transcript)
	ingest("POST /v1/interactions/{ref}/consent", s.consent)
	ingest("POST /v1/interactions/{ref}/pause", s.pause)
	ingest("POST /v1/interactions/{ref}/resume", s.resume)
	ingest("POST /v1/interactions/{ref}/end", s.end)
	read("GET /v1/interactions/{ref}/events", s.events)
	mux.Handle("DELETE /v1/interactions/{ref}", s.guard(ScopeAdmin, s.erase))

	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.HandleFunc("GET /openapi.yaml", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/yaml")
		w.Write(openAPI)
	})
	if cfg.WHIP != nil {
		mux.Handle(cfg.WHIPURL, cfg.WHIP)
		mux.Handle(cfg.WHIPURL+"/", cfg.WHIP)
	}
	if cfg.Overlay != nil {
		mux.Handle("/overlay/", cfg.Overlay)
	}
	return s.cors(knownOnly(mux))
}

// apiFunc answers with a value for JSON, or an error for a problem document.
// A nil value means that the response has been written.
type apiFunc func(w http.ResponseWriter, r *http.Request) (status int, body any, err error)

func (s *server) guard(scope Scope, h apiFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if err := s.Tokens.check(r, scope); err != nil {
			w.Header().Set("WWW-Authenticate", "Bearer")
			writeError(w, err)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, s.MaxBody)
		status, body, err := h(w, r)
		switch {
		case err != nil:
			writeError(w, err)
		case body != nil:
			writeJSON(w, status, body)
		case status != 0:
			w.WriteHeader(status)
		}
	})
}

// cors lets the listed origins call from a browser; none are listed by default.
func (s *server) cors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		for _, o := range s.Origins {
			if o != origin || origin == "" {
				continue
			}
			h := w.Header()
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Vary", "Origin")
			h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID, If-Match")
			h.Set("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS")
			h.Set("Access-Control-Expose-Headers", "Location, ETag, Link")
			if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if s.Ready != nil {
		if err := s.Ready(ctx); err != nil {
			writeError(w, &badRequest{http.StatusServiceUnavailable, err.Error()})
			return
		}
	}
	w.Write([]byte("ready\n"))
}

// HTTPServer wraps a handler with the timeouts that a public listener needs;
// answers that stream set their own write deadline.
func HTTPServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: 120 * time.Second, MaxHeaderBytes: 64 << 10,
	}
}
