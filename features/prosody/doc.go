// Package prosody measures sound: blocks of 10 ms go in, [features.Hop] rows
// come out, for a [Group] of up to 16 legs at a time.
//
// A group is stepped by the shard that owns it:
//
//	lane, ok := g.Join()          // a leg arrives
//	g.Put(lane, &block)           // each leg's newest block, at most one a step
//	g.Run()                       // all lanes that were put take one step together
//	if g.Take(lane, &hop) { ... }
//	g.Flush(lane, emit)           // the leg pauses or ends
//	g.Leave(lane)
//
// Every row has one centre, (k+1) 10 ms, for all its windows: the 20 ms window
// of loudness and spectrum begins at k*10 ms, the 60 ms window of the voice at
// k*10-20 ms. A row leaves [Delay] after the begin of its block.
//
// A step moves the group's data through one file per descriptor family. past.go
// keeps what was heard and measured; spectrum.go lays the 20 ms window out with a
// lane per leg and takes its power spectrum; loudness.go, tilt.go and mfcc.go work
// on that, teager.go on the samples; vad.go, tone.go and syllable.go tell speech
// and its rate; voice.go has the decided pitch and hands voiced rows to hnr.go and
// periods.go at once and to harmonics.go and formants.go 16 at a time, of all
// groups of a [Workspace]; smooth.go gives the row that leaves. docs/features.md
// lists the columns; package internal/dsp has the kernels.
package prosody
