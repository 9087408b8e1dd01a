// Package incoming reads the JSON in which words come from outside: Attune's own
// messages and transcripts, one form for HTTP bodies and for entries of the Redis
// input stream, and the events of other recognisers, which the mappings of
// features/lexical/transcripts translate.
package incoming
