package text

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// network is the small convolutional network: an embedding row for each word piece, one convolution of
// width 3 with GELU added to it, then the mean of the embedding and the mean and greatest of the
// convolution through one hidden layer.
type network struct {
	d, hidden int
	embedding []float32 // [pieces][d]
	conv      []float32 // [3 d][d]: before, here, after
	convBias  []float32
	in        []float32 // [3 d][hidden]
	inBias    []float32
	out       []float32 // [hidden][heads]
	outBias   []float32
	gelu      geluTable
}

const maxWidth = 512 // of any layer; a bound on what a file may ask for

func newNetwork(t *tensors, pieces int) (n *network, err error) {
	if err := t.check("heads", strings.Join(headNames(), " ")); err != nil {
		return nil, err
	}
	d, errD := strconv.Atoi(t.meta["d"])
	hidden, errH := strconv.Atoi(t.meta["hidden"])
	if errD != nil || errH != nil || d < 1 || d > maxWidth || hidden < 1 || hidden > maxWidth {
		return nil, fmt.Errorf("models/text: network of width %q and %q, want 1..%d each: %w", t.meta["d"], t.meta["hidden"], maxWidth, ErrFormat)
	}
	n = &network{d: d, hidden: hidden, gelu: newGELU()}
	if n.embedding, err = dequantised(t, pieces, d); err != nil {
		return nil, err
	}
	for _, f := range []struct {
		dst   *[]float32
		name  string
		shape []int
	}{
		{&n.conv, "conv.weight", []int{3 * d, d}}, {&n.convBias, "conv.bias", []int{d}},
		{&n.in, "hidden.weight", []int{3 * d, hidden}}, {&n.inBias, "hidden.bias", []int{hidden}},
		{&n.out, "out.weight", []int{hidden, numHeads}}, {&n.outBias, "out.bias", []int{numHeads}},
	} {
		if *f.dst, err = t.floats(f.name, f.shape...); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// dequantised expands the int8 embedding by the scale of each row.
func dequantised(t *tensors, pieces, d int) ([]float32, error) {
	q, err := t.bytesOf("embedding", "I8", 1, pieces, d)
	if err != nil {
		return nil, err
	}
	scale, err := t.floats("embedding.scale", pieces)
	if err != nil {
		return nil, err
	}
	e := make([]float32, len(q))
	for p, s := range scale {
		for i := p * d; i < (p+1)*d; i++ {
			e[i] = s * float32(int8(q[i]))
		}
	}
	return e, nil
}

// logits computes the log-odds of all heads for the pieces in s into s.net.
func (n *network) logits(s *Scratch) {
	d := n.d
	s.pooled = grown(s.pooled, 3*d)
	s.window = grown(s.window, d)
	s.layer = grown(s.layer, n.hidden)
	n.pool(s)
	copy(s.layer, n.inBias)
	accumulate(s.layer, s.pooled, n.in)
	for i, v := range s.layer {
		s.layer[i] = n.gelu.at(v)
	}
	copy(s.net[:], n.outBias)
	accumulate(s.net[:], s.layer, n.out)
}

// pool fills s.pooled with the mean embedding, and the mean and greatest of the convolution.
// Of no pieces the means are 0 and the greatest is -1000, as in training.
func (n *network) pool(s *Scratch) {
	d := n.d
	meanE, meanH, top := s.pooled[:d], s.pooled[d:2*d], s.pooled[2*d:]
	for i := range d {
		meanE[i], meanH[i], top[i] = 0, 0, -1000
	}
	for t := range s.pieces {
		e := n.row(s.pieces[t])
		n.convolve(s, t)
		for i, v := range e {
			h := v + n.gelu.at(s.window[i])
			meanE[i] += v
			meanH[i] += h
			top[i] = max(top[i], h)
		}
	}
	scale := 1 / float32(max(len(s.pieces), 1))
	for i := range 2 * d {
		s.pooled[i] *= scale
	}
}

// convolve computes the convolution at piece t into s.window.
func (n *network) convolve(s *Scratch, t int) {
	size := n.d * n.d
	copy(s.window, n.convBias)
	if t > 0 {
		accumulate(s.window, n.row(s.pieces[t-1]), n.conv[:size])
	}
	accumulate(s.window, n.row(s.pieces[t]), n.conv[size:2*size])
	if t+1 < len(s.pieces) {
		accumulate(s.window, n.row(s.pieces[t+1]), n.conv[2*size:])
	}
}

func (n *network) row(piece int32) []float32 {
	return n.embedding[int(piece)*n.d:][:n.d]
}

func grown(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n)
	}
	return s[:n]
}

// geluTable holds GELU in its tanh form (Hendrycks and Gimpel 2016) on -6..6 in steps of 1/64; between two
// entries it is taken as straight, which errs by less than 3e-5. Beyond, GELU is 0 or x within 1e-8.
type geluTable []float32

const (
	geluReach = 6
	geluSteps = 64 // of 1
)

func newGELU() geluTable {
	t := make(geluTable, 2*geluReach*geluSteps+2)
	for i := range t {
		x := float64(i)/geluSteps - geluReach
		t[i] = float32(x / 2 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x))))
	}
	return t
}

func (t geluTable) at(x float32) float32 {
	if !(x > -geluReach) {
		return 0
	}
	if x >= geluReach {
		return x
	}
	u := (x + geluReach) * geluSteps
	i := int(u)
	return t[i] + (u-float32(i))*(t[i+1]-t[i])
}
