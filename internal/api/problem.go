package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/attune-cx/attune/internal/incoming"
	"github.com/attune-cx/attune/internal/pipeline"
)

// problem is an error as RFC 9457 puts it.
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

// badRequest is an error of the request itself.
type badRequest struct {
	status int
	detail string
}

func (b *badRequest) Error() string { return b.detail }

func badf(format string, args ...any) error {
	return &badRequest{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

// statusOf maps what went wrong to a status that a client can act on.
func statusOf(err error) int {
	var bad *badRequest
	switch {
	case errors.As(err, &bad):
		return bad.status
	case errors.Is(err, incoming.ErrInvalid):
		return http.StatusBadRequest
	case errors.Is(err, pipeline.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, pipeline.ErrConflict):
		return http.StatusConflict
	case errors.Is(err, pipeline.ErrEnded):
		return http.StatusGone
	case errors.Is(err, pipeline.ErrInvalid):
		return http.StatusUnprocessableEntity
	case errors.Is(err, pipeline.ErrBusy):
		return http.StatusServiceUnavailable
	case errors.Is(err, pipeline.ErrOff):
		return http.StatusNotImplemented
	}
	return http.StatusInternalServerError
}

func writeError(w http.ResponseWriter, err error) {
	status := statusOf(err)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(problem{http.StatusText(status), status, err.Error()})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}
