// Package cues decides which one piece of advice the one who serves should see
// now: few stated rules, one cue at a time, each with its reason.
//
// A cue opens only on evidence at most 8 s old, after its condition has held for
// the rule's time, and closes itself: answered (the advice was followed),
// resolved (its cause is gone), stale (too long open) or superseded (a more
// urgent one opened). After it the board stays empty for a while, and the same
// rule for longer. The rules are the table in rules.go.
package cues
