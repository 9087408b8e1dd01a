package prosody

import (
	"math"

	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/dsp"
)

// decibels per doubling of power: 10 log10(2).
var decibel = float32(10 * math.Log10(2))

// decibels is 10 log10 of a power.
func decibels(power float32) float32 { return decibel * dsp.Log2Of(power) }

// tilt holds the descriptors of spectral balance, all on the power spectrum P:
//
//	alphaRatio       10 log10 (sum P 1-5 kHz / sum P below 1 kHz)
//	hammarbergIndex  10 log10 (max P below 2 kHz / max P 2-5 kHz)
//	slope0-500       slope of 10 log10 P over frequency, dB/Hz
//	slope500-1500    likewise
//
// A band of the ratios holds its lower limit and not its upper. At 8 kHz the
// upper band ends at 4 kHz.
type tilt struct {
	lanes     int
	top       int       // rows up to 5 kHz or the band's end
	low, high []float32 // [lane]
	level     []float32 // [row][lane] 10 log10 P up to 1500 Hz
	slopes    [2]slope
}

// slope is a least-squares fit over the rows first..first+len(w)-1.
type slope struct {
	column features.Column
	first  int
	w      []float32
}

func (t *tilt) init(bins, lanes int) {
	t.lanes = lanes
	t.top = min(hz(5000)+1, bins)
	t.low, t.high = make([]float32, lanes), make([]float32, lanes)
	t.level = make([]float32, (hz(1500)+1)*lanes)
	t.slopes = [2]slope{
		newSlope(features.Slope0To500, 0, 500),
		newSlope(features.Slope500To1500, 500, 1500),
	}
}

// levelFloor is the least P that a slope sees: -140 dB.
const levelFloor = 1e-14

// newSlope lays the weights so that their product with log2 P is the slope of
// 10 log10 P in dB/Hz:
//
//	(N sum f y - sum f sum y) / (N sum f^2 - (sum f)^2)
//
// with N the width of the band in rows, which is one less than the rows that it
// holds. That is how the field's numbers are made (r = 1.000 with openSMILE's; the
// textbook's N gives 0.79), so a slope carries a small share of the level.
func newSlope(c features.Column, from, to float64) slope {
	s := slope{column: c, first: hz(from), w: make([]float32, hz(to)-hz(from)+1)}
	n, f1, f2 := (to-from)/spacing, 0., 0.
	for i := range s.w {
		f := from + spacing*float64(i)
		f1, f2 = f1+f, f2+f*f
	}
	for i := range s.w {
		f := from + spacing*float64(i)
		s.w[i] = float32((n*f - f1) / (n*f2 - f1*f1) * 10 * math.Log10(2))
	}
	return s
}

func (t *tilt) run(row, p []float32) {
	split := hz(1000)
	dsp.Sum(t.low, p, split, t.lanes)
	dsp.Sum(t.high, p[split*t.lanes:], t.top-split, t.lanes)
	t.ratio(column(row, features.AlphaRatio, t.lanes), t.high, t.low)

	split = hz(2000)
	dsp.Peak(t.low, p, split, t.lanes)
	dsp.Peak(t.high, p[split*t.lanes:], t.top-split, t.lanes)
	t.ratio(column(row, features.Hammarberg, t.lanes), t.low, t.high)

	dsp.AtLeast(t.level, p, levelFloor)
	dsp.Log2(t.level, t.level)
	for _, s := range t.slopes {
		dsp.WeightedSum(column(row, s.column, t.lanes), t.level[s.first*t.lanes:], s.w, t.lanes)
	}
}

// ratio writes 10 log10 (a/b) over a and b, which it spoils.
func (t *tilt) ratio(dst, a, b []float32) {
	dsp.Log2(a, a)
	dsp.Log2(b, b)
	for l := range dst {
		dst[l] = decibel * (a[l] - b[l])
	}
}

// flux is the root of the mean squared change of the magnitude spectrum |FFT|
// from the frame before, up to 5 kHz.
type flux struct {
	lanes int
	rows  int
	m     []float32 // [row][lane] magnitude
}

func (f *flux) init(bins, lanes int) {
	f.lanes = lanes
	f.rows = min(hz(5000), bins)
	f.m = make([]float32, f.rows*lanes)
}

// run measures the change from the magnitudes before, which it replaces in the
// active lanes.
func (f *flux) run(row, p, before []float32, active []uint32) {
	dsp.Sqrt(f.m, p[:len(f.m)])
	dst := column(row, features.SpectralFlux, f.lanes)
	dsp.SumSquaredChange(dst, f.m, before, f.rows, f.lanes)
	for l := range dst {
		dst[l] /= float32(f.rows)
	}
	dsp.Sqrt(dst, dst)
	dsp.Blend(before, f.m, active)
}
