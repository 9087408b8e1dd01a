package text

// accumulateGeneric adds to y the product of the row vector x and the matrix w of len(x) rows and len(y)
// columns. Four rows at a time, so that y is read and written a quarter as often.
func accumulateGeneric(y, x, w []float32) {
	n := len(y)
	i := 0
	for ; i+4 <= len(x); i += 4 {
		x0, x1, x2, x3 := x[i], x[i+1], x[i+2], x[i+3]
		w0, w1, w2, w3 := w[i*n:][:n], w[(i+1)*n:][:n], w[(i+2)*n:][:n], w[(i+3)*n:][:n]
		for j := range y {
			y[j] += x0*w0[j] + x1*w1[j] + (x2*w2[j] + x3*w3[j])
		}
	}
	for ; i < len(x); i++ {
		for j, v := range w[i*n:][:n] {
			y[j] += x[i] * v
		}
	}
}

// accumulateColumns is accumulateGeneric for the columns from first on.
func accumulateColumns(y, x, w []float32, first int) {
	for i, v := range x {
		row := w[i*len(y):][:len(y)]
		for j := first; j < len(y); j++ {
			y[j] += v * row[j]
		}
	}
}
