package pitchkernel

import (
	"math"

	"github.com/attune-cx/attune/internal/dsp/lane16"
)

// Coefficients of a biquad, a0 = 1.
type Coefficients struct{ B0, B1, B2, A1, A2 float32 }

// LowPass is the second-order Butterworth low-pass at cutoff Hz (bilinear
// transform with pre-warping: Bristow-Johnson, Audio EQ Cookbook, Q = 1/sqrt 2).
func LowPass(rate, cutoff float64) Coefficients {
	c, alpha := warp(rate, cutoff)
	return normalise((1-c)/2, 1-c, (1-c)/2, c, alpha)
}

// HighPass is the second-order Butterworth high-pass at cutoff Hz.
func HighPass(rate, cutoff float64) Coefficients {
	c, alpha := warp(rate, cutoff)
	return normalise((1+c)/2, -1-c, (1+c)/2, c, alpha)
}

func warp(rate, cutoff float64) (c, alpha float64) {
	w := 2 * math.Pi * cutoff / rate
	return math.Cos(w), math.Sin(w) / math.Sqrt2
}

func normalise(b0, b1, b2, c, alpha float64) Coefficients {
	a0 := 1 + alpha
	return Coefficients{float32(b0 / a0), float32(b1 / a0), float32(b2 / a0), float32(-2 * c / a0), float32((1 - alpha) / a0)}
}

// tiny is where a decaying filter is taken for silent: far under any 16-bit
// step, far over the denormals that would slow the silence down.
const tiny = 1e-18

// Biquad filters x [rows][lanes] into dst in transposed direct form II; state is [2][lanes].
// dst may be x.
func Biquad(dst, x []float32, lanes int, k Coefficients, state []float32) {
	if wide(len(x), lanes) && lane16.Biquad(dst, x, &[5]float32{k.B0, k.B1, k.B2, k.A1, k.A2}, state) {
		return
	}
	s1, s2 := state[:lanes], state[lanes:2*lanes]
	for l := range s1 {
		a, b := s1[l], s2[l]
		for i := l; i < len(x); i += lanes {
			v := x[i]
			y := k.B0*v + a
			a = k.B1*v - k.A1*y + b
			b = k.B2*v - k.A2*y
			dst[i] = y
		}
		s1[l], s2[l] = flush(a), flush(b)
	}
}

func flush(v float32) float32 {
	if v < tiny && v > -tiny {
		return 0
	}
	return v
}

// HalfBandRows is how many rows of history [HalfBand] needs before the first new one.
const HalfBandRows = 14

// halfBand is the odd taps of a 15-tap half-band low-pass: a Hamming-windowed
// sinc at a quarter of the rate, scaled to unity at 0 Hz. The centre tap is centreTap.
var halfBand, centreTap = designHalfBand()

func designHalfBand() (odd [4]float32, centre float32) {
	var taps [4]float64
	sum := 0.5
	for i := range taps {
		d := float64(2*i + 1)
		w := 0.54 + 0.46*math.Cos(math.Pi*d/8)
		taps[i] = w * math.Sin(math.Pi*d/2) / (math.Pi * d)
		sum += 2 * taps[i]
	}
	for i, v := range taps {
		odd[i] = float32(v / sum)
	}
	return odd, float32(0.5 / sum)
}

// HalfBand low-passes x at a quarter of its rate and keeps every second row.
// x is [HalfBandRows + 2n][lanes], its first HalfBandRows rows the end of the
// block before; dst is [n][lanes]. The delay is 7 rows of x.
func HalfBand(dst, x []float32, lanes int) {
	if wide(len(dst), lanes) && lane16.HalfBand(dst, x, &[5]float32{centreTap, halfBand[0], halfBand[1], halfBand[2], halfBand[3]}) {
		return
	}
	h0, h1, h2, h3, hc := halfBand[0], halfBand[1], halfBand[2], halfBand[3], centreTap
	for r := 0; r < len(dst)/lanes; r++ {
		// the newest row of output r is HalfBandRows + 2r; its centre lies 7 rows back
		c := (HalfBandRows + 2*r - 7) * lanes
		out := dst[r*lanes : (r+1)*lanes]
		for l := range out {
			i := c + l
			out[l] = hc*x[i] +
				h0*(x[i-lanes]+x[i+lanes]) + h1*(x[i-3*lanes]+x[i+3*lanes]) +
				h2*(x[i-5*lanes]+x[i+5*lanes]) + h3*(x[i-7*lanes]+x[i+7*lanes])
		}
	}
}

// Keep copies from saved to state [rows][lanes] every lane whose bit in active is clear.
func Keep(state, saved []float32, lanes int, active uint16) {
	for l := range lanes {
		if active>>l&1 == 1 {
			continue
		}
		for i := l; i < len(state); i += lanes {
			state[i] = saved[i]
		}
	}
}

// Shift moves the rows of x [rows][lanes] up by n, dropping the first n, and puts
// the n rows of add at the end; only in the lanes of active. full is the mask of all lanes.
func Shift(x, add []float32, lanes int, active, full uint16) {
	n := len(add)
	if active == full {
		copy(x, x[n:])
		copy(x[len(x)-n:], add)
		return
	}
	for l := range lanes {
		if active>>l&1 == 0 {
			continue
		}
		for i := l; i < len(x)-n; i += lanes {
			x[i] = x[i+n]
		}
		for i := l; i < n; i += lanes {
			x[len(x)-n+i] = add[i]
		}
	}
}

// MeanSquare writes the mean square of each lane of x [rows][lanes] to dst [lanes].
func MeanSquare(dst, x []float32, lanes int) {
	if wide(len(x), lanes) && lane16.SumSquare(dst, x) {
		for l := range lanes {
			dst[l] /= float32(len(x) / lanes)
		}
		return
	}
	for l := range lanes {
		var sum float32
		for i := l; i < len(x); i += lanes {
			sum += x[i] * x[i]
		}
		dst[l] = sum / float32(len(x)/lanes)
	}
}

// wide tells whether the assembly's kernels fit a slab of n elements.
func wide(n, lanes int) bool { return lanes == lane16.Width && n > 0 }
