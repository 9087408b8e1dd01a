package pitchkernel

import (
	"math"

	"github.com/attune-cx/attune/internal/dsp/lane16"
)

// Taper is the length in rows of each of the two steps by which a window's weight
// falls at either end: 1, 2/3, 1/3, 0. A hard edge would let r jump as a glottal
// pulse crosses it, and points between two lags could not be interpolated.
const Taper = 3

// Window is where a lag is measured: the later of its pairs of rows (t, t-lag) is
// t = Begin..End-1 at the width of two thirds weight, relative to the centre.
// Full weight begins and ends Taper rows inside, weight ends Taper rows outside.
type Window struct{ Begin, End int }

// WindowOf lays the pairs of lag evenly around the centre. They span the lag
// itself, one period against the next, but at least minWidth, and no row farther
// from the centre than reach.
func WindowOf(lag, minWidth, reach int) Window {
	width := min(max(lag, minWidth), 2*(reach-Taper)-lag)
	begin := lag/2 - width/2
	return Window{begin, begin + width}
}

// CrossCorrelate writes to dst [maxLag+1][lanes], rows minLag..maxLag, the weighted sums
//
//	dst[lag] = sum over t of w[t] x[t] x[t-lag],  t in WindowOf(lag) around centre
//
// of x [rows][lanes] (Talkin 1995, eq. 2, with a tapered window, centred and as
// long as the lag). x must reach rows centre-reach .. centre+reach-1.
func CrossCorrelate(dst, x []float32, lanes, centre, reach, minLag, maxLag, minWidth int) {
	lag := minLag
	for ; lag+3 <= maxLag && lanes == lane16.Width; lag += 4 {
		var windows [4][2]int
		narrow := false
		for k := range windows {
			w := WindowOf(lag+k, minWidth, reach)
			windows[k] = [2]int{centre + w.Begin, w.End - w.Begin}
			narrow = narrow || w.End-w.Begin < 2*Taper
		}
		if narrow || !lane16.CrossCorrelate4(dst[lag*lanes:], x, lag, &windows) {
			break
		}
	}
	for ; lag <= maxLag; lag++ {
		crossCorrelate(dst, x, lanes, centre, lag, WindowOf(lag, minWidth, reach))
	}
}

// crossCorrelate is CrossCorrelate of one lag.
func crossCorrelate(dst, x []float32, lanes, centre, lag int, w Window) {
	begin, end := centre+w.Begin, centre+w.End
	row := dst[lag*lanes : (lag+1)*lanes]
	if lanes == lane16.Width && end-begin >= 2*Taper && lane16.CrossCorrelate(row, x, begin, lag, end-begin) {
		return
	}
	var ring [16]float32
	part := ring[:lanes]
	products(row, x, lanes, begin+Taper, end-Taper, lag)
	addRing(row, part, x, lanes, begin, end-Taper, lag, 2.0/3)
	addRing(row, part, x, lanes, begin-Taper, end, lag, 1.0/3)
}

// products is the sum over t = from..to-1 of x[t] x[t-lag], lane by lane.
func products(dst, x []float32, lanes, from, to, lag int) {
	dots(dst, x[from*lanes:to*lanes], x[(from-lag)*lanes:(to-lag)*lanes], lanes)
}

// addRing adds weight times the products of Taper rows from left and from right on.
func addRing(dst, part, x []float32, lanes, left, right, lag int, weight float32) {
	for _, from := range [2]int{left, right} {
		products(part, x, lanes, from, from+Taper, lag)
		for l, v := range part {
			dst[l] += weight * v
		}
	}
}

// dots is the dot product of each lane: four lanes at a time so that their sums
// stay in registers. The conversions keep products from being fused into sums on
// machines that can, which would tell four lanes from one.
func dots(dst, x, y []float32, lanes int) {
	y = y[:len(x)]
	l := 0
	for ; l+4 <= lanes; l += 4 {
		var s0, s1, s2, s3 float32
		for i := l; i+3 < len(x) && i+3 < len(y); i += lanes {
			s0 += float32(x[i] * y[i])
			s1 += float32(x[i+1] * y[i+1])
			s2 += float32(x[i+2] * y[i+2])
			s3 += float32(x[i+3] * y[i+3])
		}
		dst[l], dst[l+1], dst[l+2], dst[l+3] = s0, s1, s2, s3
	}
	for ; l < lanes; l++ {
		var s float32
		for i := l; i < len(x); i += lanes {
			s += float32(x[i] * y[i])
		}
		dst[l] = s
	}
}

