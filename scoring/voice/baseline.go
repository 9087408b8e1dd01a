package voice

import (
	"math"

	"github.com/attune-cx/attune/models/stressvoice"
)

// The baseline's times, in seconds of the caller's speech.
const (
	utterance  = 2.5  // what k counts
	warm       = 5.0  // before it, a score is warming
	collectAll = 10.0 // until then everything is collected
	collectEnd = 20.0 // until then what is not clearly stressed
	halfLife   = 120. // of what is followed later
)

// Baseline is a caller's own normal. It dies with the call.
type Baseline struct {
	model  *stressvoice.Model
	mean   Vector  // of what was collected
	weight Vector  // seconds behind each mean
	heard  float64 // seconds of speech so far
}

// Add takes seconds of new speech whose features are v; llr is what the model
// says of it, and distressed that the words of the turn speak of stress.
func (b *Baseline) Add(v *Vector, seconds, llr float64, distressed bool) {
	b.heard += seconds
	switch {
	case distressed:
		return
	case b.heard <= collectAll, b.heard <= collectEnd && llr < 1:
		b.collect(v, seconds, 0)
	case llr < 0:
		b.collect(v, seconds, halfLife)
	}
}

// collect moves the means; with a half-life, what is old fades.
func (b *Baseline) collect(v *Vector, seconds, halfLife float64) {
	for i, x := range v {
		if math.IsNaN(x) {
			continue
		}
		if halfLife > 0 {
			b.weight[i] *= math.Exp2(-seconds / halfLife)
		}
		b.weight[i] += seconds
		b.mean[i] += (x - b.mean[i]) * seconds / b.weight[i]
	}
}

// Mean is μ of feature i for a caller whose features now are v.
func (b *Baseline) Mean(i int, v *Vector) float64 {
	n := b.weight[i] / utterance
	population := b.cluster(v).Mean[i]
	return (n*b.mean[i] + b.model.Prior*population) / (n + b.model.Prior)
}

// cluster is the population whose median F0 is nearer to the caller's.
func (b *Baseline) cluster(v *Vector) *stressvoice.Cluster {
	f0 := b.mean[medianF0]
	if b.weight[medianF0] == 0 {
		f0 = v[medianF0]
	}
	c := b.model.Clusters
	if math.Abs(f0-c[1].F0MedianSemitones) < math.Abs(f0-c[0].F0MedianSemitones) {
		return &c[1]
	}
	return &c[0]
}

// Formed is how much of the baseline is the caller's own, 0..1.
func (b *Baseline) Formed() float64 {
	n := b.weight[medianF0] / utterance
	if n+b.model.Prior == 0 {
		return 0
	}
	return n / (n + b.model.Prior)
}

// Warm reports whether enough was heard for a score.
func (b *Baseline) Warm() bool { return b.heard >= warm }
