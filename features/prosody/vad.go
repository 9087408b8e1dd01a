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
	holdLost   = 10   // hops over which activity is held while samples are lost
)

// vadEdges are the bands' limits in spectral rows of 31.25 Hz: 250-3720 Hz.
var vadEdges = [vadBands + 1]int{8, 13, 18, 25, 35, 49, 67, 90, 120}

// bands measures what the decision looks at: the levels of the bands and whether
// they are those of a tone.
type bands struct {
	lanes int
	gain  float32   // dB that turns a sum of P into dBFS of the band
	level []float32 // [band][lane] dBFS
	power []float32 // [band][lane] scratch of snr
	total [2][]float32
	tone  tone

	heard, first   []uint32  // lanes whose hop counts, and that have none before
	steady, excess []float32 // [lane] see dsp.Levels
}

func (b *bands) init(bins, lanes int, window []float32) {
	b.lanes = lanes
	energy := 0.
	for _, w := range window {
		energy += float64(w) * float64(w)
	}
	// Parseval: the band's mean square is 2 sum P / (points * sum w^2).
	b.gain = float32(10 * math.Log10(2/(float64(2*(bins-1))*energy)))
	b.level, b.power = make([]float32, vadBands*lanes), make([]float32, vadBands*lanes)
	b.total = [2][]float32{make([]float32, lanes), make([]float32, lanes)}
	b.heard, b.first = make([]uint32, lanes), make([]uint32, lanes)
	b.steady, b.excess = make([]float32, lanes), make([]float32, lanes)
	b.tone.init(lanes)
}

func (b *bands) run(p []float32) {
	for i := range vadBands {
		lo, hi := vadEdges[i], vadEdges[i+1]
		dsp.Sum(b.level[i*b.lanes:], p[lo*b.lanes:], hi-lo, b.lanes)
	}
	dsp.Log2(b.level, b.level)
	for i, e := range b.level {
		b.level[i] = decibel*e + b.gain
	}
	dsp.AtLeast(b.level, b.level, floorLeast)
	b.tone.run(p)
}

// snr returns by lane the power of the level and of the floors, summed over the bands.
func (b *bands) snr(floor []float32) (level, noise []float32) {
	doublings := 1 / decibel
	for i, slab := range [2][]float32{b.level, floor} {
		for k, db := range slab {
			b.power[k] = db * doublings
		}
		dsp.Exp2(b.power, b.power)
		dsp.Sum(b.total[i], b.power, vadBands, b.lanes)
	}
	return b.total[0], b.total[1]
}

// vad holds the floors; slabs are [band][lane], levels in dBFS.
type vad struct {
	lanes  int
	levels dsp.Levels // and their range in the running sub-window
	floor  []float32
	least  []float32 // least of the ended sub-windows' minima
	low    []float32 // least of those that a steady level is judged on
	high   []float32 // and the greatest
	ended  []subWindows
	count  []int32  // hops in the running sub-window
	primed []uint32 // the lane has a smoothed level
	stands []standing

	raw    []uint32 // last raw decision
	missed []int32  // hops without samples since
	on     []uint32 // smoothed decision
	idle   []int32  // hops since the last active one
}

// subWindows are a lane's sub-windows that have ended, newest first.
type subWindows struct {
	minima [subCount - 1][vadBands]float32
	maxima [steadySubs - 1][vadBands]float32
	judged int // how many of them a steady level is judged on
}

func (v *vad) init(l int) {
	v.lanes = l
	slab := func() []float32 { return make([]float32, vadBands*l) }
	v.levels = dsp.Levels{Smooth: slab(), Least: slab(), Most: slab()}
	v.floor, v.least, v.low, v.high = slab(), slab(), slab(), slab()
	v.ended, v.stands = make([]subWindows, l), make([]standing, l)
	v.count, v.missed, v.idle = make([]int32, l), make([]int32, l), make([]int32, l)
	v.primed, v.raw, v.on = make([]uint32, l), make([]uint32, l), make([]uint32, l)
}

