// Package pitch measures the F0 tracker on recorded speech whose F0 is known
// from a laryngograph: the FDA corpus (Bagshaw, 100 sentences, one male and one
// female speaker), clean at 16 and 8 kHz, through a telephone band, in noise and
// with lost packets.
//
//	go test ./benchmarks/pitch -run FDA -v
//
// prints the table. The corpus is read from ../shared/data/pitch/fda beside the
// repository; without it the test is skipped.
//
// # Measures
//
// The reference has a value every 15 ms, 0 where unvoiced; the tracker a row
// every 10 ms. A reference frame is held against the row whose centre is
// nearest; where two are as near, against both, at half the weight each.
//
//	GPE  gross pitch error: more than 20 % off, in % of the frames that both call voiced
//	VDE  voicing decision error: voiced against unvoiced, in % of all frames
//	FFE  F0 frame error: wrong voicing or more than 20 % off, in % of all frames
//
// Reference frames outside 60-500 Hz are left out (the corpus has none). A null
// row counts as unvoiced. The definitions are those of Chu and Alwan (2009).
package pitch
