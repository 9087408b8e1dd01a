package pitch

import (
	"fmt"

	tracker "github.com/attune-cx/attune/features/pitch"
)

// Clip is one recording with its reference.
type Clip struct {
	Name      string
	Rate      int // Hz
	Samples   []float32
	Reference []float32 // Hz every 15 ms, 0 = unvoiced
}

// Rows runs the tracker over each of the inputs, up to 16 at once as lanes, and
// returns their rows: F0 in Hz, 0 unvoiced, NaN null. An input holds samples and
// which of its 10 ms blocks were lost (nil: none).
func Rows(cfg tracker.Config, inputs []Input) ([][]float32, error) {
	rows := make([][]float32, len(inputs))
	for from := 0; from < len(inputs); from += 16 {
		to := min(from+16, len(inputs))
		cfg.Lanes = to - from
		if err := runGroup(cfg, inputs[from:to], rows[from:to]); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// Input is what one lane hears.
type Input struct {
	Samples []float32
	Lost    []bool
}

// runGroup feeds one group; a lane that has no more sound leaves it, after as
// much silence as its last rows wait for.
func runGroup(cfg tracker.Config, inputs []Input, rows [][]float32) error {
	t, err := tracker.New(cfg)
	if err != nil {
		return fmt.Errorf("pitch: %w", err)
	}
	hop := cfg.Rate / 100
	pcm := make([]float32, hop*cfg.Lanes)
	for b := 0; ; b++ {
		var active, lost uint16
		for l, in := range inputs {
			blocks := len(in.Samples) / hop
			if b >= blocks+t.Delay() {
				continue
			}
			active |= 1 << l
			if b < len(in.Lost) && in.Lost[b] {
				lost |= 1 << l
			}
			for i := range hop {
				pcm[i*cfg.Lanes+l] = 0
				if b < blocks {
					pcm[i*cfg.Lanes+l] = in.Samples[b*hop+i]
				}
			}
		}
		if active == 0 {
			return nil
		}
		t.Step(active, lost, 0, pcm)
		for l := range inputs {
			if f0, _, _, ok := t.Result(l); ok && active>>l&1 == 1 {
				rows[l] = append(rows[l], f0)
			}
		}
	}
}

// Lines takes clips through conditions. The zero value is ready; it remembers what
// came over each line, so that conditions of one line share the work.
type Lines struct{ carried map[line][][]float32 }

// Inputs are the clips under the condition; noise and losses differ from clip to
// clip and are the same in every run. Every call must have the same clips.
func (s *Lines) Inputs(clips []Clip, c Condition) ([]Input, error) {
	n := c.line()
	if s.carried[n] == nil {
		all := make([][]float32, len(clips))
		for i, clip := range clips {
			x, err := n.carry(clip.Samples, clip.Rate)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", clip.Name, err)
			}
			all[i] = x
		}
		if s.carried == nil {
			s.carried = map[line][][]float32{}
		}
		s.carried[n] = all
	}
	inputs := make([]Input, len(clips))
	for i, x := range s.carried[n] {
		inputs[i] = c.disturb(x, uint64(i))
	}
	return inputs, nil
}