func (v *vad) clear(lane int) {
	e := &v.ended[lane]
	*e = subWindows{}
	for s := range e.minima {
		for b := range e.minima[s] {
			e.minima[s][b] = floorPrior - floorBias
		}
	}
	v.sum(lane)
	v.count[lane], v.missed[lane], v.idle[lane] = 0, 0, 0
	v.primed[lane], v.raw[lane], v.on[lane] = 0, 0, 0
	v.stands[lane] = standing{}
}

// run decides the raw activity of the row whose 20 ms window is complete.
func (v *vad) run(g *Group, now *bands) {
	v.hear(g, now)
	v.levels.Follow(now.steady, now.level, v.low, v.high, now.heard, now.first, 0.3, steadyDB)
	for l, h := range now.heard {
		if h != 0 {
			if v.count[l]++; v.count[l] >= subHops {
				v.turn(l, now.steady[l] >= vadBands-unsteady)
			}
		}
	}
	v.levels.Excess(now.excess, v.floor, v.least, now.level, floorBias, floorLeast, excessMost, v.lanes)
	for l, h := range now.heard {
		if h != 0 {
			g.past.row(l, frameRow).v[features.VAD] = v.decide(l, now)
		}
	}
	if g.cfg.Set == Full {
		v.snr(g, now)
	}
}

// hear notes the lanes whose hop counts; the others of the step hold.
func (v *vad) hear(g *Group, now *bands) {
	for l, a := range g.active {
		now.heard[l], now.first[l] = 0, 0
		switch {
		case a == 0:
		case g.past.block(l, frameRow).segment == 0 || g.past.lost(l, frameRow) > 0:
			g.past.row(l, frameRow).v[features.VAD] = v.hold(l)
		default:
			now.heard[l], now.first[l] = ^uint32(0), ^v.primed[l]
			v.primed[l], v.missed[l] = ^uint32(0), 0
		}
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

// sum takes the ended sub-windows of a lane together.
func (v *vad) sum(l int) {
	e := &v.ended[l]
	for b := range vadBands {
		least, low, high := e.minima[0][b], float32(200), float32(-200)
		for s := range e.minima {
			least = min(least, e.minima[s][b])
		}
		for s := range e.judged {
			low, high = min(low, e.minima[s][b]), max(high, e.maxima[s][b])
		}
		i := b*v.lanes + l
		v.least[i], v.low[i], v.high[i] = least, low, high
	}
}

// turn begins a new sub-window; when the last ones were steady the older
// minima are forgotten.
func (v *vad) turn(l int, steady bool) {
	e := &v.ended[l]
	v.count[l] = 0
	e.judged = min(e.judged+1, len(e.maxima))
	copy(e.minima[1:], e.minima[:])
	copy(e.maxima[1:], e.maxima[:])
	for b := range vadBands {
		i := b*v.lanes + l
		e.minima[0][b], e.maxima[0][b] = v.levels.Least[i], v.levels.Most[i]
		v.levels.Least[i], v.levels.Most[i] = v.levels.Smooth[i], v.levels.Smooth[i]
	}
	for s := range e.minima {
		if steady {
			e.minima[s] = e.minima[0]
		}
	}
	v.sum(l)
}

// decide returns the raw activity of one lane, 1 or 0.
func (v *vad) decide(l int, now *bands) float32 {
	tone := v.stands[l].sure(&now.tone, l)
	excess := now.excess[l] / vadBands
	need := float32(excessOn)
	if v.raw[l] != 0 {
		need = excessOff
	}
	v.raw[l] = 0
	if excess > need && !tone {
		v.raw[l] = ^uint32(0)
	}
	return float32(v.raw[l] & 1)
}

// snr writes the level of the hop over the floor, both summed over the bands, in
// dB, 0 at least, for the active lanes whose hop was heard.
func (v *vad) snr(g *Group, now *bands) {
	level, noise := now.snr(v.floor)
	for l, a := range g.active {
		if a != 0 && v.missed[l] == 0 {
			g.past.row(l, frameRow).v[features.SNR] = max(decibels(level[l]/noise[l]), 0)
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
	segment := g.past.block(l, doneRow).segment
	now := g.past.row(l, doneRow).v[features.VAD]
	ahead := 0
	for place := doneRow; place <= frameRow; place++ {
		if g.past.block(l, place).segment == segment && g.past.row(l, place).v[features.VAD] > 0 {
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
