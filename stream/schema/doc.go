// Package schema holds the JSON Schema (2020-12) of every event type and of the
// CloudEvents envelope around it, and checks events against them.
//
// The schemas say what is guaranteed to be there. They allow more: fields are
// only ever added, and a reader that refuses an unknown one breaks on the next
// version.
package schema
