//go:build !amd64 || purego

package lane16

// There is no assembly here: every kernel reports false.
var level, best Level

// Log2 does nothing.
func Log2(dst, x []float32) bool { return false }

// Exp2 does nothing.
func Exp2(dst, x []float32) bool { return false }

// Sqrt does nothing.
func Sqrt(dst, x []float32) bool { return false }

// Load does nothing.
func Load(z, x, w []float32, place []int32) bool { return false }

// Butterflies2 does nothing.
func Butterflies2(z []float32, pairs int) bool { return false }

// Butterflies4 does nothing.
func Butterflies4(z, tw []float32, q, points int) bool { return false }

// Power does nothing.
func Power(p, z, split []float32, half int) bool { return false }

// WeightedSum does nothing.
func WeightedSum(dst, x, w []float32) bool { return false }

// WeightedSum4 does nothing.
func WeightedSum4(dst, x, m []float32) bool { return false }

// Sum does nothing.
func Sum(dst, x []float32, rows int) bool { return false }

// Peak does nothing.
func Peak(dst, x []float32, rows int) bool { return false }

// SquaredChange does nothing.
func SquaredChange(dst, x, y []float32, rows int) bool { return false }

// Teager does nothing.
func Teager(energy, square, count, x []float32, rows int, full float32) bool { return false }

// Strongest does nothing.
func Strongest(peak []float32, place []int32, x []float32, rows, from int, not []int32, reach int) bool {
	return false
}

// Levinson does nothing.
func Levinson(a, r []float32, order int) bool { return false }

// Aberth does nothing.
func Aberth(re, im, moved, a []float32, pairs, steps int) bool { return false }

// Biquad does nothing.
func Biquad(dst, x []float32, k *[5]float32, state []float32) bool { return false }

// HalfBand does nothing.
func HalfBand(dst, x []float32, h *[5]float32) bool { return false }

// SumSquare does nothing.
func SumSquare(dst, x []float32) bool { return false }

// CrossCorrelate does nothing.
func CrossCorrelate(dst, x []float32, begin, lag, width int) bool { return false }

// Energy does nothing.
func Energy(dst, sums, x []float32, centre, reach int) bool { return false }

// Normalise does nothing.
func Normalise(row, energy []float32, begin, end, lag int, floor float32) bool { return false }

// Double does nothing.
func Double(dst, r []float32, from, to int, h *[6]float32) bool { return false }

// Slide does nothing.
func Slide(dst, x, y []float32) bool { return false }

// Peaks does nothing.
func Peaks(dst []uint16, x []float32, from, to int, least float32) bool { return false }

// Admit does nothing.
func Admit(dst, x []float32, limit float32) bool { return false }

// Spread does nothing.
func Spread(dst, x []float32, starts []int32, n int) bool { return false }

// Lower does nothing.
func Lower(dst, x []float32, by float32) bool { return false }

// FollowLevels does nothing.
func FollowLevels(steady, smooth, least, most, x, low, high []float32, heard, first []uint32, pace, within float32) bool {
	return false
}

// Excess does nothing.
func Excess(dst, floor, ended, least, x []float32, bias, lowest, most float32) bool { return false }

// AtLeast does nothing.
func AtLeast(dst, x []float32, least float32) bool { return false }

// Likeness does nothing.
func Likeness(r, moving []float32, still, least float32) bool { return false }

// Smooth does nothing.
func Smooth(dst, before, now, after, not []float32) bool { return false }
