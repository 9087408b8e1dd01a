package pitch

import (
	"math"

	"github.com/attune-cx/attune/internal/dsp"
)

// column is one row's states in the search: state 0 is unvoiced, the others are
// candidates of period.
type column struct {
	n       int // states
	f0, r   [numStates]float32
	octaves [numStates]float32 // log2 of f0
	cost    [numStates]float32
	back    [numStates]uint8
	level   float32
	voicing float32

	missing bool // part of the row's 20 ms did not arrive: the states are those of the row before
	cut     bool // time jumped before the row
}

// search measures the newest row and settles the one lag rows before it.
func (g *leg) search(lag int, corr *correlator, lane int) {
	prev := &g.rows[g.at]
	if g.seen > 0 {
		g.at = (g.at + 1) % len(g.rows)
	}
	c := &g.rows[g.at]
	if g.seen == 0 {
		prev = nil
	}
	c.cut = g.jumped>>ageBefore&1 == 1
	c.missing = !g.reaches(ageBefore) || !g.reaches(ageAfter)
	if !c.missing {
		g.measureLevel()
		c.level = g.level
		c.propose(corr, lane)
		c.judge(g)
		c.follow(prev)
	} else {
		c.hold(prev)
	}
	g.seen++
	g.out = result{}
	if g.seen > lag {
		g.settle(lag)
	}
}

// hold carries the states of the row before through a row without evidence.
func (c *column) hold(prev *column) {
	if prev == nil {
		*c = column{n: 1, missing: true, cut: c.cut}
		return
	}
	c.n, c.f0, c.octaves, c.cost = prev.n, prev.f0, prev.octaves, prev.cost
	c.voicing, c.level = prev.voicing, prev.level
	for i := range c.back {
		c.back[i] = uint8(i)
	}
}

// propose lists the peaks of the lane's r, the strongest maxCandidates of them.
func (c *column) propose(corr *correlator, lane int) {
	c.n = 1
	c.f0[0], c.r[0] = 0, 0
	peaks := &corr.peaks[lane]
	for _, i := range peaks.at[:peaks.n] {
		r := corr.around(lane, int(i))
		lag, peak := refine(&r)
		f0 := grid / (float32(i) + lag)
		if f0 < MinHz || f0 > MaxHz {
			continue
		}
		c.admit(f0, min(peak, 1))
	}
}

// midpoint is the 6-point least-squares interpolator half way between two
// points, right within 0.2 % up to 0.4 of the band.
var midpoint = [3]float32{0.596167, -0.114371, 0.018439}

// refine finds the top of a peak from the seven points around it: the points half
// way to its neighbours, and a parabola through the highest of the five. A period
// that falls between two lags must not look weaker than its double that does not.
func refine(r *[7]float32) (offset, height float32) {
	h := &midpoint
	left := h[0]*(r[2]+r[3]) + h[1]*(r[1]+r[4]) + h[2]*(r[0]+r[5])
	right := h[0]*(r[3]+r[4]) + h[1]*(r[2]+r[5]) + h[2]*(r[1]+r[6])
	switch top := r[3]; {
	case left > top && left >= right:
		offset, height = vertex(r[2], left, top)
		return offset/2 - 0.5, height
	case right > top:
		offset, height = vertex(top, right, r[4])
		return offset/2 + 0.5, height
	default:
		offset, height = vertex(left, top, right)
		return offset / 2, height
	}
}

// vertex is the offset and height of the parabola through three points at -1, 0, 1.
func vertex(a, b, d float32) (offset, height float32) {
	curve := a - 2*b + d
	if curve >= 0 {
		return 0, b
	}
	offset = 0.5 * (a - d) / curve
	return offset, b - 0.25*(a-d)*offset
}

// admit adds a candidate, in place of the weakest when there is no room.
func (c *column) admit(f0, r float32) {
	octaves, at := log2(f0), c.n
	if c.n < numStates {
		c.n++
	} else if at = c.weakest(); min(r, fullR)+octaveCost*octaves <= c.merit(at) {
		return
	}
	c.f0[at], c.r[at], c.octaves[at] = f0, r, octaves
}

// merit ranks candidates: of two equal peaks the shorter period is the voice.
func (c *column) merit(i int) float32 { return min(c.r[i], fullR) + octaveCost*c.octaves[i] }

func (c *column) weakest() int {
	at := 1
	for i := 2; i < c.n; i++ {
		if c.merit(i) < c.merit(at) {
			at = i
		}
	}
	return at
}

