// Package dsp holds the kernels of the prosody engine.
//
// A kernel works on lanes: element [row][lane] of a slab lies at row*lanes+lane,
// so that each lane is one leg of a group and a vector register holds the same
// row of all of them (see docs/features.md). Slabs are float32 and hold no
// pointers; tables (windows, twiddles, filter weights) are per row and shared by
// all lanes. A kernel never mixes lanes, keeps no state of its own, allocates
// nothing and is safe for concurrent use on distinct slabs.
//
// The generic Go form of every kernel is always compiled; it is the oracle of
// any assembly that stands behind the same signature.
//
// A slice that is too short for the rows asked of it is a programming error and
// panics by the bounds check. Nothing else panics: zero rows are no work, and
// silence, DC and full scale give finite numbers.
package dsp
