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
// The method is the normalised cross-correlation of Talkin's RAPT (1995) on the
// signal at 8 kHz, windows centred on the row, and a Viterbi search decided
// Lag hops late. Trackers that need the fundamental itself fail on the telephone
// band (300-3400 Hz); this one does not.
package pitch
