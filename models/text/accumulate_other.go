//go:build !amd64 || purego

package text

// accumulate adds to y the product of the row vector x and the matrix w of len(x) rows and len(y) columns.
func accumulate(y, x, w []float32) {
	accumulateGeneric(y, x, w)
}
