// Package receiver takes RTP and RTCP of many legs from a few dozen UDP sockets
// and tells whose packet is whose. One [Receiver] serves one shard.
//
// Nothing runs by itself: the shard calls [Receiver.Poll] every 10 ms, which
// drains every socket in batches and hands each packet on. There is no goroutine,
// timer or socket per leg, and nothing is ever sent.
//
// # Which leg is it?
//
// [Receiver.Open] gives a leg a port on which no other leg is still unheard. The
// first allowed remote address heard there takes it, after two RTP packets of one
// SSRC in order (RFC 3550 appendix A.1); those two are handed on as well. From
// then on (local port, remote address) names the leg, a change of SSRC included.
// Whoever opens the leg may name the SSRC or the remote address; a full remote
// address and port needs no learning at all. A leg that nobody was heard for
// within [Config.StartWindow] stops listening, so that it cannot be taken over
// late.
//
// After [Receiver.Release] what its sender still sends is kept out: the pair of
// port and remote address is quarantined, and for a leg that was never heard the
// whole port.
//
// Packets from elsewhere change nothing: they are dropped and counted.
//
// Specifications: RFC 3550 (RTP, RTCP), RFC 5761 (both on one port).
package receiver
