package pitchkernel

import "math"

// Width is the number of sample pairs that lag is measured over: the lag itself,
// so one period against the next, but at least minWidth.
func Width(lag, minWidth int) int { return max(lag, minWidth) }

// Begin is the first row of the later half of lag's pairs, such that the pairs
// (t, t-lag) lie evenly around centre.
func Begin(centre, lag, minWidth int) int { return centre + lag/2 - Width(lag, minWidth)/2 }

// CrossCorrelate writes to dst [maxLag+1][lanes], rows minLag..maxLag, the sums
//
//	dst[lag] = sum over t of x[t] x[t-lag],  t = Begin .. Begin+Width-1
//
// of x [rows][lanes] (Talkin 1995, eq. 2, with the window centred and as long as
// the lag). x must reach maxLag rows to both sides of centre.
func CrossCorrelate(dst, x []float32, lanes, centre, minLag, maxLag, minWidth int) {
	for lag := minLag; lag <= maxLag; lag++ {
		n := Width(lag, minWidth) * lanes
		a := Begin(centre, lag, minWidth) * lanes
		later, earlier := x[a:a+n], x[a-lag*lanes:a-lag*lanes+n]
		dots(dst[lag*lanes:(lag+1)*lanes], later, earlier, lanes)
	}
}

// dots is the dot product of each lane: four lanes at a time so that their sums
// stay in registers.
func dots(dst, x, y []float32, lanes int) {
	y = y[:len(x)]
	l := 0
	for ; l+4 <= lanes; l += 4 {
		var s0, s1, s2, s3 float32
		for i := l; i+3 < len(x) && i+3 < len(y); i += lanes {
			s0 += x[i] * y[i]
			s1 += x[i+1] * y[i+1]
			s2 += x[i+2] * y[i+2]
			s3 += x[i+3] * y[i+3]
		}
		dst[l], dst[l+1], dst[l+2], dst[l+3] = s0, s1, s2, s3
	}
	for ; l < lanes; l++ {
		var s float32
		for i := l; i < len(x); i += lanes {
			s += x[i] * y[i]
		}
		dst[l] = s
	}
}

// Outward writes the energy of x [rows][lanes] counted from centre outwards:
// after[m] = sum of x² over centre..centre+m-1, before[m] over centre-m..centre-1,
// for m = 0..n; both are [n+1][lanes]. Every window of [CrossCorrelate] holds the
// centre, so its energy is one sum of two entries and nothing is ever subtracted.
func Outward(after, before, x []float32, lanes, centre, n int) {
	for l := range lanes {
		after[l], before[l] = 0, 0
	}
	for m := range n {
		fore, back := x[(centre+m)*lanes:], x[(centre-m-1)*lanes:]
		from, to := m*lanes, (m+1)*lanes
		for l := range lanes {
			after[to+l] = after[from+l] + fore[l]*fore[l]
			before[to+l] = before[from+l] + back[l]*back[l]
		}
	}
}

// Normalise divides the sums of [CrossCorrelate] in place by the geometric mean of
// the energies of both halves, so that a periodic sound gives 1 at its period.
// floor is added to the product of the energies: sound far below it gives 0.
func Normalise(sums, after, before []float32, lanes, minLag, maxLag, minWidth int, floor float32) {
	for lag := minLag; lag <= maxLag; lag++ {
		a := Begin(0, lag, minWidth)
		b := a + Width(lag, minWidth)
		later1, later2 := after[b*lanes:], before[-a*lanes:]
		earlier1, earlier2 := before[(lag-a)*lanes:], after[max(b-lag, 0)*lanes:]
		row := sums[lag*lanes : (lag+1)*lanes]
		for l := range row {
			e := (later1[l] + later2[l]) * (earlier1[l] + earlier2[l])
			row[l] /= float32(math.Sqrt(float64(e + floor)))
		}
	}
}

// interpolator is the 8-point Hann-windowed sinc half way between two points.
var interpolator = designInterpolator()

func designInterpolator() (h [4]float32) {
	for j := range h {
		d := float64(j) + 0.5
		h[j] = float32((0.5 + 0.5*math.Cos(math.Pi*d/4.5)) * math.Sin(math.Pi*d) / (math.Pi * d))
	}
	return h
}

// Double interpolates r [maxLag+1][lanes] to twice the resolution:
// dst[2 lag] = r[lag], dst[2 lag + 1] half way to the next, for from <= lag < to;
// and dst[2 to] = r[to]. r must be filled from from-3 to to+4 - 1.
func Double(dst, r []float32, lanes, from, to int) {
	h0, h1, h2, h3 := interpolator[0], interpolator[1], interpolator[2], interpolator[3]
	for lag := from; lag < to; lag++ {
		copy(dst[2*lag*lanes:(2*lag+1)*lanes], r[lag*lanes:])
		out := dst[(2*lag+1)*lanes : (2*lag+2)*lanes]
		a := lag * lanes
		for l := range out {
			i := a + l
			out[l] = h0*(r[i]+r[i+lanes]) + h1*(r[i-lanes]+r[i+2*lanes]) +
				h2*(r[i-2*lanes]+r[i+3*lanes]) + h3*(r[i-3*lanes]+r[i+4*lanes])
		}
	}
	copy(dst[2*to*lanes:(2*to+1)*lanes], r[to*lanes:(to+1)*lanes])
}
