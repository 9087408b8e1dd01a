//go:build amd64 && !purego

package lane16

// Columns writes bit i%32 of dst[n*l+i/32] = bit l of words[i] for lanes l and n
// blocks of 32 words.
func Columns(dst []uint32, words []uint16, blocks int) bool {
	if level == Generic {
		return false
	}
	dst, words = dst[:Width*blocks], words[:32*blocks]
	if level == AVX512 {
		columnsAVX512(&dst[0], &words[0], blocks)
	} else {
		columnsAVX2(&dst[0], &words[0], blocks)
	}
	return true
}

// Propose gathers the best 8 candidates of period; see pitchkernel.Propose. Each
// place in the first count[l] rows of at, lane by lane, is at least 3 and has three rows
// of r after it; slots is at least one and the greatest count.
func Propose(f0, height, octaves, merit, r []float32, at, count []int32, slots int, k *[5]float32) bool {
	if level == Generic {
		return false
	}
	const rows = 8 * Width
	f0, height, octaves, merit = f0[:rows], height[:rows], octaves[:rows], merit[:rows]
	at, count = at[:slots*Width], count[:Width]
	if level == AVX512 {
		proposeAVX512(&f0[0], &height[0], &octaves[0], &merit[0], &r[0], &at[0], &count[0], slots, &k[0])
	} else {
		proposeAVX2(&f0[0], &height[0], &octaves[0], &merit[0], &r[0], &at[0], &count[0], slots, &k[0])
	}
	return true
}

// Judge gives 8 candidates their own cost; see pitchkernel.Judge.
func Judge(cost, best, height, octaves, merit []float32, k *[6]float32) bool {
	if level == Generic {
		return false
	}
	const rows = 8 * Width
	cost, height, octaves, merit, best = cost[:rows], height[:rows], octaves[:rows], merit[:rows], best[:Width]
	if level == AVX512 {
		judgeAVX512(&cost[0], &best[0], &height[0], &octaves[0], &merit[0], &k[0])
	} else {
		judgeAVX2(&cost[0], &best[0], &height[0], &octaves[0], &merit[0], &k[0])
	}
	return true
}

// Follow makes one step of a search over 9 states; see pitchkernel.Follow.
func Follow(cost, octaves []float32, path, best []int32, before, octavesBefore []float32, pathBefore, cut, fresh []int32, k *[3]float32) bool {
	if level == Generic {
		return false
	}
	const rows = 9 * Width
	cost, octaves, path, best = cost[:rows], octaves[:rows], path[:rows], best[:Width]
	before, octavesBefore, pathBefore, cut, fresh = before[:rows], octavesBefore[:rows], pathBefore[:rows], cut[:Width], fresh[:Width]
	if level == AVX512 {
		followAVX512(&cost[0], &octaves[0], &path[0], &best[0], &before[0], &octavesBefore[0], &pathBefore[0], &cut[0], &fresh[0], &k[0])
	} else {
		followAVX2(&cost[0], &octaves[0], &path[0], &best[0], &before[0], &octavesBefore[0], &pathBefore[0], &cut[0], &fresh[0], &k[0])
	}
	return true
}

// CrossCorrelate4 writes the tapered product sums of four lags from lag on, whose
// windows in rows of x, begin and width >= 6, are given; see
// pitchkernel.CrossCorrelate.
func CrossCorrelate4(dst, x []float32, lag int, windows *[4][2]int) bool {
	if level == Generic {
		return false
	}
	dst = dst[:4*Width]
	for k, w := range windows {
		_, _ = x[(w[0]-lag-k-3)*Width:], x[:(w[0]+max(w[1], 6)+3)*Width]
	}
	if level == AVX512 {
		crossCorrelate4AVX512(&dst[0], &x[0], lag, windows)
	} else {
		crossCorrelate4AVX2(&dst[0], &x[0], lag, windows)
	}
	return true
}
