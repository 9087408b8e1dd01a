// Package demo plays a bundled call and chat into a running service, in real
// time, as an outside client would: RTP over UDP and HTTP.
package demo
