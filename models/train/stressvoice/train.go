package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/attune-cx/attune/benchmarks/stress"
	"github.com/attune-cx/attune/features/functionals"
	"github.com/attune-cx/attune/models/stressvoice"
	"github.com/attune-cx/attune/scoring/voice"
)

const (
	orders     = 5   // orders of a speaker's clips that are measured
	fitOrders  = 10  // orders that the weights see
	utterances = 2.0 // k of the baseline
	penalty    = .05 // C of the logistic
)

// set is a corpus that was measured.
type set struct {
	clips []stress.Clip
	stats []functionals.Stats
}

func load(list func(string) ([]stress.Clip, error), dir string) (*set, error) {
	clips, err := list(dir)
	if err != nil {
		return nil, err
	}
	stats, err := stress.Extract(clips)
	if err != nil {
		return nil, fmt.Errorf("extract: %w", err)
	}
	return &set{clips, stats}, nil
}

// without is the set less one speaker.
func (s *set) without(speaker string) *set {
	return s.pick(func(c stress.Clip) bool { return c.Speaker != speaker })
}

func (s *set) pick(keep func(stress.Clip) bool) *set {
	out := &set{}
	for i, c := range s.clips {
		if keep(c) {
			out.clips = append(out.clips, c)
			out.stats = append(out.stats, s.stats[i])
		}
	}
	return out
}

func (s *set) judge(m *stressvoice.Model) (all [][]stress.Scored) {
	for seed := range orders {
		all = append(all, stress.Judge(m, s.clips, s.stats, uint64(seed)))
	}
	return all
}

// fit trains a model on the whole set.
func (s *set) fit(version string) *stressvoice.Model {
	m := &stressvoice.Model{Name: "stressvoice", Version: version, Features: voice.Names(), Log: gains(),
		Prior: utterances, Slope: 1}
	s.population(m)
	var x [][]float64
	var y []bool
	for seed := range fitOrders {
		for i, d := range stress.Differences(m, s.clips, s.stats, uint64(1000+seed)) {
			if s.clips[i].Label != stress.Other {
				x = append(x, slices.Clone(d[:]))
				y = append(y, s.clips[i].Label == stress.Stressed)
			}
		}
	}
	m.Weights, m.Bias = logistic(x, y, penalty/fitOrders)
	return m
}

// leaveOneOut judges each speaker by a model that never heard them.
func (s *set) leaveOneOut(version string) (all [][]stress.Scored) {
	all = make([][]stress.Scored, orders)
	for _, speaker := range s.speakers() {
		m := s.without(speaker).fit(version)
		own := s.pick(func(c stress.Clip) bool { return c.Speaker == speaker })
		for i, judged := range own.judge(m) {
			all[i] = append(all[i], judged...)
		}
	}
	return all
}

func (s *set) speakers() (names []string) {
	for _, c := range s.clips {
		if !slices.Contains(names, c.Speaker) {
			names = append(names, c.Speaker)
		}
	}
	slices.Sort(names)
	return names
}

// gains marks the features that scale with the level of the line: their
// logarithm differs from the baseline's by the same amount whatever the gain.
func gains() []bool {
	log := make([]bool, voice.NumFeatures)
	for i, name := range voice.Names() {
		log[i] = slices.Contains([]string{"loudness_sma3_pctlrange0-2", "loudness_sma3_stddev",
			"loudness_sma3_meanRisingSlope", "spectralFlux_sma3_amean"}, name)
	}
	return log
}

// population sets the means of two clusters of speakers by median F0, and the
// standard deviation within speakers.
func (s *set) population(m *stressvoice.Model) {
	byVoice := map[string][]voice.Vector{}
	for i, c := range s.clips {
		byVoice[c.Speaker] = append(byVoice[c.Speaker], voice.Measure(&s.stats[i], m.Log))
	}
	f0 := map[string]float64{}
	for name, v := range byVoice {
		f0[name] = mean(v)[1]
	}
	low, high := twoMeans(f0)
	clusters := [2][]voice.Vector{}
	var within []voice.Vector
	for _, name := range s.speakers() {
		v := byVoice[name]
		of := 0
		if math.Abs(f0[name]-high) < math.Abs(f0[name]-low) {
			of = 1
		}
		clusters[of] = append(clusters[of], v...)
		within = append(within, centred(v)...)
	}
	m.Scale = spread(within)
	m.Clusters = nil
	for i, centre := range []float64{low, high} {
		mu := mean(clusters[i])
		m.Clusters = append(m.Clusters, stressvoice.Cluster{F0MedianSemitones: centre, Mean: mu[:]})
	}
}

// twoMeans splits numbers into a low and a high cluster.
func twoMeans(of map[string]float64) (low, high float64) {
	var x []float64
	for _, v := range of {
		x = append(x, v)
	}
	slices.Sort(x)
	best := math.Inf(1)
	for cut := 1; cut < len(x); cut++ {
		a, ea := centre(x[:cut])
		b, eb := centre(x[cut:])
		if ea+eb < best {
			best, low, high = ea+eb, a, b
		}
	}
	return low, high
}

func centre(x []float64) (mean, squares float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		squares += (v - mean) * (v - mean)
	}
	return mean, squares
}

// mean leaves out nulls.
func mean(v []voice.Vector) (mu voice.Vector) {
	for k := range mu {
		sum, n := 0.0, 0.0
		for _, x := range v {
			if !math.IsNaN(x[k]) {
				sum += x[k]
				n++
			}
		}
		mu[k] = sum / n
	}
	return mu
}

func centred(v []voice.Vector) []voice.Vector {
	mu := mean(v)
	out := slices.Clone(v)
	for i := range out {
		for k := range mu {
			out[i][k] -= mu[k]
		}
	}
	return out
}

func spread(v []voice.Vector) []float64 {
	squares := slices.Clone(v)
	for i := range squares {
		for k := range squares[i] {
			squares[i][k] *= squares[i][k]
		}
	}
	var out []float64
	for _, s := range mean(squares) {
		out = append(out, math.Sqrt(s))
	}
	return out
}
