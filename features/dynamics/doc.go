// Package dynamics follows who speaks when: talk ratio, response latency,
// overlap, interruptions, backchannels, silence and turn lengths, from each
// leg's voice activity on the interaction's one clock.
//
// It needs timing alone, never the sound, so it may run on an agent's leg too.
// A [Tracker] takes one bit per leg and 10 ms hop ([Tracker.Hop]) in any order
// across legs, waits [Config.Settle] for the slower leg, and then walks the
// settled steps one by one, but silence at one go, so that an hour on hold costs no
// more than a second; memory is fixed and nothing is allocated per hop.
//
// A turn is speech of one participant with pauses below 700 ms. A short turn
// that lies wholly inside another's is a backchannel, not a turn (Yngve 1970);
// an interruption is speech that begins inside another's turn, goes on beside
// it for half a second and is longer than a backchannel (competitive overlap,
// French and Local 1983; Chowdhury, Danieli and Riccardi 2015).
package dynamics
