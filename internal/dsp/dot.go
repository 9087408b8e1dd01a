package dsp

// Dot returns the sum of x[i] y[i] over the samples of x, one leg's samples in a
// row; y is at least as long. It adds in four strands, so that the order of the
// additions is that of a vector register.
func Dot(x, y []float32) float32 {
	y = y[:len(x)]
	var a, b, c, d float32
	for len(x) >= 4 {
		a += x[0] * y[0]
		b += x[1] * y[1]
		c += x[2] * y[2]
		d += x[3] * y[3]
		x, y = x[4:], y[4:]
	}
	for i := range x {
		a += x[i] * y[i]
	}
	return (a + b) + (c + d)
}
