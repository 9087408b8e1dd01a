// Package leg is the chain of one leg, from RTP packet to 10 ms of PCM:
//
//	Push -> payload type -> jitter buffer -> codec -> resampler -> Next: audio.Block
//
// A [Leg] is a state machine: no goroutine, timer or clock of its own. A shard
// holds thousands of them in one goroutine, calls [Leg.Push] for each packet it
// reads, and on every tick of 10 ms [Leg.Advance] and [Leg.Next] until false.
// After warm-up nothing is allocated per packet.
//
// Blocks stand on a grid: Block.At is a multiple of 10 ms and only grows. What
// was lost on the way is zeros, counted exactly in Block.Lost, so that it can be
// kept out of every feature. Silence that was not sent (DTX, comfort noise, the
// time of a DTMF key) and holes longer than [MaxLost] are no blocks at all: At
// jumps over them, and a hole is told by [Leg.NextGap]. Where such an edge does
// not lie on the grid, the rest of the block counts as lost.
//
// Memory of a leg: about 8 KB with G.711 or L16, a payload for each packet held
// back at once, a filter bank if the rate must change, and about 160 KB with
// Opus, nearly all of it the codec's own state, made at the first Opus packet.
package leg
