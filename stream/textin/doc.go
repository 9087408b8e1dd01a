// Package textin reads messages and transcripts from Redis: the input stream
// attune:{<tenant>:<shard>}:text, for systems that already speak Redis and would
// rather not call HTTP.
//
// An entry has one field, data: the JSON of an HTTP message or transcript body and
// the interaction it belongs to, which the reader hands on unread. What is accepted is acknowledged and deleted; what
// cannot be is told on attune:{<tenant>:<shard>}:dead:text, by reason, without its
// words.
package textin
