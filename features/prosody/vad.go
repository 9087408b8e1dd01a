package prosody

import (
	"math"

	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/dsp"
)

// Voice activity is decided on 8 bands of the telephone's range, so that 8 and
// 16 kHz agree. Each band has a noise floor by minimum statistics (Martin 2001):
// the least smoothed level of the last 1.6 s, kept as 8 minima of 200 ms. A level
// that stays within 7 dB in all bands but two for three sub-windows, or for the
// first of a leg, is taken for the floor at once (comfort noise, a tone, a hum). A hop is active when its
// mean excess over the floor passes a threshold, and is no tone.
const (
	vadBands   = 8
	subHops    = 20 // hops of one minimum
	subCount   = 8
	floorBias  = 3.0  // dB from the minimum of the smoothed level to its mean
	floorPrior = -62. // dBFS in a band, before anything was heard
	floorLeast = -78. // dBFS in a band; quieter lines count as this quiet
	steadyDB   = 7.   // range of a band that counts as steady
	steadySubs = 3    // sub-windows over which it is taken, fewer at a leg's begin
	unsteady   = 2    // bands that may be unsteady
	excessMost = 15.  // dB that one band can add
	excessOn   = 3.5  // dB mean excess that starts activity
	excessOff  = 2.5  // dB mean excess that keeps it
	leastDBFS  = -58. // level in all bands below which nothing is speech
	holdLost   = 10   // hops over which activity is held while samples are lost
)

// vadEdges are the bands' limits in spectral rows of 31.25 Hz: 250-3720 Hz.
var vadEdges = [vadBands + 1]int{8, 13, 18, 25, 35, 49, 67, 90, 120}

// vad holds the floors; every slab is [..][lane], levels in dBFS.
type vad struct {
	lanes  int
	gain   float32   // dB that turns a sum of P into dBFS of the band
	level  []float32 // [band] of this hop
	smooth []float32 // [band]
	floor  []float32 // [band]
	minima []float32 // [sub][band], newest last
	maxima []float32 // [steadySubs][band]: greatest of as many sub-windows
	least  []float32 // [band] least of the ended sub-windows' minima
	low    []float32 // [band] least of those that span looks at, and their greatest
	high   []float32
	excess []float32 // mean over the bands, dB
	power  []float32 // [band] scratch: level or floor as power
	total  [2][]float32
	count  []int32  // hops in the running sub-window
	turns  []int32  // sub-windows ended, steadySubs-1 at most
	primed []uint32 // the lane has a smoothed level
	tone   tone

	raw    []uint32 // last raw decision
	missed []int32  // hops without samples since
	on     []uint32 // smoothed decision
	idle   []int32  // hops since the last active one
}

func (v *vad) init(cfg Config, bins int, window []float32) {
	l := cfg.Lanes
	v.lanes = l
	energy := 0.
	for _, w := range window {
		energy += float64(w) * float64(w)
	}
	// Parseval: the band's mean square is 2 sum P / (points * sum w^2).
	v.gain = float32(10 * math.Log10(2/(float64(2*(bins-1))*energy)))
	v.level, v.smooth = make([]float32, vadBands*l), make([]float32, vadBands*l)
	v.floor, v.excess = make([]float32, vadBands*l), make([]float32, l)
	v.least = make([]float32, vadBands*l)
	v.low, v.high = make([]float32, vadBands*l), make([]float32, vadBands*l)
	v.power = make([]float32, vadBands*l)
	v.total = [2][]float32{make([]float32, l), make([]float32, l)}
	v.minima = make([]float32, subCount*vadBands*l)
	v.maxima = make([]float32, steadySubs*vadBands*l)
	v.count, v.missed, v.idle = make([]int32, l), make([]int32, l), make([]int32, l)
	v.turns = make([]int32, l)
	v.primed, v.raw, v.on = make([]uint32, l), make([]uint32, l), make([]uint32, l)
	v.tone.init(l)
}

func (v *vad) clear(lane int) {
	for i := lane; i < len(v.minima); i += v.lanes {
		v.minima[i] = floorPrior - floorBias
	}
	for i := lane; i < len(v.maxima); i += v.lanes {
		v.maxima[i] = -200
	}
	v.turns[lane] = 0
	for b := range vadBands {
		v.sum(b*v.lanes+lane, 0)
	}
	v.count[lane], v.missed[lane], v.idle[lane] = 0, 0, 0
	v.primed[lane], v.raw[lane], v.on[lane] = 0, 0, 0
	v.tone.clear(lane)
}

// run decides the raw activity of the row whose 20 ms window is complete.
func (v *vad) run(g *Group, p []float32) {
	for b := range vadBands {
		lo, hi := vadEdges[b], vadEdges[b+1]
		dsp.Sum(v.level[b*v.lanes:], p[lo*v.lanes:], hi-lo, v.lanes)
	}
	v.tone.run(p)
	dsp.Log2(v.level, v.level)
	for i, e := range v.level {
		v.level[i] = max(decibel*e+v.gain, floorLeast)
	}
	row := g.fresh
	act, snr := column(row, features.VAD, v.lanes), column(row, features.SNR, v.lanes)
	for l, a := range g.active {
		if a == 0 {
			continue
		}
		if g.blocks[l*depth+frameRow].segment == 0 || g.lost(l, frameRow) > 0 {
			act[l] = v.hold(l)
			continue
		}
		v.track(l)
		act[l] = v.decide(l)
	}
	if g.cfg.Set == Full {
		v.snr(snr, g.active)
	}
}

