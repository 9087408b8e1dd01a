// Package prosody measures sound: blocks of 10 ms go in, [features.Hop] rows
// come out, for a [Group] of up to 16 legs at a time.
//
// A group is stepped by the shard that owns it:
//
//	lane, ok := g.Join()          // a leg arrives
//	g.Put(lane, &block)           // each leg's newest block, at most one a step
//	g.Run()                       // all lanes that were put take one step together
//	for g.Take(lane, &hop) { ... }
//	g.Flush(lane, emit)           // the leg pauses or ends
//	g.Leave(lane)
//
// Every row has one centre, (k+1) 10 ms, for all its windows: the 20 ms window
// of loudness and spectrum begins at k*10 ms, the 60 ms window of the voice at
// k*10-20 ms. A row leaves [Delay] after the begin of its block.
//
// A step moves the group's data through one file per descriptor family:
// spectrum.go (power spectrum of the 20 ms window), loudness.go, tilt.go and
// mfcc.go on it, vad.go and syllable.go (speech and its rate), teager.go
// (samples), then smooth.go (the row that leaves). docs/features.md lists the
// columns; package internal/dsp has the kernels.
package prosody
