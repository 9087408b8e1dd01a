package dsp

import "github.com/attune-cx/attune/internal/dsp/lane16"

// Spread writes dst[i][l] = x[starts[l]+i] for n rows: the stretch of x that begins
// at starts[l] becomes lane l of dst, which has len(starts) lanes.
func Spread(dst, x []float32, starts []int32, n int) {
	lanes := len(starts)
	if n%lane16.Width == 0 && wide(n, lanes) && lane16.Spread(dst, x, starts, n) {
		return
	}
	for l, start := range starts {
		for i, v := range x[start:][:n] {
			dst[i*lanes+l] = v
		}
	}
}

// LanesFor is how many lanes work on n legs, at most 16, goes best with: all that
// the assembly has, or just n without it.
func LanesFor(n int) int {
	if lane16.Active() == lane16.Generic {
		return n
	}
	return lane16.Width
}

// ClearLane writes 0 into every row of one lane.
func ClearLane(x []float32, lane, lanes int) {
	for i := lane; i < len(x); i += lanes {
		x[i] = 0
	}
}

// Blend copies the active lanes of x to dst, row by row; the other lanes of dst
// keep every bit.
func Blend(dst, x []float32, active []uint32) {
	if all(active) {
		copy(dst, x)
		return
	}
	lanes := len(active)
	for i := 0; i+lanes <= len(x); i += lanes {
		blend(dst[i:][:lanes], x[i:][:lanes], active)
	}
}

func blend(dst, x []float32, active []uint32) {
	for l, a := range active {
		if a != 0 {
			dst[l] = x[l]
		}
	}
}

func all(active []uint32) bool {
	for _, a := range active {
		if a == 0 {
			return false
		}
	}
	return true
}

// WeightedSum writes dst[l] = sum over the len(w) rows of w[i] x[i][l].
func WeightedSum(dst, x, w []float32, lanes int) {
	if wide(len(w), lanes) && lane16.WeightedSum(dst, x, w) {
		return
	}
	d := dst[:lanes]
	clear(d)
	for i, wi := range w {
		s := x[i*lanes:][:len(d)]
		for l := range d {
			d[l] += wi * s[l]
		}
	}
}

// Sum writes dst[l] = sum over the given number of rows of x[i][l].
func Sum(dst, x []float32, rows, lanes int) {
	if wide(rows, lanes) && lane16.Sum(dst, x, rows) {
		return
	}
	d := dst[:lanes]
	clear(d)
	for i := 0; i < rows; i++ {
		s := x[i*lanes:][:len(d)]
		for l := range d {
			d[l] += s[l]
		}
	}
}

// Peak writes dst[l] = the greatest of x[i][l] over the rows, 0 if all are less.
func Peak(dst, x []float32, rows, lanes int) {
	if wide(rows, lanes) && lane16.Peak(dst, x, rows) {
		return
	}
	d := dst[:lanes]
	clear(d)
	for i := 0; i < rows; i++ {
		s := x[i*lanes:][:len(d)]
		for l := range d {
			if s[l] > d[l] {
				d[l] = s[l]
			}
		}
	}
}

// SumSquaredChange writes dst[l] = sum over the rows of (x[i][l] - y[i][l])^2.
func SumSquaredChange(dst, x, y []float32, rows, lanes int) {
	if wide(rows, lanes) && lane16.SquaredChange(dst, x, y, rows) {
		return
	}
	d := dst[:lanes]
	clear(d)
	for i := 0; i < rows; i++ {
		a, b := x[i*lanes:][:len(d)], y[i*lanes:][:len(d)]
		for l := range d {
			c := a[l] - b[l]
			d[l] += c * c
		}
	}
}

// Matrix writes dst[r][l] = sum over the columns c of m[r][c] x[c][l]; m is
// row-major with cols columns.
func Matrix(dst, x, m []float32, cols, lanes int) {
	r := 0
	for wide(cols, lanes) && (r+4)*cols <= len(m) && lane16.WeightedSum4(dst[r*lanes:], x, m[r*cols:][:4*cols]) {
		r += 4
	}
	for ; r*cols < len(m); r++ {
		WeightedSum(dst[r*lanes:], x, m[r*cols:][:cols], lanes)
	}
}
