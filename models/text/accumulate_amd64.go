//go:build amd64 && !purego

package text

import "golang.org/x/sys/cpu"

// accumulate adds to y the product of the row vector x and the matrix w of len(x) rows and len(y) columns:
// with AVX2 and FMA where the processor has them, eight columns at a time. The products are then rounded
// once instead of twice, so it equals accumulateGeneric within 1e-6 of the sum of magnitudes.
func accumulate(y, x, w []float32) {
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
		accumulateGeneric(y, x, w)
		return
	}
	_ = w[:len(x)*len(y)] // the assembly checks no bounds
	accumulateAVX2(y, x, w)
	if n := len(y) &^ 7; n < len(y) {
		accumulateColumns(y, x, w, n)
	}
}

// accumulateAVX2 does the first len(y)&^7 columns of
//
//	for i := range x { for j := range y { y[j] += x[i] * w[i*len(y)+j] } }
//
//go:noescape
func accumulateAVX2(y, x, w []float32)
