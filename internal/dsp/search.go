package dsp

import "github.com/attune-cx/attune/internal/dsp/lane16"

// Slide writes dst[i] = [Dot](x, y[i:]), the correlation of one leg's samples x
// with y at neighbouring lags; y has len(dst)+len(x)-1 samples at least.
func Slide(dst, x, y []float32) {
	if len(dst) >= lane16.Width && len(x) > 0 && lane16.Slide(dst, x, y) {
		return
	}
	for i := range dst {
		dst[i] = Dot(x, y[i:])
	}
}

// Peaks sets bit l of dst[i], for from <= i < to, where x[i][l] is a peak of its
// lane: at least least, not below the row before and above the row after. x holds
// the rows from-1 .. to; lanes is at most 16.
func Peaks(dst []uint16, x []float32, from, to int, least float32, lanes int) {
	if wide(to-from, lanes) && lane16.Peaks(dst, x, from, to, least) {
		return
	}
	for i := from; i < to; i++ {
		before, now, after := x[(i-1)*lanes:][:lanes], x[i*lanes:][:lanes], x[(i+1)*lanes:][:lanes]
		dst[i] = 0
		for l, v := range now {
			if v >= least && v >= before[l] && v > after[l] {
				dst[i] |= 1 << l
			}
		}
	}
}

// Strongest finds for each lane the greatest x[i][l] above 0, the first of equals,
// and its row from+i, among the rows with |from+i - not[l]| > reach. Where there
// is none, peak is 0 and place stays as it was.
func Strongest(peak []float32, place []int32, x []float32, rows, from int, not []int32, reach, lanes int) {
	if wide(rows, lanes) && lane16.Strongest(peak, place, x, rows, from, not, reach) {
		return
	}
	peak, place, not = peak[:lanes], place[:lanes], not[:lanes]
	clear(peak)
	for i := range rows {
		k := int32(from + i)
		for l, v := range x[i*lanes:][:lanes] {
			if d := k - not[l]; v > peak[l] && max(d, -d) > int32(reach) {
				peak[l], place[l] = v, k
			}
		}
	}
}

// Teager measures at least two rows of samples: the sum of |x[i]^2 - x[i-1] x[i+1]|
// over the inner rows (Kaiser 1990), the sum of squares, and how many samples have
// at least the magnitude full.
func Teager(energy, square, count, x []float32, full float32, lanes int) {
	n := len(x) / lanes
	if wide(n-1, lanes) && lane16.Teager(energy, square, count, x, n, full) {
		return
	}
	energy, square, count = energy[:lanes], square[:lanes], count[:lanes]
	clear(energy)
	clear(square)
	clear(count)
	for i := range n {
		now := x[i*lanes:][:lanes]
		for l, v := range now {
			square[l] += v * v
			if max(v, -v) >= full {
				count[l]++
			}
		}
		if i == 0 || i == n-1 {
			continue
		}
		before, after := x[(i-1)*lanes:][:lanes], x[(i+1)*lanes:][:lanes]
		for l, v := range now {
			e := v*v - before[l]*after[l]
			energy[l] += max(e, -e)
		}
	}
}
