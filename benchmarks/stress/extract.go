package stress

import (
	"fmt"
	"io"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/audio/g711"
	"github.com/attune-cx/attune/audio/resample"
	"github.com/attune-cx/attune/audio/wav"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/features/functionals"
	"github.com/attune-cx/attune/features/prosody"
	"github.com/attune-cx/attune/internal/testsignal"
)

// rate of a telephone leg.
const rate = 8000

// turnPause is how many hops of quiet end a turn, as on a live leg.
const turnPause = 70

// Extract measures each clip as a customer's turn on a telephone leg.
func Extract(clips []Clip) ([]functionals.Stats, error) {
	stats := make([]functionals.Stats, len(clips))
	for from := 0; from < len(clips); from += prosody.Lanes {
		to := min(from+prosody.Lanes, len(clips))
		if err := extract(clips[from:to], stats[from:to]); err != nil {
			return nil, err
		}
	}
	return stats, nil
}

// extract runs up to 16 clips in the lanes of one group.
func extract(clips []Clip, stats []functionals.Stats) error {
	group, err := prosody.NewGroup(prosody.Config{Rate: rate})
	if err != nil {
		return err
	}
	legs := make([]leg, len(clips))
	for i, c := range clips {
		if legs[i].pcm, err = telephone(c.Path); err != nil {
			return err
		}
		legs[i].lane, _ = group.Join()
	}
	for running := true; running; {
		running = false
		for i := range legs {
			running = legs[i].put(group) || running
		}
		group.Run()
		for i := range legs {
			var h features.Hop
			if group.Take(legs[i].lane, &h) {
				legs[i].hop(&h)
			}
		}
	}
	for i := range legs {
		group.Flush(legs[i].lane, legs[i].hop)
		functionals.Of(&stats[i], legs[i].turn)
	}
	return nil
}

// leg is one clip on its way through the group.
type leg struct {
	pcm   []float32
	lane  int
	at    time.Duration
	turn  []features.Hop // from the first speech on, pauses as on a live leg
	quiet int
}

func (l *leg) put(g *prosody.Group) bool {
	n := rate / 100
	if len(l.pcm) < n {
		return false
	}
	g.Put(l.lane, &audio.Block{At: l.at, Rate: rate, Samples: l.pcm[:n]})
	l.pcm, l.at = l.pcm[n:], l.at+audio.Step
	return true
}

func (l *leg) hop(h *features.Hop) {
	if h.Speech() {
		l.quiet = 0
	} else {
		l.quiet++
	}
	if (len(l.turn) > 0 || h.Speech()) && l.quiet < turnPause {
		l.turn = append(l.turn, *h)
	}
}

// telephone reads a mono file as a G.711 leg would carry it.
func telephone(path string) ([]float32, error) {
	r, err := wav.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	x := make([]float32, r.Info().Frames)
	for n := 0; n < len(x); {
		k, err := r.ReadFrames([][]float32{x[n:]})
		if err == io.EOF {
			x = x[:n]
			break
		}
		if err != nil {
			return nil, fmt.Errorf("stress: %s: %w", path, err)
		}
		n += k
	}
	testsignal.Gain(x, -3) // room for the overshoot of the two filters
	if r.Info().Rate != rate {
		re, err := resample.New(r.Info().Rate, rate)
		if err != nil {
			return nil, err
		}
		x = re.Flush(re.Process(nil, x))
	}
	law := g711.New(g711.MuLaw)
	return law.Decode(nil, law.Encode(nil, testsignal.BandPass(x, rate, 300, 3400))), nil
}
