//go:build amd64 && !purego

package lane16

import "golang.org/x/sys/cpu"

// level is what the kernels use now; best is what the CPU has.
var (
	best  = detect()
	level = best
)

func detect() Level {
	switch {
	case cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL:
		return AVX512
	case cpu.X86.HasAVX2:
		return AVX2
	}
	return Generic
}

// Log2 writes dst[i] = log2(x[i]) for whole rows; see dsp.Log2.
func Log2(dst, x []float32) bool {
	if level == Generic {
		return false
	}
	x = x[:len(dst)]
	if level == AVX512 {
		log2AVX512(&dst[0], &x[0], len(dst)/Width)
	} else {
		log2AVX2(&dst[0], &x[0], len(dst)/Width)
	}
	return true
}

// Exp2 writes dst[i] = 2^x[i] for whole rows; see dsp.Exp2.
func Exp2(dst, x []float32) bool {
	if level == Generic {
		return false
	}
	x = x[:len(dst)]
	if level == AVX512 {
		exp2AVX512(&dst[0], &x[0], len(dst)/Width)
	} else {
		exp2AVX2(&dst[0], &x[0], len(dst)/Width)
	}
	return true
}

// Sqrt writes dst[i] = sqrt(x[i]) for whole rows, 0 for a negative argument.
func Sqrt(dst, x []float32) bool {
	if level == Generic {
		return false
	}
	x = x[:len(dst)]
	if level == AVX512 {
		sqrtAVX512(&dst[0], &x[0], len(dst)/Width)
	} else {
		sqrtAVX2(&dst[0], &x[0], len(dst)/Width)
	}
	return true
}

// Load windows the len(w) rows of x to their places in z and clears the other places; places lie below len(place), of which there are no fewer than weights.
func Load(z, x, w []float32, place []int32) bool {
	if level == Generic {
		return false
	}
	_, _ = x[:len(w)*Width], z[:len(place)*Width]
	if level == AVX512 {
		loadAVX512(&z[0], &x[0], &w[0], &place[0], len(w), len(place))
	} else {
		loadAVX2(&z[0], &x[0], &w[0], &place[0], len(w), len(place))
	}
	return true
}

// Butterflies2 transforms each of the pairs of adjacent complex points of z.
func Butterflies2(z []float32, pairs int) bool {
	if level == Generic {
		return false
	}
	z = z[:4*pairs*Width]
	if level == AVX512 {
		butterflies2AVX512(&z[0], pairs)
	} else {
		butterflies2AVX2(&z[0], pairs)
	}
	return true
}

// Butterflies4 does one radix-4 stage, quarters q apart, over the complex points of z.
func Butterflies4(z, tw []float32, q, points int) bool {
	if level == Generic {
		return false
	}
	z, _ = z[:2*points*Width], tw[:2*points]
	if level == AVX512 {
		butterflies4AVX512(&z[0], &tw[0], q, points)
	} else {
		butterflies4AVX2(&z[0], &tw[0], q, points)
	}
	return true
}

// Power writes the power of the half+1 rows of a real spectrum; see dsp.RFFT.
func Power(p, z, split []float32, half int) bool {
	if level == Generic {
		return false
	}
	p, z, split = p[:(half+1)*Width], z[:2*half*Width], split[:half+2]
	if level == AVX512 {
		powerAVX512(&p[0], &z[0], &split[0], half)
	} else {
		powerAVX2(&p[0], &z[0], &split[0], half)
	}
	return true
}

// WeightedSum writes dst[l] = sum of w[i] x[i][l].
func WeightedSum(dst, x, w []float32) bool {
	if level == Generic {
		return false
	}
	dst, x = dst[:Width], x[:len(w)*Width]
	if level == AVX512 {
		weightedSumAVX512(&dst[0], &x[0], &w[0], len(w))
	} else {
		weightedSumAVX2(&dst[0], &x[0], &w[0], len(w))
	}
	return true
}

// WeightedSum4 writes four weighted sums; m has four rows of weights, one after another.
func WeightedSum4(dst, x, m []float32) bool {
	if level == Generic {
		return false
	}
	dst, x = dst[:4*Width], x[:len(m)/4*Width]
	if level == AVX512 {
		weightedSum4AVX512(&dst[0], &x[0], &m[0], len(m)/4)
	} else {
		weightedSum4AVX2(&dst[0], &x[0], &m[0], len(m)/4)
	}
	return true
}