// hold keeps the last decision over lost samples, for 100 ms; then nothing is
// known.
func (v *vad) hold(l int) float32 {
	v.missed[l]++
	if v.missed[l] > holdLost {
		v.raw[l] = 0
		return features.Null
	}
	return float32(v.raw[l] & 1)
}

// track follows the floor of one lane by one hop.
func (v *vad) track(l int) {
	v.missed[l] = 0
	steady := 0
	for b := range vadBands {
		i := b*v.lanes + l
		least := &v.minima[(subCount-1)*vadBands*v.lanes+i]
		most := &v.maxima[(steadySubs-1)*vadBands*v.lanes+i]
		if v.primed[l] == 0 {
			v.smooth[i], *least, *most = v.level[i], v.level[i], v.level[i]
		}
		v.smooth[i] += 0.3 * (v.level[i] - v.smooth[i])
		*least, *most = min(*least, v.smooth[i]), max(*most, v.smooth[i])
		if max(*most, v.high[i])-min(*least, v.low[i]) < steadyDB {
			steady++
		}
	}
	v.primed[l] = ^uint32(0)
	if v.count[l]++; v.count[l] >= subHops {
		v.turn(l, steady >= vadBands-unsteady)
	}
	for b := range vadBands {
		i := b*v.lanes + l
		least := min(v.least[i], v.minima[(subCount-1)*vadBands*v.lanes+i])
		v.floor[i] = max(least+floorBias, floorLeast)
	}
}

// sum takes the ended sub-windows of a band together; before is how many of them
// a steady level is judged on.
func (v *vad) sum(i, before int) {
	step := vadBands * v.lanes
	v.least[i] = v.minima[i]
	for s := 1; s < subCount-1; s++ {
		v.least[i] = min(v.least[i], v.minima[s*step+i])
	}
	v.low[i], v.high[i] = 200, -200
	for s := 1; s <= before; s++ {
		v.low[i] = min(v.low[i], v.minima[(subCount-1-s)*step+i])
		v.high[i] = max(v.high[i], v.maxima[(steadySubs-1-s)*step+i])
	}
}

// turn begins a new sub-window; when the last ones were steady the older
// minima are forgotten.
func (v *vad) turn(l int, steady bool) {
	v.count[l] = 0
	v.turns[l] = min(v.turns[l]+1, steadySubs-1)
	step := vadBands * v.lanes
	for b := range vadBands {
		i := b*v.lanes + l
		newest := v.minima[(subCount-1)*step+i]
		for s := range subCount - 1 {
			if v.minima[s*step+i] = v.minima[(s+1)*step+i]; steady {
				v.minima[s*step+i] = newest
			}
		}
		v.minima[(subCount-1)*step+i] = v.smooth[i]
		for s := range steadySubs - 1 {
			v.maxima[s*step+i] = v.maxima[(s+1)*step+i]
		}
		v.maxima[(steadySubs-1)*step+i] = v.smooth[i]
		v.sum(i, int(v.turns[l]))
	}
}

// decide returns the raw activity of one lane, 1 or 0.
func (v *vad) decide(l int) float32 {
	tone := v.tone.sure(l)
	sum, power := float32(0), float32(0)
	for b := range vadBands {
		i := b*v.lanes + l
		sum += min(max(v.level[i]-v.floor[i], 0), excessMost)
		power = max(power, v.level[i])
	}
	v.excess[l] = sum / vadBands
	need := float32(excessOn)
	if v.raw[l] != 0 {
		need = excessOff
	}
	v.raw[l] = 0
	if v.excess[l] > need && power > leastDBFS && !tone {
		v.raw[l] = ^uint32(0)
	}
	return float32(v.raw[l] & 1)
}

// snr writes the level of the hop over the floor, both summed over the bands, in
// dB, 0 at least, for the active lanes whose hop was heard.
func (v *vad) snr(dst []float32, active []uint32) {
	for i, slab := range [2][]float32{v.level, v.floor} {
		for k, db := range slab {
			v.power[k] = db / decibel
		}
		dsp.Exp2(v.power, v.power)
		dsp.Sum(v.total[i], v.power, vadBands, v.lanes)
	}
	for l, a := range active {
		if a != 0 && v.missed[l] == 0 {
			dst[l] = max(decibels(v.total[0][l]/v.total[1][l]), 0)
		}
	}
}

// Activity is smoothed with the rows that the delay line holds anyway: it begins
// where 4 of 6 hops are active, so a click of 30 ms is none, and it ends 30 ms
// after an active hop that no other follows within 60 ms.
const (
	burst    = 4
	hangover = 3
)

// decided returns the decision for the row that leaves, Null where the line was
// silent for so long that nothing is known.
func (v *vad) decided(g *Group, l int) float32 {
	b := g.blocks[l*depth:][:depth]
	now := g.at(doneRow, int(features.VAD), l)
	ahead := 0
	for place := doneRow; place <= frameRow; place++ {
		if b[place].segment == b[doneRow].segment && g.at(place, int(features.VAD), l) > 0 {
			ahead++
		}
	}
	if now > 0 {
		v.idle[l] = 0
	} else {
		v.idle[l]++
	}
	switch {
	case now > 0 && ahead >= burst:
		v.on[l] = ^uint32(0)
	case now != now, ahead == 0 && v.idle[l] > hangover:
		v.on[l] = 0
	}
	if now != now {
		return now
	}
	return float32(v.on[l] & 1)
}
