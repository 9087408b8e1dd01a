// Package telephony parses the RTP payloads that stand beside speech: DTMF
// events (RFC 4733) and comfort noise (RFC 3389). They are told to policy and
// line quality, and never reach a feature.
package telephony
