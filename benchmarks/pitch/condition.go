package pitch

import (
	"fmt"
	"math/rand/v2"

	"github.com/attune-cx/attune/audio/g711"
	"github.com/attune-cx/attune/audio/resample"
	"github.com/attune-cx/attune/internal/testsignal"
)

// Condition is what happens to the sound on its way to the tracker.
type Condition struct {
	Name      string
	Rate      int     // Hz at which the tracker runs
	Telephone bool    // gain -2 dB, 300-3400 Hz, G.711 mu-law there and back
	NoiseDB   float64 // white noise this many dB below the RMS of the file; 0 is none
	LossRatio float64 // share of 20 ms packets that are lost
}

// Conditions are the rows of the table.
var Conditions = []Condition{
	{Name: "16k", Rate: 16000},
	{Name: "8k", Rate: 8000},
	{Name: "tel8", Rate: 8000, Telephone: true},
	{Name: "tel8n10", Rate: 8000, Telephone: true, NoiseDB: 10},
	{Name: "8k+loss", Rate: 8000, LossRatio: 0.05},
	{Name: "tel8+loss", Rate: 8000, Telephone: true, LossRatio: 0.05},
}

// line is the part of a condition that is the same for every seed.
type line struct {
	rate      int
	telephone bool
}

func (c Condition) line() line { return line{c.Rate, c.Telephone} }

// carry takes samples at rate over the line.
func (n line) carry(samples []float32, rate int) ([]float32, error) {
	x := append([]float32(nil), samples...)
	testsignal.Gain(x, -1) // room for the resampler's overshoot
	for _, to := range []int{16000, 8000} {
		if to < n.rate || rate == to {
			continue
		}
		r, err := resample.New(rate, to)
		if err != nil {
			return nil, fmt.Errorf("pitch: line of %d Hz: %w", n.rate, err)
		}
		x, rate = r.Flush(r.Process(nil, x)), to
	}
	if n.telephone {
		testsignal.Gain(x, -2)
		law := g711.New(g711.MuLaw)
		x = law.Decode(nil, law.Encode(nil, testsignal.BandPass(x, rate, 300, 3400)))
	}
	return x, nil
}

// disturb adds the noise and the losses; x is kept.
func (c Condition) disturb(x []float32, seed uint64) Input {
	if c.NoiseDB != 0 {
		x = append([]float32(nil), x...)
		testsignal.AddNoise(x, c.NoiseDB, seed)
	}
	return Input{x, c.drop(len(x)/(c.Rate/100), seed)}
}

// drop loses whole 20 ms packets, each with the same chance.
func (c Condition) drop(blocks int, seed uint64) []bool {
	r := rand.New(rand.NewPCG(seed, 0x6c6f7373))
	lost := make([]bool, blocks)
	for b := 0; b+1 < blocks; b += 2 {
		lost[b] = r.Float64() < c.LossRatio
		lost[b+1] = lost[b]
	}
	return lost
}
