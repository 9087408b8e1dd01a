// Command fit fits the signed cues of complaint and information in the English
// table on labelled turns:
//
//	go run ./benchmarks/acts/fit -write benchmarks/acts/testdata/development.jsonl ...
//
// An act is in a turn where the cues of one of its sentences add up to more than
// nothing, so the sentence that says it most stands for the turn (logistic
// regression with the maximum over sentences). Weights are drawn to those that the
// table holds: a cue that few turns have stays as a hand wrote it. The figures
// of "five folds" are of turns not fitted on, by dialogue of dialogues. Without -write nothing is changed.
// Labels that a later claim rests on must not be among the files.
package main
