// Package streamtest is the contract of a publisher as a suite that any of them
// can be put through, with what it needs: sample events of every type, a real
// redis-server started for the test, and a TCP proxy that loses replies.
package streamtest
