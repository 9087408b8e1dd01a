//go:build !amd64 || purego

package lane16

// Columns does nothing.
func Columns(dst []uint32, words []uint16, blocks int) bool { return false }

// Propose does nothing.
func Propose(f0, height, octaves, merit, r []float32, at, count []int32, slots int, k *[5]float32) bool {
	return false
}

// Judge does nothing.
func Judge(cost, best, height, octaves, merit []float32, k *[6]float32) bool { return false }

// Follow does nothing.
func Follow(cost, octaves []float32, path, best []int32, before, octavesBefore []float32, pathBefore, cut, fresh []int32, k *[3]float32) bool {
	return false
}

// CrossCorrelate4 does nothing.
func CrossCorrelate4(dst, x []float32, lag int, windows *[4][2]int) bool { return false }
