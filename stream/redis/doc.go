// Package redis publishes events to Redis Streams: per interaction in order,
// numbered without a gap, and once, whatever happens to replies, connections and
// servers. Nothing that offers an event ever waits for Redis.
//
// # How it works
//
// Offer puts an event into its interaction's line, under a lock that is never held
// across I/O. A score update takes the place of an older one of the same
// participant that still waits; everything else is kept. One worker a shard takes
// what waits, numbers it, and sends it as one pipeline of calls of a Lua body that
// appends an event only if its seq follows the last one (append.lua). What is not
// acknowledged is sent again with the same number, so a lost reply makes no second
// entry. While Redis is away updates merge and the rest waits; when the life-cycle
// events that wait reach the capacity, Admit refuses new interactions.
//
// # What is promised
//
// Every acknowledged event is in the stream exactly once, for as long as Redis
// keeps what it acknowledged: with appendfsync everysec an operating system crash
// may take the last second, and a failover to a replica that lagged may take more.
// The publisher notices the second, because the fence has gone back; it then
// counts the loss and goes on in a new epoch.
package redis
