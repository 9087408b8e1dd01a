package dsp

import "github.com/attune-cx/attune/internal/dsp/lane16"

// Levels are the smoothed levels of some bands and their least and greatest value
// since some moment, [band][lane] each, as voice activity detection follows them.
type Levels struct{ Smooth, Least, Most []float32 }

// Follow moves the levels of the lanes in heard toward x by a share, pace, of the
// way; those in first, a part of heard, begin at x. It writes to steady, by lane,
// in how many bands the levels since then and the range low..high from before lie
// within so many units of each other. Masks have one word a lane, 0 or ^0.
func (s *Levels) Follow(steady, x, low, high []float32, heard, first []uint32, pace, within float32) {
	lanes := len(heard)
	rows := len(x) / lanes
	if wide(rows, lanes) && lane16.FollowLevels(steady, s.Smooth, s.Least, s.Most, x, low, high, heard, first, pace, within) {
		return
	}
	clear(steady[:lanes])
	for i, now := range x {
		l := i % lanes
		if first[l] != 0 {
			s.Smooth[i], s.Least[i], s.Most[i] = now, now, now
		}
		if heard[l] != 0 {
			step := pace * (now - s.Smooth[i])
			s.Smooth[i] += step
			s.Least[i] = lesser(s.Least[i], s.Smooth[i])
			s.Most[i] = greater(s.Most[i], s.Smooth[i])
		}
		if greater(s.Most[i], high[i])-lesser(s.Least[i], low[i]) < within {
			steady[l]++
		}
	}
}

// Excess writes the noise floor of every band, max(min(ended, s.Least) + bias,
// lowest), and to dst, by lane, the sum over the bands of how far x lies above it,
// at least 0 and at most most in each.
func (s *Levels) Excess(dst, floor, ended, x []float32, bias, lowest, most float32, lanes int) {
	rows := len(x) / lanes
	if wide(rows, lanes) && lane16.Excess(dst, floor, ended, s.Least, x, bias, lowest, most) {
		return
	}
	clear(dst[:lanes])
	for i, now := range x {
		floor[i] = greater(lesser(ended[i], s.Least[i])+bias, lowest)
		dst[i%lanes] += lesser(greater(now-floor[i], 0), most)
	}
}

// lesser is a where a < b and b elsewhere, as the vector's minimum is; greater
// likewise.
func lesser(a, b float32) float32 {
	if a < b {
		return a
	}
	return b
}

func greater(a, b float32) float32 {
	if a > b {
		return a
	}
	return b
}
