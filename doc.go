// Package attune is the vocabulary of the engine: the words that every other
// package uses for a contact, the people in it and the time they share.
//
// A packet on a [Leg] becomes PCM (package audio), a hop of features (package
// features), a score over a [Span] (package scoring) and at last an event on a
// Redis stream (package stream). Imports point against that flow, and this
// package imports nothing but the standard library.
//
// All offsets are measured from the moment the [Interaction] began: one clock
// for every leg, chat message and score.
package attune