// Sum writes dst[l] = sum of x[i][l].
func Sum(dst, x []float32, rows int) bool {
	if level == Generic {
		return false
	}
	dst, x = dst[:Width], x[:rows*Width]
	if level == AVX512 {
		sumAVX512(&dst[0], &x[0], rows)
	} else {
		sumAVX2(&dst[0], &x[0], rows)
	}
	return true
}

// Peak writes dst[l] = the greatest of 0 and x[i][l].
func Peak(dst, x []float32, rows int) bool {
	if level == Generic {
		return false
	}
	dst, x = dst[:Width], x[:rows*Width]
	if level == AVX512 {
		peakAVX512(&dst[0], &x[0], rows)
	} else {
		peakAVX2(&dst[0], &x[0], rows)
	}
	return true
}

// SquaredChange writes dst[l] = sum of (x[i][l] - y[i][l])^2.
func SquaredChange(dst, x, y []float32, rows int) bool {
	if level == Generic {
		return false
	}
	dst, x, y = dst[:Width], x[:rows*Width], y[:rows*Width]
	if level == AVX512 {
		squaredChangeAVX512(&dst[0], &x[0], &y[0], rows)
	} else {
		squaredChangeAVX2(&dst[0], &x[0], &y[0], rows)
	}
	return true
}

// Teager sums Teager's energy, the squares and the samples at full scale over at least two rows; see dsp.Teager.
func Teager(energy, square, count, x []float32, rows int, full float32) bool {
	if level == Generic {
		return false
	}
	energy, square, count, x = energy[:Width], square[:Width], count[:Width], x[:max(rows, 2)*Width]
	if level == AVX512 {
		teagerAVX512(&energy[0], &square[0], &count[0], &x[0], rows, full)
	} else {
		teagerAVX2(&energy[0], &square[0], &count[0], &x[0], rows, full)
	}
	return true
}

// Strongest finds the greatest rows; see dsp.Strongest.
func Strongest(peak []float32, place []int32, x []float32, rows, from int, not []int32, reach int) bool {
	if level == Generic {
		return false
	}
	peak, place, x, not = peak[:Width], place[:Width], x[:rows*Width], not[:Width]
	if level == AVX512 {
		strongestAVX512(&peak[0], &place[0], &x[0], rows, from, &not[0], reach)
	} else {
		strongestAVX2(&peak[0], &place[0], &x[0], rows, from, &not[0], reach)
	}
	return true
}

// Levinson solves for predictors; see dsp.Levinson.
func Levinson(a, r []float32, order int) bool {
	if level == Generic {
		return false
	}
	a, r = a[:(order+1)*Width], r[:(order+1)*Width]
	if level == AVX512 {
		levinsonAVX512(&a[0], &r[0], order)
	} else {
		levinsonAVX2(&a[0], &r[0], order)
	}
	return true
}

// Aberth moves all roots by Aberth's method; see dsp.Roots.
func Aberth(re, im, moved, a []float32, pairs, steps int) bool {
	if level == Generic {
		return false
	}
	re, im, moved, a = re[:pairs*Width], im[:pairs*Width], moved[:pairs*Width], a[:(2*pairs+1)*Width]
	if level == AVX512 {
		aberthAVX512(&re[0], &im[0], &moved[0], &a[0], pairs, steps)
	} else {
		aberthAVX2(&re[0], &im[0], &moved[0], &a[0], pairs, steps)
	}
	return true
}

// Biquad filters whole rows with k = b0, b1, b2, a1, a2; see pitchkernel.Biquad.
func Biquad(dst, x []float32, k *[5]float32, state []float32) bool {
	if level == Generic {
		return false
	}
	dst, state = dst[:len(x)], state[:2*Width]
	if level == AVX512 {
		biquadAVX512(&dst[0], &x[0], len(x)/Width, &k[0], &state[0])
	} else {
		biquadAVX2(&dst[0], &x[0], len(x)/Width, &k[0], &state[0])
	}
	return true
}

// HalfBand halves the rate with the centre tap and the four odd taps h; see pitchkernel.HalfBand.
func HalfBand(dst, x []float32, h *[5]float32) bool {
	if level == Generic {
		return false
	}
	_ = x[:(2*(len(dst)/Width-1)+15)*Width]
	if level == AVX512 {
		halfBandAVX512(&dst[0], &x[7*Width], len(dst)/Width, &h[0])
	} else {
		halfBandAVX2(&dst[0], &x[7*Width], len(dst)/Width, &h[0])
	}
	return true
}

