package functionals

import (
	"math"

	"github.com/attune-cx/attune/features"
)

// point is one hop of the two contours whose order in time matters.
type point struct {
	pitch float32 // semitones; 0 is unvoiced
	loud  float32
}

// span returns the contours in order of time, in two parts.
func (w *Window) span() [2][]point {
	first := w.next - w.hops
	if first >= 0 {
		return [2][]point{w.points[first:w.next]}
	}
	return [2][]point{w.points[first+len(w.points):], w.points[:w.next]}
}

const hopSeconds = 0.01

// smallSpan is how many hops a window may hold for its contours to be folded on
// the stack.
const smallSpan = 1024

// contours writes the ten functionals of pitch and of loudness, and the rate of
// loudness peaks. The pitch contour is that of the voiced hops put end to end, as
// the field does it.
func (w *Window) contours(dst *Stats) {
	var small [2 * smallSpan]float32
	x := small[:]
	if w.large != nil {
		x = w.large
	}
	c := contour{x: x[:len(x)/2], y: x[len(x)/2:]}
	for _, part := range w.span() {
		for i := range part {
			if v := part[i].pitch; v < 0 || v > 0 {
				c.x[c.n] = v
				c.n++
			}
		}
	}
	c.write(dst.V[F0Mean:])
	c.n = 0
	for _, part := range w.span() {
		for i := range part {
			if v := part[i].loud; v == v {
				c.x[c.n] = v
				c.n++
			}
		}
	}
	if peaks := c.write(dst.V[LoudnessMean:]); c.n > 0 {
		dst.V[LoudnessPeaksPerSec] = float32(peaks) / (float32(c.n) * hopSeconds)
	}
}

// contour holds the n values of one column in order of time in x, and room for as
// many in y.
type contour struct {
	x, y []float32
	n    int
}

// write writes the ten functionals of a contour to v, nothing where there is no
// value, and returns the number of its peaks.
func (c *contour) write(v []float32) (peaks int) {
	if c.n == 0 {
		return 0
	}
	x := c.x[:c.n]
	low, high := x[0], x[0]
	var sum, square float64
	for _, a := range x {
		if a < low {
			low = a
		}
		if a > high {
			high = a
		}
		sum += float64(a)
		square += float64(a) * float64(a)
	}
	v[0], v[1] = moments(sum, square, c.n)
	r := rankingOf(c.y[:c.n], x, low, high)
	v[2], v[3], v[4] = r.percentile(0.2), r.percentile(0.5), r.percentile(0.8)
	v[5] = v[4] - v[2]
	return slopes(v[6:10], x, turning*(high-low))
}

// turning is how far a contour must come back for an extreme to count, as a
// share of its range.
const turning = 0.1

// slopes writes mean and deviation of the rising and falling slopes between
// neighbouring extremes of x, which holds at least one value, per second, to v[0:4],
// and returns the number of peaks. Falling slopes are positive. An extreme counts
// once x has come back from it by more than need.
func slopes(v, x []float32, need float32) (peaks int) {
	var up, down spread
	peak, valley := x[0], x[0] // greatest and least since the last extreme
	peakAt, valleyAt, last := 0, 0, -1
	rising, falling := true, true // where the contour may be going
	for i, a := range x {
		if rising {
			if a > peak {
				peak, peakAt = a, i
			} else if a < peak-need {
				if last >= 0 {
					up.add(float64(peak-x[last]) / (float64(peakAt-last) * hopSeconds))
				}
				peaks++
				last, rising, falling = peakAt, false, true
				valley, valleyAt = a, i
			}
		}
		if falling {
			if a < valley {
				valley, valleyAt = a, i
			} else if a > valley+need {
				if last >= 0 {
					down.add(float64(x[last]-valley) / (float64(valleyAt-last) * hopSeconds))
				}
				last, rising, falling = valleyAt, true, false
				peak, peakAt = a, i
			}
		}
	}
	v[0], v[1] = up.mean(), up.deviation()
	v[2], v[3] = down.mean(), down.deviation()
	return peaks
}

// spread gathers mean and standard deviation.
type spread struct {
	n           int
	sum, square float64
}

func (s *spread) add(v float64) {
	s.n++
	s.sum += v
	s.square += v * v
}

func (s *spread) mean() float32 { return ratio(s.sum, s.n) }

func (s *spread) deviation() float32 {
	if s.n == 0 {
		return features.Null
	}
	m := s.sum / float64(s.n)
	return float32(math.Sqrt(max(s.square/float64(s.n)-m*m, 0)))
}
