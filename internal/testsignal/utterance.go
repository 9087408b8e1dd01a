package testsignal

import (
	"math"
	"math/rand/v2"
)

// Speaker sets how an [Utterance] sounds.
type Speaker struct {
	Rate      int     // Hz
	F0Hz      float64 // median F0
	RangeST   float64 // F0 moves within ± this many semitones of the median; 0 is 3
	Syllables float64 // syllables a second of talk; 0 is 4
	LevelDBFS float64 // RMS while talking; 0 is -20
	Seed      uint64
}

// Utterance is speech-like sound with its truth: phrases of syllables, each an
// unvoiced fricative or nothing and then a vowel, with pauses between phrases.
type Utterance struct {
	Samples   []float32
	F0        []float32 // Hz at the centre (k+1)*10 ms of row k, 0 = unvoiced
	Syllables []float64 // s, centres of the vowels
}

// segment is a stretch of one sound.
type segment struct {
	begin, end   float64
	from, to     float64 // Hz; 0 is unvoiced
	vowel        []Formant
	noisy, pause bool
}

// Speak returns about seconds of talk.
func (s Speaker) Speak(seconds float64) Utterance {
	if s.RangeST == 0 {
		s.RangeST = 3
	}
	if s.Syllables == 0 {
		s.Syllables = 4
	}
	segments := s.plan(seconds)
	u := Utterance{Samples: Silence(s.Rate, seconds), F0: make([]float32, int(seconds*100))}
	for i, g := range segments {
		if g.vowel != nil {
			u.Syllables = append(u.Syllables, (g.begin+g.end)/2)
			u.mark(g)
		}
		s.render(u.Samples, g, s.Seed+uint64(i))
	}
	level := s.LevelDBFS
	if level == 0 {
		level = -20
	}
	talk := 0.0
	for _, g := range segments {
		if !g.pause {
			talk += g.end - g.begin
		}
	}
	if rms := RMS(u.Samples) * math.Sqrt(seconds/math.Max(talk, 1e-3)); rms > 0 {
		Gain(u.Samples, level-20*math.Log10(rms))
	}
	return u
}

// plan lays segments end to end: phrases of 4 to 9 syllables that fall in F0, pauses of 0.3 to 0.8 s.
func (s Speaker) plan(seconds float64) []segment {
	r := rand.New(rand.NewPCG(s.Seed, 0x74616c6b))
	vowels := [][]Formant{VowelA, VowelE, VowelI, VowelO, VowelU}
	var out []segment
	add := func(g segment, length float64) {
		if n := len(out); n > 0 {
			g.begin = out[n-1].end
		}
		g.end = g.begin + length
		out = append(out, g)
	}
	add(segment{pause: true}, 0.2)
	for out[len(out)-1].end < seconds {
		n := 4 + r.IntN(6)
		for i := range n {
			if r.Float64() < 0.5 {
				add(segment{noisy: true}, 0.06+0.06*r.Float64())
			} else {
				add(segment{pause: true}, 0.05)
			}
			fall := s.RangeST * (1 - 2*float64(i)/float64(n))
			from := s.F0Hz * math.Exp2((fall+r.Float64()-0.5)/12)
			to := s.F0Hz * math.Exp2((fall-s.RangeST*r.Float64()/2)/12)
			add(segment{from: from, to: to, vowel: vowels[r.IntN(len(vowels))]}, (0.5+0.5*r.Float64())/s.Syllables)
		}
		add(segment{pause: true}, 0.3+0.5*r.Float64())
	}
	return out
}

// mark writes the F0 of a vowel's rows.
func (u *Utterance) mark(g segment) {
	for k := range u.F0 {
		t := float64(k+1) * 0.01
		if t >= g.begin && t < g.end {
			u.F0[k] = float32(Glide(g.from, g.to, g.end-g.begin)(t - g.begin))
		}
	}
}

// render adds one segment's sound with 10 ms ramps.
func (s Speaker) render(dst []float32, g segment, seed uint64) {
	length := g.end - g.begin
	var x []float32
	switch {
	case g.vowel != nil:
		v := Voice{Rate: s.Rate, F0: Glide(g.from, g.to, length), Jitter: 0.008, ShimmerDB: 0.3, Formants: g.vowel, NoiseDB: 25, LevelDBFS: -20, Seed: seed}
		x, _ = v.Generate(length)
	case g.noisy:
		x = Noise(s.Rate, length, -34, seed)
		for i := len(x) - 1; i > 0; i-- { // first difference: fricatives lie high
			x[i] -= x[i-1]
		}
	default:
		return
	}
	ramp := s.Rate / 100
	for i := range x {
		edge := min(i, len(x)-1-i)
		if edge < ramp {
			x[i] *= float32(0.5 - 0.5*math.Cos(math.Pi*float64(edge)/float64(ramp)))
		}
	}
	Mix(dst, x, int(g.begin*float64(s.Rate)))
}
