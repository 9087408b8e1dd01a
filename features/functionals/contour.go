package functionals

import (
	"math"

	"github.com/attune-cx/attune/features"
)

// contour is a ring of one column's values.
type contour struct {
	v     []float32
	first int
	n     int
}

func (c *contour) push(v float32) {
	c.v[(c.first+c.n)%len(c.v)] = v
	c.n++
}

func (c *contour) drop(n int) {
	c.first = (c.first + n) % len(c.v)
	c.n -= n
}

// values copies what is not null, and not 0 where zeros are unvoiced, in order
// of time, to dst and returns it.
func (c *contour) values(dst []float32, nonzero bool) []float32 {
	n := 0
	for i := range c.n {
		v := c.v[(c.first+i)%len(c.v)]
		if v != v || nonzero && v == 0 {
			continue
		}
		dst[n] = v
		n++
	}
	return dst[:n]
}

const hopSeconds = 0.01

// contours writes the ten functionals of pitch and of loudness, and the rate of
// loudness peaks. The pitch contour is that of the voiced hops put end to end, as
// the field does it.
func (w *Window) contours(dst *Stats) {
	x := w.pitch.values(w.scratch, true)
	slopes(dst.V[F0Mean:], x)
	levels(dst.V[F0Mean:], x)
	x = w.loud.values(w.scratch, false)
	peaks := slopes(dst.V[LoudnessMean:], x)
	if len(x) > 0 {
		dst.V[LoudnessPeaksPerSec] = float32(peaks) / (float32(len(x)) * hopSeconds)
	}
	levels(dst.V[LoudnessMean:], x)
}

// levels writes mean, deviation over mean, percentiles 20, 50, 80 and the range
// between the outer ones to v[0:6]. It reorders x.
func levels(v, x []float32) {
	if len(x) == 0 {
		return
	}
	var sum, square float64
	for _, a := range x {
		sum += float64(a)
		square += float64(a) * float64(a)
	}
	v[0], v[1] = moments(sum, square, len(x))
	v[3] = percentile(x, 0.5)
	v[2] = percentile(x, 0.2)
	v[4] = percentile(x, 0.8)
	v[5] = v[4] - v[2]
}

// percentile interpolates linearly between the order statistics beside
// p (n-1). It reorders x, which holds at least one value.
func percentile(x []float32, p float64) float32 {
	place := p * float64(len(x)-1)
	k := int(place)
	low := nth(x, k)
	if k+1 == len(x) {
		return low
	}
	high := x[k+1]
	for _, a := range x[k+2:] {
		high = min(high, a)
	}
	return low + float32(place-float64(k))*(high-low)
}

// nth moves the k-th smallest value to x[k], no greater ones before it and no
// smaller ones after it (Hoare 1961), and returns it.
func nth(x []float32, k int) float32 {
	lo, hi := 0, len(x)-1
	for lo < hi {
		pivot := x[lo+(hi-lo)/2]
		i, j := lo, hi
		for i <= j {
			for x[i] < pivot {
				i++
			}
			for x[j] > pivot {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return x[k]
		}
	}
	return x[k]
}

// turning is how far a contour must come back for an extreme to count, as a
// share of its range.
const turning = 0.1

// slopes writes mean and deviation of the rising and falling slopes between
// neighbouring extremes, per second, to v[6:10], and returns the number of peaks.
// Falling slopes are positive.
func slopes(v, x []float32) (peaks int) {
	if len(x) == 0 {
		return 0
	}
	low, high := x[0], x[0]
	for _, a := range x {
		low, high = min(low, a), max(high, a)
	}
	e := extremes{x: x, need: turning * (high - low)}
	var up, down spread
	last := -1
	for e.next() {
		if e.peak {
			peaks++
		}
		if last >= 0 {
			slope := float64(x[e.at]-x[last]) / (float64(e.at-last) * hopSeconds)
			if e.peak {
				up.add(slope)
			} else {
				down.add(-slope)
			}
		}
		last = e.at
	}
	v[6], v[7] = up.mean(), up.deviation()
	v[8], v[9] = down.mean(), down.deviation()
	return peaks
}

// extremes walks over the peaks and valleys of x in turn.
type extremes struct {
	x         []float32
	need      float32
	i         int // next value to look at
	high, low int // greatest and least since the last extreme
	at        int // the extreme found
	peak      bool
	seen      bool
}

// next finds the next extreme and reports whether there is one.
func (e *extremes) next() bool {
	for ; e.i < len(e.x); e.i++ {
		v := e.x[e.i]
		if v > e.x[e.high] {
			e.high = e.i
		}
		if v < e.x[e.low] {
			e.low = e.i
		}
		if (!e.seen || !e.peak) && v < e.x[e.high]-e.need {
			e.at, e.peak, e.seen, e.low = e.high, true, true, e.i
			return true
		}
		if (!e.seen || e.peak) && v > e.x[e.low]+e.need {
			e.at, e.peak, e.seen, e.high = e.low, false, true, e.i
			return true
		}
	}
	return false
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
