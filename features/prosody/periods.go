package prosody

import (
	"math"

	"github.com/attune-cx/attune/features"
)

// periods marks the voice's periods one after another in the waveform: the next
// mark lies where a period around the last one recurs best (cross-correlation,
// as Praat's point process does), near the decided pitch. The marks around a row
// give its jitter and shimmer.
type periods struct {
	rate  int
	sweep sweep
}

// train is a row of marks, in samples of the lane's past; they move with it.
type train struct {
	n         int32
	at        [maxMarks]float32
	amplitude [maxMarks]float32
}

const (
	maxMarks     = 40   // 60 ms at 600 Hz, and some
	periodReach  = 0.2  // how far a period may lie from the decided pitch's
	leastAlike   = 0.55 // correlation below which the voice has stopped
	markedAround = 25   // ms on either side of the centre over which a row looks
	mostUneven   = 1.3  // ratio of neighbouring periods (and 1.6 of amplitudes) that are compared
	mostAmpRatio = 1.6

	leastCompared = 2 // pairs of neighbours that a row's jitter or shimmer needs
)

// step moves the marks with the wave by n samples and forgets those that left.
func (t *train) step(n int) {
	kept := int32(0)
	for i := range t.n {
		if at := t.at[i] - float32(n); at >= 0 {
			t.at[kept], t.amplitude[kept] = at, t.amplitude[i]
			kept++
		}
	}
	t.n = kept
}

func (t *train) add(at, amplitude float32) {
	if t.n == maxMarks {
		copy(t.at[:], t.at[1:])
		copy(t.amplitude[:], t.amplitude[1:])
		t.n--
	}
	t.at[t.n], t.amplitude[t.n] = at, amplitude
	t.n++
}

// extend marks periods up to the end of the row's span, as far as the whole
// samples x[lo:hi] go.
func (p *periods) extend(t *train, x []float32, f0 float32, centre, lo, hi int) {
	period := float32(p.rate) / f0
	if t.n > 0 && (t.at[0] < float32(lo) || t.at[t.n-1] < float32(centre)-2*period) {
		t.n = 0
	}
	at := crest(x, period, centre, lo, hi)
	if at < 0 || !t.on(x, at, period) {
		t.n = 0
	}
	if t.n == 0 && at >= 0 {
		p.begin(t, x, float32(at), period, centre, lo, hi)
	}
	end := float32(centre + markedAround*p.rate/1000)
	for t.n > 0 && t.at[t.n-1] < end {
		d, alike := p.recurrence(x, t.at[t.n-1], period, 1, lo, hi)
		if alike < leastAlike {
			return
		}
		at := t.at[t.n-1] + d
		t.add(at, p.rootMeanSquare(x, at, period, lo, hi))
	}
}

// crest returns the sample of greatest magnitude within a period around the
// centre, -1 where all is silent.
func crest(x []float32, period float32, centre, lo, hi int) int {
	at, most := -1, float32(0)
	for i := max(centre-int(period/2), lo); i < min(centre+int(period/2), hi); i++ {
		if m := magnitude(x[i]); m > most {
			at, most = i, m
		}
	}
	return at
}

func magnitude(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }

// on reports whether the marks still lie on the pulses: one of them is within a
// quarter period of the crest, or holds nearly as great a sample. A voice that
// begins softly may be marked off its later crests.
func (t *train) on(x []float32, crest int, period float32) bool {
	for i := range t.n {
		d := magnitude(t.at[i] - float32(crest))
		if d < period/4 {
			return true
		}
		if k := int(t.at[i] + 0.5); d < period/2 && 1.3*magnitude(x[k]) > magnitude(x[crest]) {
			return true
		}
	}
	return false
}

