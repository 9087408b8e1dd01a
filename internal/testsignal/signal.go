package testsignal

import (
	"math"
	"math/rand/v2"
)

// Silence is seconds of zeros.
func Silence(rate int, seconds float64) []float32 {
	return make([]float32, int(math.Round(seconds*float64(rate))))
}

// DC is seconds of one value.
func DC(rate int, seconds float64, value float32) []float32 {
	x := Silence(rate, seconds)
	for i := range x {
		x[i] = value
	}
	return x
}

// Tone is a sine of hz with the given peak amplitude.
func Tone(rate int, seconds, hz, amplitude float64) []float32 {
	x := Silence(rate, seconds)
	for i := range x {
		x[i] = float32(amplitude * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
	}
	return x
}

// Sweep is a sine whose frequency moves exponentially from one to another over its length.
func Sweep(rate int, seconds, from, to, amplitude float64) []float32 {
	x := Silence(rate, seconds)
	k := math.Log(to/from) / seconds
	for i := range x {
		t := float64(i) / float64(rate)
		phase := 2 * math.Pi * from * t
		if k != 0 {
			phase = 2 * math.Pi * from * math.Expm1(k*t) / k
		}
		x[i] = float32(amplitude * math.Sin(phase))
	}
	return x
}

// Noise is white Gaussian noise of the given RMS in dB re full scale.
func Noise(rate int, seconds, levelDBFS float64, seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 0x6e6f6973))
	x := Silence(rate, seconds)
	sd := math.Pow(10, levelDBFS/20)
	for i := range x {
		x[i] = float32(sd * r.NormFloat64())
	}
	return x
}

// RMS is the root mean square of x, 0 for none.
func RMS(x []float32) float64 {
	var sum float64
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	if len(x) == 0 {
		return 0
	}
	return math.Sqrt(sum / float64(len(x)))
}

// AddNoise adds white noise to x in place, snrDB below the RMS of all of x.
func AddNoise(x []float32, snrDB float64, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0x6e6f6973))
	sd := RMS(x) * math.Pow(10, -snrDB/20)
	for i := range x {
		x[i] += float32(sd * r.NormFloat64())
	}
}

// Mix adds src to dst from sample at on; what does not fit is dropped.
func Mix(dst, src []float32, at int) {
	for i, v := range src {
		if j := at + i; j >= 0 && j < len(dst) {
			dst[j] += v
		}
	}
}

// Gain scales x in place by db.
func Gain(x []float32, db float64) {
	g := float32(math.Pow(10, db/20))
	for i := range x {
		x[i] *= g
	}
}

// Clip limits x in place to ±limit.
func Clip(x []float32, limit float32) {
	for i, v := range x {
		x[i] = min(max(v, -limit), limit)
	}
}

// BandPass returns x through a linear-phase windowed-sinc band-pass (221 taps at
// 8 kHz, in proportion elsewhere; Blackman: transitions 200 Hz wide at 8 kHz, as
// sox has them), aligned in time with x. lo = 0 makes it a low-pass. The telephone band is 300 to 3400 Hz.
func BandPass(x []float32, rate int, lo, hi float64) []float32 {
	half := 110 * rate / 8000
	h := make([]float64, 2*half+1)
	for i := range h {
		d := float64(i - half)
		w := 0.42 + 0.5*math.Cos(math.Pi*d/float64(half)) + 0.08*math.Cos(2*math.Pi*d/float64(half))
		a, b := 2*hi/float64(rate), 2*lo/float64(rate)
		h[i] = w * (a*sinc(a*d) - b*sinc(b*d))
	}
	y := make([]float32, len(x))
	for i := range y {
		var sum float64
		first := max(0, i-half)
		for k, v := range x[first:min(len(x), i+half+1)] {
			sum += h[first+k-i+half] * float64(v) // h is symmetric
		}
		y[i] = float32(sum)
	}
	return y
}

func scaleTo(x []float64, levelDBFS float64) {
	var sum float64
	for _, v := range x {
		sum += v * v
	}
	if sum == 0 {
		return
	}
	g := math.Pow(10, levelDBFS/20) / math.Sqrt(sum/float64(len(x)))
	for i := range x {
		x[i] *= g
	}
}

func toFloat32(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}
