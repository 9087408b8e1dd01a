// Package lane16 holds the assembly of the lane kernels that are worth it, for
// groups of 16 lanes: element [row][lane] lies at 16*row + lane.
//
// AVX-512 takes a row in one register, AVX2 in two. Each function reports whether
// it did the work; where it did not, on a CPU without AVX2, on another
// architecture or under the build tag purego, the caller does it with the
// generic loop, which is also what the doc comments in stubs_amd64.go say.
//
// No kernel fuses a product into a sum or changes the order of a sum: the result
// has the bits of the generic loop in every lane, at every level, whatever the
// other lanes hold. (Which NaN a NaN is may differ.)
//
// Lengths are in whole rows and at least one row; a slice that is too short
// panics as an index does, before anything is written.
package lane16

//go:generate go run -C ../_asm . -out ../lane16/kernels_amd64.s -stubs ../lane16/stubs_amd64.go -pkg lane16
