// Package textbench measures the text model on labelled sets that are not part of the repository: the table
// of figures in README.md, with bootstrap intervals and the time a message takes.
//
//	go test ./benchmarks/text -run Table -v
//
// reads the sets from ../shared/data beside the repository, and skips where they are absent. Splits are made
// by the same hash of text or id as in models/train/corpus.py, so that nothing measured here was trained on;
// thresholds come from development splits.
package textbench
