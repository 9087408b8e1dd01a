// Package overlay serves the page that an agent has open beside a call: one cue
// at a time with its reason, the customer's stress curve, moments that called for
// empathy, the six expectations, open promises, and how much of it can be trusted
// right now. It says nothing in numbers about the agent.
//
// The page is plain ES modules under static/, embedded as they are: no build step
// and no library. It reads GET /v1/interactions/{id}/events with fetch, so that the
// token travels in a header and never in a URL that a server logs. Everything
// that comes from an event is written as text; the content security policy and
// Trusted Types see to it that nothing else is possible.
package overlay
