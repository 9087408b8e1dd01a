package prosody

import (
	"math"

	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/features/pitch"
)

// voice is the analysis of voiced speech: the pitch decided for the row at place
// voiceRow, and what is measured of the voice with it.
type voice struct {
	lanes   int
	rate    int
	tracker *pitch.Tracker

	wave      wave
	periods   periods
	harmonics harmonics
}

func (v *voice) init(cfg Config) (err error) {
	v.lanes = cfg.Lanes
	v.rate = cfg.Rate
	v.wave.init(cfg.Rate/100, cfg.Lanes)
	v.periods.init(cfg)
	if err := v.harmonics.init(cfg); err != nil {
		return err
	}
	v.tracker, err = pitch.New(pitch.Config{Rate: cfg.Rate, Lanes: cfg.Lanes, Lag: newest - voiceRow - pitchWindow})
	return err
}

// pitchWindow is how many blocks after a row's own the pitch tracker's window
// needs.
const pitchWindow = 2

func (v *voice) clear(lane int) {
	v.tracker.Reset(lane)
	v.wave.clear(lane)
	v.periods.clear(lane)
}

// run steps the tracker by the newest block and writes the columns of the row
// whose pitch it decides.
func (v *voice) run(g *Group) {
	var active, lost, gap uint16
	for l, a := range g.active {
		if a == 0 {
			continue
		}
		b := g.blocks[l*depth:][:depth]
		active |= 1 << l
		if b[newest].lost > 0 || b[newest].segment == 0 {
			lost |= 1 << l
		}
		if b[newest].segment != b[newest-1].segment {
			gap |= 1 << l
		}
	}
	v.tracker.Step(active, lost, gap, g.staged)
	v.wave.step(g, active)
	v.harmonics.run(g)
	row := g.row(voiceRow)
	for l, a := range g.active {
		if a != 0 {
			v.decide(g, row, l)
		}
	}
}

// decide takes over the tracker's row.
func (v *voice) decide(g *Group, row []float32, l int) {
	f0, prob, concealed, ok := v.tracker.Result(l)
	if !ok {
		return
	}
	g.blocks[l*depth+voiceRow].concealed = concealed
	column(row, features.F0Hz, v.lanes)[l] = f0
	column(row, features.VoicingProb, v.lanes)[l] = prob
	column(row, features.F0Semitone, v.lanes)[l] = semitone(f0)
	t := &v.periods.train[l]
	t.step(v.wave.n)
	switch {
	case f0 > 0 && !concealed:
		v.voiced(g, row, l, f0)
	case f0 == 0:
		t.n = 0
		for c := features.JitterLocal; c <= features.F3Amplitude; c++ {
			column(row, c, v.lanes)[l] = 0
		}
	}
}

// voiced measures the voice of a row in which it sounds; what the samples do not
// reach for stays Null.
func (v *voice) voiced(g *Group, row []float32, l int, f0 float32) {
	x := v.wave.lane(l)
	centre := v.wave.centre()
	lo, hi := v.wave.whole(g, l)
	if db, ok := harmonicity(v.periods.r, x, v.rate, f0, centre, lo, hi); ok {
		column(row, features.HNRDB, v.lanes)[l] = db
	}
	t := &v.periods.train[l]
	v.periods.extend(t, x, f0, centre, lo, hi)
	jitter, shimmer := t.measure(float32(centre), float32(markedAround*v.rate)/1000)
	column(row, features.JitterLocal, v.lanes)[l] = jitter
	column(row, features.ShimmerDB, v.lanes)[l] = shimmer
	if reach := 2 * v.wave.n; lo <= centre-reach && hi >= centre+reach {
		v.harmonics.write(row, l, f0)
	}
}

// semitone is 12 log2 (f0/27.5), 0 where unvoiced, Null of Null.
func semitone(f0 float32) float32 {
	if f0 == 0 {
		return 0
	}
	return float32(12 * math.Log2(float64(f0)/27.5))
}
