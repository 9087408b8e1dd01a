package stress

import (
	"math"
	"math/rand/v2"

	"github.com/attune-cx/attune/features/functionals"
	"github.com/attune-cx/attune/models/stressvoice"
	"github.com/attune-cx/attune/scoring/voice"
)

// BaselineClips is how many of a speaker's clips, of any emotion, form the
// baseline; each counts as an utterance.
const BaselineClips = 3

// Differences returns each clip's features less its speaker's baseline, in units
// of the model's scale: what the weights are applied to. The order in which each
// speaker's clips come is drawn by seed. A null is 0.
func Differences(m *stressvoice.Model, clips []Clip, stats []functionals.Stats, seed uint64) []voice.Vector {
	vectors := make([]voice.Vector, len(clips))
	for i := range stats {
		vectors[i] = voice.Measure(&stats[i], m.Log)
	}
	r := rand.New(rand.NewPCG(seed, 0x626173656c696e65))
	order := r.Perm(len(clips))
	first := map[string][]voice.Vector{}
	for _, i := range order {
		if s := clips[i].Speaker; len(first[s]) < BaselineClips {
			first[s] = append(first[s], vectors[i])
		}
	}
	out := make([]voice.Vector, len(clips))
	for i, c := range clips {
		mean := Shrunk(m, first[c.Speaker])
		for k, x := range vectors[i] {
			d := (x - mean[k]) / m.Scale[k]
			if math.IsNaN(d) {
				d = 0
			}
			out[i][k] = min(max(d, -5), 5)
		}
	}
	return out
}

// Shrunk is the baseline μ = (n·μ_obs + k·μ_pop)/(n + k) of a speaker's clips.
func Shrunk(m *stressvoice.Model, clips []voice.Vector) voice.Vector {
	const medianF0 = 1
	var sum, n voice.Vector
	for _, v := range clips {
		for k, x := range v {
			if !math.IsNaN(x) {
				sum[k] += x
				n[k]++
			}
		}
	}
	cluster := m.Clusters[0]
	if f0 := sum[medianF0] / n[medianF0]; math.Abs(f0-m.Clusters[1].F0MedianSemitones) < math.Abs(f0-cluster.F0MedianSemitones) {
		cluster = m.Clusters[1]
	}
	var mean voice.Vector
	for k := range mean {
		mean[k] = (sum[k] + m.Prior*cluster.Mean[k]) / (n[k] + m.Prior)
	}
	return mean
}

// Judge applies the model to the labelled clips.
func Judge(m *stressvoice.Model, clips []Clip, stats []functionals.Stats, seed uint64) []Scored {
	var out []Scored
	for i, d := range Differences(m, clips, stats, seed) {
		if clips[i].Label == Other {
			continue
		}
		llr := m.Bias
		for k, x := range d {
			llr += m.Weights[k] * x
		}
		out = append(out, Scored{Speaker: clips[i].Speaker, Female: clips[i].Female,
			True: clips[i].Label == Stressed, LLR: m.Slope*llr + m.Offset})
	}
	return out
}

// Report is one row of the table: means over the orders, and their intervals.
type Report struct {
	N, Speakers         int
	UAR, AUC            float64
	UARLow, UARHigh     float64
	AUCLow, AUCHigh     float64
	WithinMean, Worst   float64
	SexGap, Calibration float64
}

// Measure averages the statistics over orders, each a judged set.
func Measure(orders [][]Scored) Report {
	var r Report
	for _, s := range orders {
		n := float64(len(orders))
		within, worst := WithinSpeaker(s)
		r.UAR += UAR(s) / n
		r.AUC += AUC(s) / n
		r.WithinMean += within / n
		r.Worst += worst / n
		r.SexGap += SexGap(s) / n
		r.Calibration += ECE(s) / n
	}
	r.N, r.Speakers = len(orders[0]), len(bySpeaker(orders[0]))
	r.UARLow, r.UARHigh = Interval(orders, 1000, 1, UAR)
	r.AUCLow, r.AUCHigh = Interval(orders, 1000, 1, AUC)
	return r
}
