package testsignal

import (
	"math"
	"math/rand/v2"
)

// Contour gives F0 in Hz at t seconds; 0 or less means no voice there.
type Contour func(t float64) float64

// Constant is the contour that stays at hz.
func Constant(hz float64) Contour { return func(float64) float64 { return hz } }

// Glide moves from one F0 to another, exponentially (equal semitones a second), in the given seconds, and stays there.
func Glide(from, to, seconds float64) Contour {
	return func(t float64) float64 {
		u := math.Min(math.Max(t/seconds, 0), 1)
		return from * math.Pow(to/from, u)
	}
}

// Vibrato swings around hz by ±semitones at the given rate in Hz.
func Vibrato(hz, semitones, rate float64) Contour {
	return func(t float64) float64 {
		return hz * math.Exp2(semitones/12*math.Sin(2*math.Pi*rate*t))
	}
}

// Formant is one resonance of the vocal tract, in Hz.
type Formant struct{ Frequency, Bandwidth float64 }

// Vowels with the adult male averages of Peterson & Barney (1952); bandwidths after Klatt (1980).
var (
	VowelA = []Formant{{730, 90}, {1090, 110}, {2440, 170}, {3400, 250}}
	VowelE = []Formant{{530, 60}, {1840, 100}, {2480, 160}, {3400, 250}}
	VowelI = []Formant{{270, 60}, {2290, 100}, {3010, 170}, {3600, 250}}
	VowelO = []Formant{{570, 80}, {840, 100}, {2410, 170}, {3300, 250}}
	VowelU = []Formant{{300, 65}, {870, 100}, {2240, 170}, {3300, 250}}
)

// Voice is a voiced sound: band-limited pulses at instants set by F0 and Jitter,
// with amplitudes set by ShimmerDB, through a glottal tilt and the formants.
// With no Formants the pulses stay flat in spectrum and no tilt is applied.
type Voice struct {
	Rate      int       // Hz, at least 8000
	F0        Contour   // nil is Constant(120)
	Jitter    float64   // expected local jitter, mean |T(i)-T(i-1)| / mean T
	ShimmerDB float64   // expected local shimmer, mean |20 log10(a(i)/a(i-1))|
	Formants  []Formant // nil for a bare pulse train
	NoiseDB   float64   // white noise this many dB below the voice (its HNR); 0 adds none
	LevelDBFS float64   // RMS of the result; 0 is -20
	Seed      uint64
}

// Generate returns seconds of the voice and the pulses behind it.
func (v Voice) Generate(seconds float64) ([]float32, Truth) {
	n := int(math.Round(seconds * float64(v.Rate)))
	if v.F0 == nil {
		v.F0 = Constant(120)
	}
	truth := v.pulses(seconds)
	x := make([]float64, n)
	for i, t := range truth.Times {
		addPulse(x, t*float64(v.Rate), truth.Amplitudes[i])
	}
	if v.Formants != nil {
		tilt(x, float64(v.Rate))
		for _, f := range v.Formants {
			resonate(x, f, float64(v.Rate))
		}
	}
	level := v.LevelDBFS
	if level == 0 {
		level = -20
	}
	scaleTo(x, level)
	out := toFloat32(x)
	if v.NoiseDB != 0 {
		AddNoise(out, v.NoiseDB, v.Seed+1)
	}
	return out, truth
}

// pulses draws the instants and amplitudes. Perturbations are uniform and
// independent: for half-width w the expected |difference| of two draws is 2w/3.
func (v Voice) pulses(seconds float64) Truth {
	r := rand.New(rand.NewPCG(v.Seed, 0x676c6f74))
	var truth Truth
	for t := 0.003; t < seconds; {
		f := v.F0(t)
		if f <= 0 {
			t += 0.001
			continue
		}
		truth.Times = append(truth.Times, t)
		gain := 1.5 * v.ShimmerDB * (2*r.Float64() - 1)
		truth.Amplitudes = append(truth.Amplitudes, math.Pow(10, gain/20))
		t += (1 + 1.5*v.Jitter*(2*r.Float64()-1)) / f
	}
	return truth
}

// addPulse adds a band-limited pulse centred at the fractional sample pos: a
// sinc cut at 0.9 of the band under a Hann window of 64 samples, so that a
// period is right to far less than a sample.
func addPulse(x []float64, pos, amplitude float64) {
	const half, cut = 32, 0.9
	for i := int(pos) - half + 1; i <= int(pos)+half; i++ {
		if i < 0 || i >= len(x) {
			continue
		}
		d := float64(i) - pos
		if math.Abs(d) >= half {
			continue
		}
		w := 0.5 + 0.5*math.Cos(math.Pi*d/half)
		x[i] += amplitude * cut * sinc(cut*d) * w
	}
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// tilt is the glottal source of -12 dB an octave above 100 Hz less the +6 dB of lip radiation.
func tilt(x []float64, rate float64) {
	a := math.Exp(-2 * math.Pi * 100 / rate)
	var y float64
	for i := range x {
		y = a*y + (1-a)*x[i]
		x[i] = y
	}
}

// resonate is a two-pole resonator with unity gain at 0 Hz (Klatt 1980).
func resonate(x []float64, f Formant, rate float64) {
	if f.Frequency >= 0.48*rate {
		return
	}
	c := -math.Exp(-2 * math.Pi * f.Bandwidth / rate)
	b := 2 * math.Exp(-math.Pi*f.Bandwidth/rate) * math.Cos(2*math.Pi*f.Frequency/rate)
	a := 1 - b - c
	var y1, y2 float64
	for i := range x {
		y := a*x[i] + b*y1 + c*y2
		x[i], y2, y1 = y, y1, y
	}
}
