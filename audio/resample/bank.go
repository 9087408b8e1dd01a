package resample

import "math"

const (
	// designDB is the stop-band attenuation that the Kaiser window is designed
	// for; the formula is an estimate, so it lies above the promised 90 dB.
	designDB = 100
	// passEdge is where the pass band ends, as a share of the lower Nyquist
	// frequency; the stop band begins at 1, so that nothing folds back.
	passEdge = 0.9
	// exactPhases is the most phases that are stored one by one. Beyond it the
	// bank holds gridPhases and interpolates linearly between neighbours, which
	// errs by at most (pi/gridPhases)^2/8 = -106 dB.
	exactPhases = 640
	gridPhases  = 512
)

// bank holds the filter's coefficients by phase: row p is the filter for an
// output that lies p/phases of an input sample after an input sample.
type bank struct {
	phases int
	exact  bool // each phase that occurs has a row; else rows are interpolated
	half   int  // inputs on either side of an output; a row has 2*half taps
	rows   []float32
}

// row returns the taps of phase p, in the order of the input.
func (b *bank) row(p int) []float32 {
	n := 2 * b.half
	return b.rows[p*n : (p+1)*n : (p+1)*n]
}

// newBank designs the filter for a change from one rate to another, which share
// no factor up*from == down*to.
func newBank(from, to, up int) *bank {
	lower := float64(min(from, to))
	cutoff := (1 + passEdge) / 2 * lower / float64(from) // of the input's Nyquist frequency
	width := math.Pi * (1 - passEdge) * lower / float64(from)
	// Kaiser's estimate of the length (Oppenheim and Schafer, section 7.5.3).
	length := (designDB-7.95)/(2.285*width) + 1
	b := &bank{phases: up, exact: up <= exactPhases, half: int(math.Ceil(length / 2))}
	rows := up
	if !b.exact {
		b.phases, rows = gridPhases, gridPhases+1 // the last row closes the last interval
	}
	b.rows = make([]float32, rows*2*b.half)
	for p := range rows {
		b.design(p, cutoff)
	}
	return b
}

// design fills row p with a Kaiser-windowed sinc and scales it to unit gain at
// 0 Hz, so that a constant stays that constant in every phase.
func (b *bank) design(p int, cutoff float64) {
	row := b.row(p)
	taps := make([]float64, len(row))
	sum := 0.0
	for k := range taps {
		// Tap k meets the input sample k-half+1 places after the one before the output.
		t := float64(p)/float64(b.phases) + float64(b.half-1-k)
		taps[k] = sinc(cutoff*t) * kaiser(t/float64(b.half))
		sum += taps[k]
	}
	for k, v := range taps {
		row[k] = float32(v / sum)
	}
}

// sinc is sin(pi*x)/(pi*x).
func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// kaiser is Kaiser's window over -1..1 for designDB of attenuation, up to its
// gain, which the scaling of the row takes out.
func kaiser(x float64) float64 {
	const beta = 0.1102 * (designDB - 8.7)
	if x <= -1 || x >= 1 {
		return 0
	}
	return bessel0(beta * math.Sqrt(1-x*x))
}

// bessel0 is the modified Bessel function of the first kind, order 0, by its
// power series.
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > sum*1e-12; k++ {
		term *= x / (2 * k) * (x / (2 * k))
		sum += term
	}
	return sum
}
