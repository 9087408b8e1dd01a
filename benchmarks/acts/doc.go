// Package acts measures how well features/lexical finds acts in labelled service
// dialogues: precision and recall per act, by turn, with intervals.
//
//	go test ./benchmarks/acts -v -run Table
package acts