// SumSquare writes dst[l] = sum of x[i][l]^2 over the rows of x.
func SumSquare(dst, x []float32) bool {
	if level == Generic {
		return false
	}
	dst = dst[:Width]
	if level == AVX512 {
		sumSquareAVX512(&dst[0], &x[0], len(x)/Width)
	} else {
		sumSquareAVX2(&dst[0], &x[0], len(x)/Width)
	}
	return true
}

// CrossCorrelate writes the tapered product sum of a lag over width >= 6 rows of x from begin on; see pitchkernel.CrossCorrelate.
func CrossCorrelate(dst, x []float32, begin, lag, width int) bool {
	if level == Generic {
		return false
	}
	dst = dst[:Width]
	_, _ = x[(begin-lag-3)*Width:], x[:(begin+width+3)*Width]
	if level == AVX512 {
		crossCorrelateAVX512(&dst[0], &x[begin*Width], lag, max(width, 6))
	} else {
		crossCorrelateAVX2(&dst[0], &x[begin*Width], lag, max(width, 6))
	}
	return true
}

// Energy counts the energy outwards from the centre, reach >= 3; see pitchkernel.Energy.
func Energy(dst, sums, x []float32, centre, reach int) bool {
	if level == Generic {
		return false
	}
	dst, sums, x = dst[:(2*reach+1)*Width], sums[:(2*reach+1)*Width], x[(centre-reach)*Width:(centre+reach)*Width]
	if level == AVX512 {
		energyAVX512(&dst[reach*Width], &sums[reach*Width], &x[reach*Width], reach)
	} else {
		energyAVX2(&dst[reach*Width], &sums[reach*Width], &x[reach*Width], reach)
	}
	return true
}

// Normalise divides a lag's sums by the geometric mean of the energies; see pitchkernel.Normalise.
func Normalise(row, energy []float32, begin, end, lag int, floor float32) bool {
	if level == Generic {
		return false
	}
	row = row[:Width]
	_, _ = energy[(min(begin, end)-lag)*Width:], energy[:(max(begin, end)+1)*Width]
	if level == AVX512 {
		normaliseAVX512(&row[0], &energy[begin*Width], &energy[end*Width], lag, floor)
	} else {
		normaliseAVX2(&row[0], &energy[begin*Width], &energy[end*Width], lag, floor)
	}
	return true
}

// Double interpolates the rows from..to-1; see pitchkernel.Double.
func Double(dst, r []float32, from, to int, h *[6]float32) bool {
	if level == Generic {
		return false
	}
	_, _, _ = r[(from-5)*Width:], r[:(to+6)*Width], dst[:2*to*Width]
	if level == AVX512 {
		doubleAVX512(&dst[2*from*Width], &r[from*Width], to-from, &h[0])
	} else {
		doubleAVX2(&dst[2*from*Width], &r[from*Width], to-from, &h[0])
	}
	return true
}

// Slide writes dst[i] = the dot product of x and y[i:i+len(x)]; see dsp.Slide. dst
// holds at least 16 lags.
func Slide(dst, x, y []float32) bool {
	if level == Generic {
		return false
	}
	y = y[:len(dst)+len(x)-1]
	width := 8
	if level == AVX512 {
		width = 16
	}
	slide(&dst[0], &x[0], &y[0], len(x), len(dst)/width)
	// what is left is done with as many lags before it, which come out the same
	last := len(dst) - width
	slide(&dst[last], &x[0], &y[last], len(x), 1)
	return true
}

func slide(dst, x, y *float32, n, blocks int) {
	if level == AVX512 {
		slideAVX512(dst, x, y, n, blocks)
	} else {
		slideAVX2(dst, x, y, n, blocks)
	}
}

// Peaks marks the peaks of the rows from..to-1 of x in dst; see dsp.Peaks.
func Peaks(dst []uint16, x []float32, from, to int, least float32) bool {
	if level == Generic {
		return false
	}
	_, _, _ = dst[:to], x[(from-1)*Width:], x[:(to+1)*Width]
	if level == AVX512 {
		peaksAVX512(&dst[from], &x[from*Width], to-from, least)
	} else {
		peaksAVX2(&dst[from], &x[from*Width], to-from, least)
	}
	return true
}

