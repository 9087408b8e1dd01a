// Package pipeline wires the path of one process: packets and messages of many
// interactions go in, events come out of a [stream.Sink].
//
// An [Engine] shares its interactions out among shards, one goroutine each. A
// shard wakes every 10 ms, drains its sockets, steps every leg's chain, runs the
// lane groups and asks the scores of those interactions that are due. All legs of
// an interaction live in one shard, so nothing on the way of a packet needs a
// lock; requests reach a shard as commands between two steps.
//
// Words are read outside the shards, in the goroutine that brings them.
//
// [Offline] is one shard without sockets, stepped by a clock of its own: files
// are scored by the code that scores calls.
package pipeline
