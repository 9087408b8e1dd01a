package pitch

import (
	"math"

	"github.com/attune-cx/attune/internal/dsp"
	"github.com/attune-cx/attune/internal/dsp/pitchkernel"
)

// search is the Viterbi search of all lanes: the costs of the newest row's states
// with the ways that led there, and what may yet be decided of it and of the rows
// before. State 0 is unvoiced, the others are candidates of period.
type search struct {
	lanes, lag int
	paths      pitchkernel.Paths
	rows       []float32 // [lag+1][rowHeight][lanes], the oldest first
}

// A row is the F0 of its candidates, r at their periods, and voicing.
const (
	heightRow  = pitchkernel.Candidates
	voicingRow = 2 * pitchkernel.Candidates
	rowHeight  = voicingRow + 1
)

func newSearch(lanes, lag int) search {
	return search{
		lanes: lanes, lag: lag,
		paths: pitchkernel.NewPaths(lanes),
		rows:  make([]float32, (lag+1)*rowHeight*lanes),
	}
}

func (v *search) reset(lane int) {
	v.paths.Begin(lane, v.lanes)
	dsp.ClearLane(v.rows, lane, v.lanes)
}

var (
	selection = pitchkernel.Selection{Grid: grid, MinHz: MinHz, MaxHz: MaxHz, FullHeight: fullR, OctaveCost: octaveCost}
	judgement = pitchkernel.Judgement{
		FullHeight: fullR, Clarity: clarity, Doubt: 1 - voicedAt, Floor: clarityFloor,
		OctaveCost: octaveCost, OctaveOrigin: octaveOrigin,
	}
	ways = pitchkernel.Ways{Change: changeCost, Jump: jumpCost, MostJump: maxJump}
)

// step goes on by the row that s was measured of, in the lanes of active; those of
// missing have no evidence. full has the lanes that are in use.
func (v *search) step(s *Scratch, legs []leg, active, missing, full uint16) {
	if active == 0 {
		return
	}
	v.judge(s, legs, active&^missing)
	for l := range legs {
		s.cut[l] = int32(legs[l].jumped >> ageBefore & 1)
		s.fresh[l] = 0
		if legs[l].rows == 0 {
			s.fresh[l] = 1
		}
	}
	s.next.Follow(s.best, v.paths, s.cut, s.fresh, v.lanes, &ways)
	for l := range legs {
		if missing>>l&1 == 1 {
			v.hold(s, l)
		}
		legs[l].rows += int64(active >> l & 1)
	}
	v.paths.Copy(s.next, v.lanes, active, full)
	pitchkernel.Shift(v.rows, s.row, v.lanes, active, full)
}

// judge lists the candidates of the lanes in active and sets all states' own costs
// and the voicing.
func (v *search) judge(s *Scratch, legs []leg, active uint16) {
	pitchkernel.Propose(s.proposed, s.doubled, s.at, s.count, s.list(active), v.lanes, &selection)
	for l := range legs {
		s.level[l] = legs[l].meanSquare() + 1e-10
	}
	dsp.Log2(s.level, s.level)
	for l := range legs {
		if active>>l&1 == 1 {
			s.silence[l] = legs[l].silence(10 * (s.level[l] * decades))
		}
		s.next.Cost[l] = -s.silence[l]
	}
	pitchkernel.Judge(s.next.Cost[v.lanes:], s.gain, s.proposed, v.lanes, &judgement)
	v.prefer(s, legs)
	// voicing is 1 / (1 + exp(-10 (gain - silence)))
	for l, gain := range s.gain {
		s.gain[l] = (gain - s.silence[l]) * (-10 * math.Log2E)
	}
	dsp.Exp2(s.gain, s.gain)
	for l, e := range s.gain {
		s.row[voicingRow*v.lanes+l] = 1 / (1 + e)
	}
}

// decades is log10 2.
const decades = math.Ln2 / math.Ln10

// hold carries the states of the row before through a row without evidence.
func (v *search) hold(s *Scratch, lane int) {
	s.next.Hold(v.paths, lane, v.lanes)
	s.best[lane] = s.next.Least(lane, v.lanes)
	before := v.rows[v.lag*rowHeight*v.lanes:]
	for i := lane; i < rowHeight*v.lanes; i += v.lanes {
		s.row[i] = before[i]
	}
}

// at is what the row k before the newest holds at height h.
func (v *search) at(k, h, lane int) float32 { return v.rows[((v.lag-k)*rowHeight+h)*v.lanes+lane] }

// f0 is that of a state of the row k before the newest.
func (v *search) f0(k, state, lane int) float32 {
	if state == 0 {
		return 0
	}
	return v.at(k, state-1, lane)
}

// state is the one on the cheapest way, k rows before the newest, whose best
// state is best.
func (v *search) state(k, best, lane int) int {
	if k == 0 {
		return best
	}
	return int(uint32(v.paths.Path[best*v.lanes+lane]) >> (4 * (k - 1)) & 15)
}

// settle decides the row lag rows before the newest.
func (v *search) settle(g *leg, best, lane int) {
	g.out = result{}
	if g.rows <= int64(v.lag) {
		return
	}
	state, missing := v.state(v.lag, best, lane), g.missing>>v.lag&1 == 1
	g.out = result{f0: v.f0(v.lag, state, lane), voicing: v.at(v.lag, voicingRow, lane), concealed: missing, ok: true}
	switch {
	case g.lostTooLong(v.lag):
		g.out.f0, g.out.voicing, g.out.strength = null, null, null
		return
	case missing && g.out.f0 > 0:
		g.out.f0 = v.bridge(g, best, lane)
		g.out.strength = null
	case !missing && state > 0:
		g.out.strength = v.at(v.lag, heightRow+state-1, lane)
	}
	g.last = g.out.f0
	g.usual.hear(g.out.f0, g.out.strength)
}

// bridge is the F0 of a row that was not measured: on the straight line, in
// log frequency, between the last decided value and the next one on the path.
func (v *search) bridge(g *leg, best, lane int) float32 {
	held := v.f0(v.lag, v.state(v.lag, best, lane), lane)
	from := g.last
	if from == 0 {
		from = held
	}
	for k := v.lag - 1; k >= 0; k-- {
		if g.jumped>>(ageBefore+k)&1 == 1 {
			break
		}
		if g.missing>>k&1 == 1 {
			continue
		}
		if to := v.f0(k, v.state(k, best, lane), lane); to > 0 {
			return from * exp2(dsp.Log2Of(to/from)/float32(v.lag-k+1))
		}
		break
	}
	return held
}

func clamp(x, lo, hi float32) float32 { return min(max(x, lo), hi) }
func exp2(x float32) float32          { return float32(math.Exp2(float64(x))) }
