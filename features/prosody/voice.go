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
	tracker *pitch.Tracker
}

func (v *voice) init(cfg Config) (err error) {
	v.lanes = cfg.Lanes
	v.tracker, err = pitch.New(pitch.Config{Rate: cfg.Rate, Lanes: cfg.Lanes, Lag: newest - voiceRow - pitchWindow})
	return err
}

// pitchWindow is how many blocks after a row's own the pitch tracker's window
// needs.
const pitchWindow = 2

func (v *voice) clear(lane int) { v.tracker.Reset(lane) }

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
}

// semitone is 12 log2 (f0/27.5), 0 where unvoiced, Null of Null.
func semitone(f0 float32) float32 {
	if f0 == 0 {
		return 0
	}
	return float32(12 * math.Log2(float64(f0)/27.5))
}
