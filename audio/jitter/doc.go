// Package jitter puts the RTP packets of one leg in order, within a bound of
// time, and says exactly what is missing between them.
//
// A [Buffer] is a state machine without a clock or goroutine: [Buffer.Push]
// takes a packet and the time it came, [Buffer.Pop] gives what is due.
//
//   - A packet in order is due at once. A hole holds back what follows it for at
//     most [Config.MaxWait]; then it is declared lost.
//   - Timestamps decide what is missing. With contiguous sequence numbers a jump
//     forward is silence that was never sent (DTX); over a hole, no more than the
//     missing packets could carry counts as lost and the rest as silence.
//   - A second source (SSRC), or a jump of the sequence too large for loss, is on
//     probation until two packets in order came (RFC 3550 appendix A.1) and the
//     present source has been quiet for [Config.Takeover]. Until then the present
//     source continues untouched, so strays and sprays disturb nothing.
//   - Sequence numbers wrap at 2^16 and timestamps at 2^32; differences are taken
//     as int16 and int32.
//
// Payloads are copied into slots that are reused, so that after warm-up nothing
// is allocated and memory follows the deepest hole met, not the number of
// packets.
package jitter
