// Package webrtc takes the microphone of a browser, or of any other WebRTC
// client, as one leg: an HTTP endpoint for WHIP (RFC 9725) on pion/webrtc.
//
//	POST   /whip?interaction=ID&leg=ID   an SDP offer; 201 with the answer,
//	                                     Location and ETag of the session
//	DELETE (Location)                    ends it
//
// All sessions share one UDP port and run ICE-lite: the server answers checks
// and sends none of its own. Media is DTLS-SRTP only. The one codec is Opus, and
// packets are handed to a [Leg] as they come, undecoded and in the order of
// arrival; jitter buffer and decoder are the shard's.
//
// A session ends by DELETE, when ICE fails, when it is not up within
// [Config.ConnectTimeout], or when no packet came for [Config.IdleTimeout].
// pion runs some two dozen goroutines for each connection; none of them goes
// past this package.
//
// Specifications: RFC 9725 (WHIP), RFC 8445 (ICE), RFC 8827 (WebRTC security),
// RFC 7587 (RTP payload of Opus).
package webrtc
