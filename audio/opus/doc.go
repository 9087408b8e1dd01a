// Package opus decodes Opus (RFC 6716, RTP payload of RFC 7587) to one channel
// of float32 at 8 or 16 kHz: pion/opus behind a boundary that a hostile packet
// cannot cross.
//
// Opus itself is asked for the output rate, so nothing is resampled afterwards.
// Two channels are never averaged: if they carry one signal the first is taken,
// else [ErrTwoChannels] says so. There is no concealment: a lost packet is the
// caller's to mark as lost.
package opus
