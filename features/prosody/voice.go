package prosody

import (
	"math"

	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/features/pitch"
)

// voice is the analysis of voiced speech: the pitch decided for the row at place
// voiceRow, and what is measured of the voice with it.
type voice struct {
	tracker *pitch.Tracker
	train   []train // by lane
}

func (v *voice) init(cfg Config, scratch *pitch.Scratch) (err error) {
	v.train = make([]train, cfg.Lanes)
	v.tracker, err = pitch.New(pitch.Config{
		Rate: cfg.Rate, Lanes: cfg.Lanes, Lag: newest - voiceRow - pitchWindow, Scratch: scratch,
	})
	return err
}

// pitchWindow is how many blocks after a row's own the pitch tracker's window
// needs.
const pitchWindow = 2

func (v *voice) clear(lane int) {
	v.tracker.Reset(lane)
	v.train[lane] = train{}
}

// run steps the tracker by the newest block and writes the columns of the row
// whose pitch it decides.
func (v *voice) run(g *Group) {
	var active, lost, gap uint16
	for l, a := range g.active {
		if a == 0 {
			continue
		}
		b := g.past.block(l, newest)
		active |= 1 << l
		if b.lost > 0 || b.segment == 0 {
			lost |= 1 << l
		}
		if b.segment != g.past.block(l, newest-1).segment {
			gap |= 1 << l
		}
	}
	x := g.desk.x[:g.n*g.lanes]
	g.past.spread(x, newest, 1, newest)
	v.tracker.Step(active, lost, gap, x)
	g.past.note(g.desk.means(x), g.active)
	for l, a := range g.active {
		if a != 0 {
			v.decide(g, l)
		}
	}
}

// decide takes over the tracker's row.
func (v *voice) decide(g *Group, l int) {
	f0, prob, concealed, ok := v.tracker.Result(l)
	if !ok {
		return
	}
	r := g.past.row(l, voiceRow)
	r.concealed = concealed
	r.v[features.F0Hz], r.v[features.VoicingProb] = f0, prob
	r.v[features.F0Semitone] = semitone(f0)
	v.train[l].step(g.n)
	switch {
	case f0 > 0 && !concealed:
		v.voiced(g, r, l, f0)
	case f0 == 0:
		v.train[l].n = 0
		clear(r.v[features.JitterLocal : features.F3Amplitude+1])
	}
}

// voiced measures the voice of a row in which it sounds; what the samples do not
// reach for stays Null.
func (v *voice) voiced(g *Group, r *row, l int, f0 float32) {
	x, centre := g.desk.wave, centre(g.n)
	lo, hi := g.past.whole(l)
	g.past.wave(x, l)
	p := &g.desk.periods
	if db, ok := p.sweep.harmonicity(x, g.cfg.Rate, f0, centre, lo, hi); ok {
		r.v[features.HNRDB] = db
	}
	t := &v.train[l]
	p.extend(t, x, f0, centre, lo, hi)
	r.v[features.JitterLocal], r.v[features.ShimmerDB] = t.measure(float32(centre), float32(markedAround*g.cfg.Rate)/1000)
	if reach := 2 * g.n; lo <= centre-reach && hi >= centre+reach {
		g.desk.voiced.await(g, l, f0)
	}
}

// semitone is 12 log2 (f0/27.5), 0 where unvoiced, Null of Null.
func semitone(f0 float32) float32 {
	if f0 == 0 {
		return 0
	}
	return float32(12 * math.Log2(float64(f0)/27.5))
}
