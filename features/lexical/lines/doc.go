// Package lines reads messages, one a line, and writes what they say, one JSON
// object a line in the same order: the formats of `attune text`.
//
// A line that begins with a brace is JSON: {"id","text","role","context":[earlier
// texts, oldest first],"language","channel","at"}; any other line is a text whose
// id is its number. A line that cannot be read gives {"id","error"}, and the rest
// goes on.
package lines
