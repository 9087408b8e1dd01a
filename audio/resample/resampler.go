package resample

import (
	"errors"
	"fmt"
	"time"
)

// The rates that New accepts, in samples per second.
const (
	MinRate = 4000
	MaxRate = 192000
)

// ErrRate is returned by New for a rate outside MinRate..MaxRate.
var ErrRate = errors.New("resample: rate out of range")

// piece is the most input samples taken into the history at a time. It bounds
// memory whatever the caller passes.
const piece = 1024

// Resampler changes the rate of one channel. It is not safe for concurrent use.
type Resampler struct {
	from, to int
	up, down int   // to/from in lowest terms
	bank     *bank // nil when the rates are equal

	history []float32 // input samples, the first of which has index origin
	origin  int64     // may be negative: zeros stand before the first input
	in, out int64     // samples taken and given so far
	at      int64     // input sample at or before the next output
	phase   int       // how far after it, in 1/up of an input sample
}

// New makes a resampler from one rate to another, both in samples per second
// and within MinRate..MaxRate; else the error wraps [ErrRate].
func New(from, to int) (*Resampler, error) {
	for _, rate := range []int{from, to} {
		if rate < MinRate || rate > MaxRate {
			return nil, fmt.Errorf("%w: %d Hz to %d Hz: each must be %d..%d Hz", ErrRate, from, to, MinRate, MaxRate)
		}
	}
	g := gcd(from, to)
	r := &Resampler{from: from, to: to, up: to / g, down: from / g}
	if from != to {
		r.bank = newBank(from, to, r.up)
		r.history = make([]float32, 0, 2*r.bank.half+piece+r.down/r.up+1)
	}
	r.Reset()
	return r, nil
}

// Reset forgets all input; the resampler is as New made it.
func (r *Resampler) Reset() {
	r.in, r.out, r.at, r.phase, r.origin = 0, 0, 0, 0, 0
	if r.bank != nil {
		r.origin = int64(1 - r.bank.half)
		r.history = r.history[:r.bank.half-1]
		clear(r.history)
	}
}

// Process takes src and appends to dst every output that it completes. It
// allocates only to grow dst. src is not kept.
func (r *Resampler) Process(dst, src []float32) []float32 {
	if r.bank == nil {
		r.in += int64(len(src))
		r.out = r.in
		return append(dst, src...)
	}
	for len(src) > 0 {
		n := min(len(src), piece)
		r.history = append(r.history, src[:n]...)
		r.in += int64(n)
		src = src[n:]
		dst = r.drain(dst, r.in, -1)
	}
	return dst
}

// Flush appends the outputs that still waited for their future, taking silence
// to follow, so that ceil(inputs*to/from) outputs were given in all, and resets.
func (r *Resampler) Flush(dst []float32) []float32 {
	if r.bank != nil {
		total := ceilDiv(r.in*int64(r.up), int64(r.down))
		for end := r.in; r.out < total; {
			n := min(2*r.bank.half, piece)
			r.history = append(r.history, make([]float32, n)...)
			end += int64(n)
			dst = r.drain(dst, end, total)
		}
	}
	r.Reset()
	return dst
}

// drain appends the outputs whose whole support lies before input sample end,
// at most limit of them since the start unless limit is negative, and drops the
// history that no later output needs.
func (r *Resampler) drain(dst []float32, end, limit int64) []float32 {
	half := int64(r.bank.half)
	for r.at+half < end && (limit < 0 || r.out < limit) {
		first := int(r.at - half + 1 - r.origin)
		dst = append(dst, r.sample(r.history[first:first+2*r.bank.half]))
		r.out++
		r.phase += r.down
		r.at += int64(r.phase / r.up)
		r.phase %= r.up
	}
	if gone := min(int(r.at-half+1-r.origin), len(r.history)); gone > 0 {
		r.history = r.history[:copy(r.history, r.history[gone:])]
		r.origin += int64(gone)
	}
	return dst
}

// sample filters the support x at the present phase.
func (r *Resampler) sample(x []float32) float32 {
	if r.bank.exact {
		return float32(dot(x, r.bank.row(r.phase)))
	}
	pos := float64(r.phase) / float64(r.up) * gridPhases
	row := int(pos)
	a := pos - float64(row)
	return float32((1-a)*dot(x, r.bank.row(row)) + a*dot(x, r.bank.row(row+1)))
}

// dot is sum(x[i]*h[i]) in four interleaved float64 sums; len(h) >= len(x), and
// both are even.
func dot(x, h []float32) float64 {
	h = h[:len(x)]
	var a, b, c, d float64
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a += float64(x[i]) * float64(h[i])
		b += float64(x[i+1]) * float64(h[i+1])
		c += float64(x[i+2]) * float64(h[i+2])
		d += float64(x[i+3]) * float64(h[i+3])
	}
	for ; i < len(x); i++ {
		a += float64(x[i]) * float64(h[i])
	}
	return (a + b) + (c + d)
}

// Delay is how long after an output's own time its last input arrives: half the
// filter. Outputs carry no delay of their own; see the package comment.
func (r *Resampler) Delay() time.Duration {
	if r.bank == nil {
		return 0
	}
	return time.Duration(r.bank.half) * time.Second / time.Duration(r.from)
}

// Outputs returns the outputs [begin, end) whose time lies within the inputs
// [first, last): the ones to call lost when those inputs were lost. Counted
// since New, Reset or Flush.
func (r *Resampler) Outputs(first, last int64) (begin, end int64) {
	up, down := int64(r.up), int64(r.down)
	return ceilDiv(first*up, down), ceilDiv(last*up, down)
}

// Reach returns the outputs [begin, end) that any of the inputs [first, last)
// has a part in, however small: those of Outputs and the filter's skirts.
func (r *Resampler) Reach(first, last int64) (begin, end int64) {
	if r.bank == nil {
		return first, last
	}
	// Output n uses the inputs floor(n*down/up)-half+1 .. floor(n*down/up)+half.
	half := int64(r.bank.half)
	begin, end = r.Outputs(first-half, last+half-1)
	return max(begin, 0), max(end, 0)
}

// String names the stage, as "resample 44100 -> 16000".
func (r *Resampler) String() string { return fmt.Sprintf("resample %d -> %d", r.from, r.to) }

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// ceilDiv is a/b rounded up, for b > 0.
func ceilDiv(a, b int64) int64 {
	q := a / b
	if a%b > 0 {
		q++
	}
	return q
}
