package prosody

import (
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/features/pitch"
	"github.com/attune-cx/attune/internal/dsp"
)

// Workspace is what groups need within a step and not from one to the next:
// tables, scratch, and the voiced rows that wait for their spectrum, which are
// analysed 16 at a time, whichever groups they are of. Groups that one goroutine
// steps should share one; its scratch then stays in the core's cache. The zero
// value is ready for use. It is not safe for concurrent use.
type Workspace struct{ desks []*desk }

// desk is a workspace's part for groups of one rate and width.
type desk struct {
	rate, lanes int

	x       []float32 // [sample][lane] of 20 ms
	mean    []float32 // [lane] of x
	frame   frame
	wave    []float32 // one lane's past
	periods periods
	voiced  harmonics
	pitch   *pitch.Scratch
	hop     features.Hop // that a flush gives out
}

func (w *Workspace) desk(cfg Config) (*desk, error) {
	for _, d := range w.desks {
		if d.rate == cfg.Rate && d.lanes == cfg.Lanes {
			return d, nil
		}
	}
	n := cfg.Rate / 100
	d := &desk{
		rate: cfg.Rate, lanes: cfg.Lanes,
		x:       make([]float32, 2*n*cfg.Lanes),
		mean:    make([]float32, cfg.Lanes),
		wave:    make([]float32, depth*n),
		pitch:   pitch.NewScratch(cfg.Lanes),
		periods: periods{rate: cfg.Rate, sweep: newSweep(cfg.Rate/pitch.MinHz + 2*sincReach)},
	}
	if err := d.frame.init(cfg); err != nil {
		return nil, err
	}
	if err := d.voiced.init(cfg); err != nil {
		return nil, err
	}
	w.desks = append(w.desks, d)
	return d, nil
}

// means returns the mean of x by lane.
func (d *desk) means(x []float32) []float32 {
	n := len(x) / d.lanes
	dsp.Sum(d.mean, x, n, d.lanes)
	for l := range d.mean {
		d.mean[l] /= float32(n)
	}
	return d.mean
}
