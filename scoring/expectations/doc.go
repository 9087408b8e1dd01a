// Package expectations follows the six things that a customer may expect of a
// contact: greeted by name, history known, not asked to repeat, need
// understood, resolved, promises kept.
//
// Each is a rule over words, records and the promise ledger with the states
// met, missed, pending, unknown and n/a. A rule that cannot be told, for want of
// words or of records, is unknown with the reason; silence is never held
// against anybody.
package expectations