// Admit holds whole rows of x to ±limit, NaN to 0; see dsp.Admit.
func Admit(dst, x []float32, limit float32) bool {
	if level == Generic {
		return false
	}
	x = x[:len(dst)]
	if level == AVX512 {
		admitAVX512(&dst[0], &x[0], len(dst)/Width, limit)
	} else {
		admitAVX2(&dst[0], &x[0], len(dst)/Width, limit)
	}
	return true
}

// Spread writes n rows of dst, a multiple of 16, from as many samples of x at each of the 16 starts; see dsp.Spread.
func Spread(dst, x []float32, starts []int32, n int) bool {
	if level == Generic {
		return false
	}
	dst, starts = dst[:n*Width], starts[:Width]
	for _, s := range starts {
		_ = x[s:][:n]
	}
	if level == AVX512 {
		spreadAVX512(&dst[0], &x[0], &starts[0], n/Width)
	} else {
		spreadAVX2(&dst[0], &x[0], &starts[0], n/Width)
	}
	return true
}

// Lower takes by from whole rows of x; see dsp.Lower.
func Lower(dst, x []float32, by float32) bool {
	if level == Generic {
		return false
	}
	x = x[:len(dst)]
	if level == AVX512 {
		lowerAVX512(&dst[0], &x[0], len(dst)/Width, by)
	} else {
		lowerAVX2(&dst[0], &x[0], len(dst)/Width, by)
	}
	return true
}

// FollowLevels moves the levels of len(x)/16 bands; see dsp.Levels.
func FollowLevels(steady, smooth, least, most, x, low, high []float32, heard, first []uint32, pace, within float32) bool {
	if level == Generic {
		return false
	}
	n := len(x)
	steady, smooth, least, most, low, high = steady[:Width], smooth[:n], least[:n], most[:n], low[:n], high[:n]
	heard, first = heard[:Width], first[:Width]
	if level == AVX512 {
		followLevelsAVX512(&steady[0], &smooth[0], &least[0], &most[0], &x[0], &low[0], &high[0], &heard[0], &first[0], n/Width, pace, within)
	} else {
		followLevelsAVX2(&steady[0], &smooth[0], &least[0], &most[0], &x[0], &low[0], &high[0], &heard[0], &first[0], n/Width, pace, within)
	}
	return true
}

// Excess writes the floors of len(x)/16 bands and the sums over them; see dsp.Levels.
func Excess(dst, floor, ended, least, x []float32, bias, lowest, most float32) bool {
	if level == Generic {
		return false
	}
	n := len(x)
	dst, floor, ended, least = dst[:Width], floor[:n], ended[:n], least[:n]
	if level == AVX512 {
		excessAVX512(&dst[0], &floor[0], &ended[0], &least[0], &x[0], n/Width, bias, lowest, most)
	} else {
		excessAVX2(&dst[0], &floor[0], &ended[0], &least[0], &x[0], n/Width, bias, lowest, most)
	}
	return true
}

// AtLeast holds whole rows of x to least; see dsp.AtLeast.
func AtLeast(dst, x []float32, least float32) bool {
	if level == Generic {
		return false
	}
	x = x[:len(dst)]
	if level == AVX512 {
		atLeastAVX512(&dst[0], &x[0], len(dst)/Width, least)
	} else {
		atLeastAVX2(&dst[0], &x[0], len(dst)/Width, least)
	}
	return true
}

// Likeness divides whole rows of r by sqrt(still*moving); see dsp.Likeness.
func Likeness(r, moving []float32, still, least float32) bool {
	if level == Generic {
		return false
	}
	moving = moving[:len(r)]
	if level == AVX512 {
		likenessAVX512(&r[0], &moving[0], len(r)/Width, still, least)
	} else {
		likenessAVX2(&r[0], &moving[0], len(r)/Width, still, least)
	}
	return true
}

// Smooth writes means of three for whole rows of columns; see dsp.Smooth.
func Smooth(dst, before, now, after, not []float32) bool {
	if level == Generic {
		return false
	}
	n := len(dst)
	before, now, after, not = before[:n], now[:n], after[:n], not[:n]
	if level == AVX512 {
		smoothAVX512(&dst[0], &before[0], &now[0], &after[0], &not[0], n/Width)
	} else {
		smoothAVX2(&dst[0], &before[0], &now[0], &after[0], &not[0], n/Width)
	}
	return true
}
