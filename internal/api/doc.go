// Package api is the HTTP side of `attune serve`: /v1 creates interactions and
// legs, takes messages, transcripts and consent, and streams events (SSE);
// /livez and /readyz tell how the process is. openapi.yaml describes it.
package api
