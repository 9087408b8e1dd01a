package dsp

import (
	"math"

	"github.com/attune-cx/attune/internal/dsp/lane16"
)

// Log2 writes dst[i] = log2(x[i]) with an error below 2e-7 + 1e-7 |log2 x|.
// Arguments below 2^-126 (zero and negative numbers with them) count as 2^-126,
// so that silence gives -126 and never an infinity. dst may be x.
//
// The mantissa is brought to sqrt(1/2)..sqrt(2) and log2 m comes from the odd
// series of the area tangent, 2/ln2 (s + s^3/3 + s^5/5 + ...), s = (m-1)/(m+1).
func Log2(dst, x []float32) {
	x = x[:len(dst)]
	if n := whole(dst); n > 0 && lane16.Log2(dst[:n], x) {
		dst, x = dst[n:], x[n:]
	}
	for i, v := range x {
		dst[i] = log2(v)
	}
}

// Log2Of is [Log2] of one number.
func Log2Of(v float32) float32 { return log2(v) }

const (
	minNormal = 1.1754943508222875e-38 // 2^-126
	sqrtHalf  = 0x3f3504f3             // bits of sqrt(1/2)
	invLn2x2  = 2 / math.Ln2
)

func log2(v float32) float32 {
	if !(v > minNormal) {
		v = minNormal
	}
	b := math.Float32bits(v) - sqrtHalf
	e := float32(int32(b) >> 23)
	m := math.Float32frombits(b&0x7fffff + sqrtHalf)
	s := (m - 1) / (m + 1)
	q := s * s
	return e + s*(invLn2x2+q*(invLn2x2/3+q*(invLn2x2/5+q*(invLn2x2/7+q*(invLn2x2/9)))))
}

// Exp2 writes dst[i] = 2^x[i] with a relative error below 3e-7; x is held to
// -126..127, NaN counts as -126. dst may be x.
func Exp2(dst, x []float32) {
	x = x[:len(dst)]
	if n := whole(dst); n > 0 && lane16.Exp2(dst[:n], x) {
		dst, x = dst[n:], x[n:]
	}
	for i, v := range x {
		dst[i] = exp2(v)
	}
}

// exp2 splits v into its nearest whole number and the Taylor series of 2^f on
// f = -1/2..1/2, whose coefficients are ln(2)^k/k!.
func exp2(v float32) float32 {
	if !(v > -126) {
		v = -126
	}
	if !(v < 127) {
		v = 127
	}
	n := int32(v+127.5) - 127
	f := v - float32(n)
	p := float32(1.5403530e-4)
	p = p*f + 1.3333558e-3
	p = p*f + 9.6181291e-3
	p = p*f + 5.5504109e-2
	p = p*f + 2.4022651e-1
	p = p*f + 6.9314718e-1
	p = p*f + 1
	return p * math.Float32frombits(uint32(n+127)<<23)
}

// Admit writes dst[i] = x[i] held to -limit..limit, 0 where x is NaN. dst may be x.
func Admit(dst, x []float32, limit float32) {
	x = x[:len(dst)]
	if n := whole(dst); n > 0 && lane16.Admit(dst[:n], x, limit) {
		dst, x = dst[n:], x[n:]
	}
	for i, v := range x {
		switch {
		case v != v:
			v = 0
		case v > limit:
			v = limit
		case v < -limit:
			v = -limit
		}
		dst[i] = v
	}
}

// AtLeast writes dst[i] = the greater of x[i] and least, least where x is NaN. dst
// may be x.
func AtLeast(dst, x []float32, least float32) {
	x = x[:len(dst)]
	if n := whole(dst); n > 0 && lane16.AtLeast(dst[:n], x, least) {
		dst, x = dst[n:], x[n:]
	}
	for i, v := range x {
		dst[i] = greater(v, least)
	}
}

// Sqrt writes dst[i] = sqrt(x[i]), 0 for a negative argument and NaN. dst may be x.
func Sqrt(dst, x []float32) {
	x = x[:len(dst)]
	if n := whole(dst); n > 0 && lane16.Sqrt(dst[:n], x) {
		dst, x = dst[n:], x[n:]
	}
	for i, v := range x {
		dst[i] = float32(math.Sqrt(float64(positive(v))))
	}
}

func positive(v float32) float32 {
	if v > 0 {
		return v
	}
	return 0
}

// whole is how many leading elements of x fill rows of the assembly's width; what
// works element by element may take any slab for such rows.
func whole(x []float32) int { return len(x) / lane16.Width * lane16.Width }

// wide tells whether the assembly's kernels fit.
func wide(rows, lanes int) bool { return lanes == lane16.Width && rows > 0 }
