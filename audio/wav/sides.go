package wav

import "math"

// Thresholds of Sides.Same and Sides.Silent.
const (
	sameCorrelation = 0.98  // 17 dB between the common signal and the rest
	silentDBFS      = -65.0 // below the noise of any telephone line in use
)

// Sides compares the two channels of a file, fed in pieces, to find recordings
// that hold one mix on both sides where two parties were expected.
// The zero value is ready.
type Sides struct {
	n                float64
	l, r, ll, rr, lr float64
}

// Add takes the next samples of both sides, equally many.
func (s *Sides) Add(left, right []float32) {
	for i, v := range left {
		l, r := float64(v), float64(right[i])
		s.l += l
		s.r += r
		s.ll += l * l
		s.rr += r * r
		s.lr += l * r
	}
	s.n += float64(len(left))
}

// Correlation of the two sides, -1..1, at no shift and with DC removed; 0 when
// either side is silent.
func (s *Sides) Correlation() float64 {
	if left, right := s.Silent(); left || right {
		return 0
	}
	return s.covariance(s.lr, s.l, s.r) / math.Sqrt(s.covariance(s.ll, s.l, s.l)*s.covariance(s.rr, s.r, s.r))
}

// Same reports whether both sides hold the same signal, whatever its gain or
// polarity on either: a mono or mixed recording in two channels. Two parties
// with side tone or echo between them are not the same.
func (s *Sides) Same() bool { return math.Abs(s.Correlation()) >= sameCorrelation }

// Silent reports which sides hold nothing above -65 dBFS on average.
func (s *Sides) Silent() (left, right bool) {
	floor := math.Pow(10, silentDBFS/10)
	quiet := func(square, sum float64) bool { return s.n == 0 || s.covariance(square, sum, sum) < floor }
	return quiet(s.ll, s.l), quiet(s.rr, s.r)
}

func (s *Sides) covariance(product, a, b float64) float64 {
	return product/s.n - a/s.n*(b/s.n)
}
