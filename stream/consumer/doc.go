// Package consumer reads events back: through a consumer group, each entry until
// it was handled, or as a tail that only looks on.
//
// Delivery is at least once. Within a process a [Consumer] drops what it handled
// before by the set of (interaction, epoch, seq) it has seen, which is the id of
// the event; a reader that keeps results of its own does the same there. Never
// drop "at most the last seq": an entry that another consumer left behind is
// handed out after newer ones.
//
// Order holds within an interaction as long as one consumer of a group is active
// on a shard; several share a shard's entries among them.
package consumer
