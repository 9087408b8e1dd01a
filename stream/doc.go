// Package stream carries scores out as events on Redis Streams, in order and
// once per interaction, and reads them back.
//
// Its folders: redis (publisher), embedded (a Redis-protocol server in the
// process), consumer (groups, claims, deduplication), textin (the input stream
// of messages), schema (JSON Schemas), overlay (the page beside the call).
package stream
