// Command asm writes the assembly of package lane16; go generate runs it there.
// It is a module of its own, so that Attune does not depend on its generator.
//
//	vector.go       one vector of a row, as AVX-512 or AVX2
//	elementary.go   logarithm, power of two, root
//	transform.go    the real FFT
//	rows.go         sums over rows
//	predictor.go    Levinson's recursion, Aberth's roots
//	correlation.go  the F0 tracker's filters and correlations
//	search.go       correlations and peaks at the lags of a leg
//	samples.go      samples and columns of a leg in a row
//	activity.go     the levels that voice activity follows
//	track.go        the candidates and the search of the F0 tracker
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("amd64,!purego")
	elementary()
	transform()
	rows()
	predictor()
	correlation()
	search()
	samples()
	activity()
	track()
	Generate()
}
