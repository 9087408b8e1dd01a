// Package token cuts a text into words, numbers, marks and sentences, each with
// its place in Unicode code points of the text as it came.
//
// What a reader does not see or mistakes for something else is undone first:
// zero-width and bidirectional controls are skipped, wide and mathematical
// letters and look-alikes of other scripts are folded to Latin, accents are
// dropped, and mark-up and quoted mail history are left out. Only the
// normalised form changes; offsets always point into the original.
package token
