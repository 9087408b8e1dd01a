// Package trend says whether a score rises or falls: the slope of Theil (1950)
// and Sen (1968) over the last 90 s, taken only where the sign test of Mann
// (1945) agrees that there is one.
package trend

import (
	"slices"
	"time"
)

// The grid: one point every 5 s for 90 s, so that a slope costs 153 pairs.
const (
	points  = 18
	spacing = 5 * time.Second
)

// concordance is how much more often pairs must rise than fall, or the other
// way, before a slope counts; .35 is about p = .05 at 18 points.
const concordance = .35

// turned is how many points back the score must not have been on the other side:
// what rose for a minute and falls since 15 s rises no more.
const turned = 3

// minPoints is how many points make a trend: 20 s.
const minPoints = 5

// Line is a sliding window of a score. The zero value is empty.
type Line struct {
	at    [points]time.Duration
	value [points]float64
	n     int
}

// Add takes the score at offset at, which must not go back. Points closer than
// 5 s to the last are left out.
func (l *Line) Add(at time.Duration, value float64) {
	if l.n > 0 && at-l.at[l.n-1] < spacing {
		return
	}
	if l.n == points {
		copy(l.at[:], l.at[1:])
		copy(l.value[:], l.value[1:])
		l.n--
	}
	l.at[l.n], l.value[l.n] = at, value
	l.n++
}

// Slope is the change per minute, 0 where there is no trend. It does not allocate.
func (l *Line) Slope() float64 {
	if l.n < minPoints {
		return 0
	}
	var slopes [points * (points - 1) / 2]float64
	n, sign := 0, 0
	for i := range l.n {
		for j := i + 1; j < l.n; j++ {
			rise := l.value[j] - l.value[i]
			slopes[n] = rise / (l.at[j] - l.at[i]).Minutes()
			n++
			switch {
			case rise > 0:
				sign++
			case rise < 0:
				sign--
			}
		}
	}
	if float64(max(sign, -sign)) < concordance*float64(n) {
		return 0
	}
	slices.Sort(slopes[:n])
	slope := (slopes[(n-1)/2] + slopes[n/2]) / 2
	if slope*(l.value[l.n-1]-l.value[l.n-1-turned]) < 0 {
		return 0
	}
	return slope
}