// Energy writes the energy of x [rows][lanes] from the centre out to every row
// within reach, at the weights of a [Window]'s edge, to dst [2*reach+1][lanes]:
//
//	dst[reach+m] = (S(m-Taper) + S(m) + S(m+Taper)) / 3,  -reach+Taper <= m <= reach-Taper
//
// where S(m) is the sum of x² over centre..centre+m-1 and, before the centre, less
// that over centre+m..centre-1. Counted outwards a window around the centre is a
// sum of two positive numbers, and a faint sound keeps its energy after a loud one.
// sums [2*reach+1][lanes] is scratch.
func Energy(dst, sums, x []float32, lanes, centre, reach int) {
	if wide(reach-Taper, lanes) && lane16.Energy(dst, sums, x, centre, reach) {
		return
	}
	middle := reach * lanes
	clear(sums[middle : middle+lanes])
	for m := range reach {
		fore, back := x[(centre+m)*lanes:][:lanes], x[(centre-m-1)*lanes:][:lanes]
		up, down := sums[middle+m*lanes:][:2*lanes], sums[middle-(m+1)*lanes:][:2*lanes]
		for l := range lanes {
			up[lanes+l] = up[l] + fore[l]*fore[l]
			down[l] = down[lanes+l] - back[l]*back[l]
		}
	}
	const step = Taper
	for i := step * lanes; i < len(sums)-step*lanes; i++ {
		dst[i] = (sums[i-step*lanes] + sums[i] + sums[i+step*lanes]) * (1.0 / 3)
	}
}

// Normalise divides the sums of [CrossCorrelate] in place by the geometric mean of
// the energies of both halves, as [Energy] gave them, so that a periodic sound
// gives 1 at its period. floor is added to the product of the energies: sound far
// below it gives 0.
func Normalise(sums, energy []float32, lanes, reach, minLag, maxLag, minWidth int, floor float32) {
	at := func(row int) []float32 { return energy[(reach+row)*lanes:][:lanes] }
	for lag := minLag; lag <= maxLag; lag++ {
		w := WindowOf(lag, minWidth, reach)
		if lanes == lane16.Width && lane16.Normalise(sums[lag*lanes:], energy, reach+w.Begin, reach+w.End, lag, floor) {
			continue
		}
		begin, end, begin2, end2 := at(w.Begin), at(w.End), at(w.Begin-lag), at(w.End-lag)
		row := sums[lag*lanes:][:lanes]
		for l := range row {
			e := positive((end[l] - begin[l]) * (end2[l] - begin2[l]))
			row[l] /= float32(math.Sqrt(float64(e + floor)))
		}
	}
}

func positive(v float32) float32 {
	if v > 0 {
		return v
	}
	return 0
}

// interpolator is the 12-point least-squares interpolator half way between two
// points, flat within 1 % up to three quarters of the band: the widest error of
// 2 sum h[j] cos(w (j+1/2)) - 1 over 0 <= w <= 3/4 pi is 0.010.
var interpolator = [6]float32{0.627162, -0.185141, 0.086297, -0.041010, 0.017246, -0.005364}

// Reach is how many points [Double] looks at beyond each end: Reach-1 before from
// and Reach after to.
const Reach = len(interpolator)

// Double interpolates r [rows][lanes] to twice the resolution:
// dst[2 lag] = r[lag], dst[2 lag + 1] half way to the next, for from <= lag < to;
// and dst[2 to] = r[to]. Rows from-Reach+1 .. to+Reach-1 of r must be filled.
func Double(dst, r []float32, lanes, from, to int) {
	h := &interpolator
	if wide(to-from, lanes) && lane16.Double(dst, r, from, to, h) {
		from = to
	}
	for lag := from; lag < to; lag++ {
		copy(dst[2*lag*lanes:(2*lag+1)*lanes], r[lag*lanes:])
		out := dst[(2*lag+1)*lanes : (2*lag+2)*lanes]
		near := r[(lag-Reach+1)*lanes : (lag+Reach+1)*lanes]
		for l := range out {
			out[l] = h[0]*(near[5*lanes+l]+near[6*lanes+l]) + h[1]*(near[4*lanes+l]+near[7*lanes+l]) +
				h[2]*(near[3*lanes+l]+near[8*lanes+l]) + h[3]*(near[2*lanes+l]+near[9*lanes+l]) +
				h[4]*(near[lanes+l]+near[10*lanes+l]) + h[5]*(near[l]+near[11*lanes+l])
		}
	}
	copy(dst[2*to*lanes:(2*to+1)*lanes], r[to*lanes:(to+1)*lanes])
}