// begin marks the crest and, backwards from it, the periods of the row's first
// half.
func (p *periods) begin(t *train, x []float32, crest, period float32, centre, lo, hi int) {
	first := float32(centre - markedAround*p.rate/1000)
	var back [maxMarks]float32
	n := 0
	for at := crest; n < maxMarks/2; {
		back[n] = at
		n++
		d, alike := p.recurrence(x, at, period, -1, lo, hi)
		if at -= d; alike < leastAlike || at < first {
			break
		}
	}
	for n--; n >= 0; n-- {
		t.add(back[n], p.rootMeanSquare(x, back[n], period, lo, hi))
	}
}

// recurrence returns after how many samples the period around at comes again,
// or came before for way = -1, and how alike the two are; 0 where the whole
// samples end.
func (p *periods) recurrence(x []float32, at, period float32, way, lo, hi int) (d, alike float32) {
	n := int(period)
	from := int(at+0.5) - n/2
	first, last := max(int(period*(1-periodReach)), 2), int(period*(1+periodReach))+1
	if from < lo || from+n > hi || from+way*last < lo || from+way*last+n > hi {
		return 0, 0
	}
	r := p.sweep.lags(x, from, n, first, last, way)
	best := greatest(r)
	if best == 0 || best == len(r)-1 {
		return float32(first + best), r[best]
	}
	shift, _ := vertex(r[best-1], r[best], r[best+1])
	return float32(first+best) + shift, r[best]
}

// amplitudeReach is how far the amplitude's window goes from the mark, in periods:
// the peak of the pulse and little else, as Praat measures it, but at least 1 ms,
// below which the place of the samples on the pulse would count.
const amplitudeReach = 0.2

// rootMeanSquare is the amplitude of a period: the root of the mean square under
// a bell (1-u^2)^4 around the mark, near the square of Praat's Hann window; 0 where
// the whole samples end.
func (p *periods) rootMeanSquare(x []float32, at, period float32, lo, hi int) float32 {
	reach := max(amplitudeReach*period, float32(p.rate)/1000)
	from, to := int(at-reach)+1, int(at+reach)
	if from < lo || to >= hi {
		return 0
	}
	var sum, weight float32
	for i := from; i <= to; i++ {
		u := (float32(i) - at) / reach
		w := 1 - u*u
		w *= w
		w *= w
		sum += w * x[i] * x[i]
		weight += w
	}
	return float32(math.Sqrt(float64(sum / weight)))
}

// measure returns the row's jitter, the mean difference of neighbouring periods
// over the mean period, and shimmer, the mean |20 log10| of the ratio of
// neighbouring amplitudes, over the marks within 25 ms of the centre. Neighbours
// that differ by more than a factor 1.3 (1.6 for amplitudes) are not compared, as
// in Praat. Null where fewer than two comparisons can be made: with one alone, the
// rows at either end of a voice would weigh what is least sure of it as much as
// the rows within weigh all the rest.
func (t *train) measure(centre, reach float32) (jitter, shimmer float32) {
	var periods, changes, steps float64
	var nPeriods, nChanges, nSteps int
	for i := int32(1); i < t.n; i++ {
		if t.at[i-1] < centre-reach || t.at[i] > centre+reach {
			continue
		}
		d := t.at[i] - t.at[i-1]
		periods += float64(d)
		nPeriods++
		if a, b := t.amplitude[i-1], t.amplitude[i]; a > 0 && b > 0 && even(a, b, mostAmpRatio) {
			steps += math.Abs(2 * float64(decibels(b/a)))
			nSteps++
		}
		if i < 2 || t.at[i-2] < centre-reach {
			continue
		}
		if before := t.at[i-1] - t.at[i-2]; even(d, before, mostUneven) {
			changes += math.Abs(float64(d - before))
			nChanges++
		}
	}
	jitter, shimmer = features.Null, features.Null
	if nChanges >= leastCompared {
		jitter = float32(changes / float64(nChanges) / (periods / float64(nPeriods)))
	}
	if nSteps >= leastCompared {
		shimmer = float32(steps / float64(nSteps))
	}
	return jitter, shimmer
}

func even(a, b float32, most float32) bool { return a <= most*b && b <= most*a }