// judge sets each state's own cost.
func (c *column) judge(g *leg) {
	silence := voicedAt +
		weakCost*clamp((g.peak-weakAt-c.level)/20, weakBonus, 2) +
		noisyCost*clamp((noisyAt-(c.level-g.floor))/10, 0, 2)
	c.cost[0] = -silence
	best := float32(-1)
	for i := 1; i < c.n; i++ {
		r := min(c.r[i], fullR)
		bonus := clarity * log10((1-voicedAt)/(1-r+clarityFloor))
		v := r + max(bonus, 0) + octaveCost*(c.octaves[i]-octaveOrigin)
		c.cost[i] = -v
		best = max(best, v)
	}
	c.voicing = 1 / (1 + float32(math.Exp(float64(-10*(best-silence)))))
}

// follow adds to each state the cheapest way to it from the row before, and
// takes the cheapest of all as zero so that costs stay small on a long call.
// What begins a leg or follows a jump in time begins in silence.
func (c *column) follow(prev *column) {
	if prev == nil {
		for i := 1; i < c.n; i++ {
			c.cost[i] += changeCost
		}
		return
	}
	least := float32(math.Inf(1))
	for i := range c.n {
		best, from := c.cheapest(prev, i)
		c.cost[i] += best
		c.back[i] = uint8(from)
		least = min(least, c.cost[i])
	}
	for i := range c.n {
		c.cost[i] -= least
	}
}

// cheapest finds the way to state i of c: its cost and where it comes from, the
// first of equals. Staying in silence is free, as is silence after a jump in time.
func (c *column) cheapest(prev *column, i int) (cost float32, from int) {
	first, others := float32(changeCost), float32(changeCost)
	if i == 0 {
		first = 0
		if c.cut {
			others = 0
		}
	}
	cost = prev.cost[0] + first
	if i == 0 || c.cut {
		for j := 1; j < prev.n; j++ {
			if t := prev.cost[j] + others; t < cost {
				cost, from = t, j
			}
		}
		return cost, from
	}
	octaves := c.octaves[i]
	for j := 1; j < prev.n; j++ {
		if t := prev.cost[j] + min(jumpCost*abs(octaves-prev.octaves[j]), maxJump); t < cost {
			cost, from = t, j
		}
	}
	return cost, from
}

// settle decides the row lag rows before the newest.
func (g *leg) settle(lag int) {
	var path [maxViterbiLag + 1]uint8 // path[k]: state k rows before the newest
	newest := &g.rows[g.at]
	for i := 1; i < newest.n; i++ {
		if newest.cost[i] < newest.cost[path[0]] {
			path[0] = uint8(i)
		}
	}
	for k := 1; k <= lag; k++ {
		path[k] = g.row(k - 1).back[path[k-1]]
	}
	c := g.row(lag)
	state := path[lag]
	g.out = result{f0: c.f0[state], voicing: c.voicing, strength: c.r[state], concealed: c.missing, ok: true}
	switch {
	case g.lostTooLong(lag):
		g.out.f0, g.out.voicing, g.out.strength = null, null, null
		return
	case c.missing && g.out.f0 > 0:
		g.out.f0 = g.bridge(path[:], lag)
		g.out.strength = null
	case c.missing:
		g.out.strength = 0
	}
	g.last = g.out.f0
}

// row is the row k before the newest.
func (g *leg) row(k int) *column { return &g.rows[(g.at+len(g.rows)-k)%len(g.rows)] }

// bridge is the F0 of a row that was not measured: on the straight line, in
// log frequency, between the last decided value and the next one on the path.
func (g *leg) bridge(path []uint8, lag int) float32 {
	held := g.row(lag).f0[path[lag]]
	from := g.last
	if from == 0 {
		from = held
	}
	for k := lag - 1; k >= 0; k-- {
		next := g.row(k)
		if next.cut {
			break
		}
		if next.missing {
			continue
		}
		if to := next.f0[path[k]]; to > 0 {
			return from * exp2(log2(to/from)/float32(lag-k+1))
		}
		break
	}
	return held
}

// lostTooLong tells whether the row lag rows back lies in lost sound that goes on
// for more than maxBridge hops.
func (g *leg) lostTooLong(lag int) bool {
	before, after := lag+ageBefore, lag+ageAfter
	if g.lost>>before&1 == 0 || g.lost>>after&1 == 0 {
		return false
	}
	run := 0
	for a := before; a < 32 && g.lost>>a&1 == 1; a++ {
		run++
	}
	for a := after; a >= 0 && g.lost>>a&1 == 1; a-- {
		run++
	}
	return run > maxBridge
}

func clamp(x, lo, hi float32) float32 { return min(max(x, lo), hi) }
func abs(x float32) float32           { return float32(math.Abs(float64(x))) }
func log2(x float32) float32          { return dsp.Log2Of(x) }
func log10(x float32) float32         { return dsp.Log2Of(x) * (math.Ln2 / math.Ln10) }
func exp2(x float32) float32          { return float32(math.Exp2(float64(x))) }
