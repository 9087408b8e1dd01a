// Package routing turns the state of an interaction into a hint for a routing
// engine: who should help, how soon and why, by few stated rules.
//
// A hint can only raise help, never lower service: urgency is a sum of positive
// points. A reason comes and goes at different levels, a hint is replaced only
// where its reasons or target change or its urgency moves by 15, and at most
// every 10 s, so that it does not flap.
package routing
