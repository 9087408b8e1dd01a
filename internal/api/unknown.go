package api

import (
	"net/http"
	"strings"
)

// knownOnly answers a path or method that mux does not have with a problem document,
// where mux alone would write plain text.
func knownOnly(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refusal, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		var said answered
		refusal.ServeHTTP(&said, r)
		if allow := said.Header().Get("Allow"); said.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", allow)
			writeError(w, &badRequest{said.status, r.Method + " is not for this path: use " + allow})
			return
		}
		writeError(w, &badRequest{http.StatusNotFound, "nothing is at " + strings.ToValidUTF8(r.URL.Path, "?") + ": see /openapi.yaml for the paths"})
	})
}

// answered keeps the status and headers of an answer and drops its body.
type answered struct {
	header http.Header
	status int
}

func (a *answered) Header() http.Header {
	if a.header == nil {
		a.header = http.Header{}
	}
	return a.header
}

func (a *answered) WriteHeader(status int)      { a.status = status }
func (a *answered) Write(b []byte) (int, error) { return len(b), nil }
