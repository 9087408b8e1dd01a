// Package embedded is a server in the process that speaks the Redis protocol, for
// `attune demo` and for tests: nothing to install, nothing left behind.
//
// It is miniredis with expiry by the wall clock. It keeps nothing on disk and has
// no functions (the publisher calls its script by EVALSHA), no ACL, no Cluster, no
// replicas, no memory limit, and wakes blocked readers within some 100 ms rather
// than at once. XINFO tells less than Redis does: forced trims are found by
// comparison only. Do not run a service on it.
package embedded
