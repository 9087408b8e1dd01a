// Package bench measures this machine for `attune bench`: CPU time, never the
// wall clock, where it speaks of legs per core.
package bench
