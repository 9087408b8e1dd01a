// Package pitch decides F0 and voicing for a group of legs, one row each 10 ms,
// causal, with a fixed delay.
//
// A [Tracker] holds up to 16 lanes of one sampling rate. [Tracker.Step] takes one
// 10 ms block of every active lane as [sample][lane] and decides, for each of
// them, the row whose centre lies [Tracker.Delay] hops before the end of that
// block: after block j (0-based) of a lane the row is k = j - Delay(), centred at
// (k+1)*10 ms. For the first Delay() blocks of a lane there is none, and
// [Tracker.Result] says so.
//
// # Method
//
// The normalised cross-correlation of Talkin's RAPT (1995), two stages folded
// into one: trackers that need the fundamental itself fail on the telephone band
// (300-3400 Hz); this family does not.
//
//	frontend.go    decimate to 4 kHz, take off hum below 60 Hz and what lies above 1.2 kHz
//	correlator.go  r(lag) of one period against the next, windows centred on the row
//	               and as long as the lag, interpolated to lags of 1/8000 s
//	search.go      peaks of r as candidates, an unvoiced state, and a Viterbi search
//	               decided Lag hops late
//	usual.go       the F0 that a leg's voice comes back to, and what an octave away costs
//	leg.go         losses, jumps in time, and the level above 350 Hz beside its peak and floor
//	weights.go     what the search is told
//	scratch.go     the room of one step, which trackers share
//
// What all lanes do alike is done by the kernels of internal/dsp/pitchkernel.
//
// Nothing is trained; the weights are a dozen rounded figures.
//
// # What it does not do
//
// A steady tone, a dial tone or hold music is periodic and gets the F0 of its
// longest common period between 55 and 600 Hz: whether it is a voice is for the
// voice activity detector to say. A second talker on the same leg breaks it, as
// it breaks every tracker of one voice. Creak below 55 Hz is unvoiced. Shouts
// above about 400 Hz lose some rows to subharmonics.
package pitch
