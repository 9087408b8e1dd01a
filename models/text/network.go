package text

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// network is the small convolutional network: an embedding row for each word piece, convolutions of width 3
// with GELU, each added to what it was made from, then the mean of the embedding and the mean and greatest
// of the last convolution through one hidden layer.
type network struct {
	d, hidden int
	embedding []float32 // [pieces][d]
	convs     []convolution
	in        []float32 // [3 d][hidden]
	inBias    []float32
	out       []float32 // [hidden][heads]
	outBias   []float32
	gelu      geluTable
}

// convolution weighs a piece and the two that stand reach before and after it.
type convolution struct {
	reach  int
	weight []float32 // [3 d][d]: before, here, after
	bias   []float32 // [d]
}

// Bounds on what a file may ask for.
const (
	maxWidth  = 512 // of any layer
	maxLayers = 4   // of convolution
)

func newNetwork(t *tensors, pieces int) (*network, error) {
	if err := t.check("heads", strings.Join(headNames(), " ")); err != nil {
		return nil, err
	}
	d, errD := strconv.Atoi(t.meta["d"])
	hidden, errH := strconv.Atoi(t.meta["hidden"])
	layers, errL := strconv.Atoi(t.meta["layers"])
	if errD != nil || errH != nil || errL != nil || d < 1 || d > maxWidth || hidden < 1 || hidden > maxWidth || layers < 1 || layers > maxLayers {
		return nil, fmt.Errorf("models/text: network of width %q and %q and %q layers, want 1..%d each and 1..%d: %w",
			t.meta["d"], t.meta["hidden"], t.meta["layers"], maxWidth, maxLayers, ErrFormat)
	}
	n := &network{d: d, hidden: hidden, convs: make([]convolution, layers), gelu: newGELU()}
	return n, n.read(t, pieces)
}

// read takes the weights of all layers from t.
func (n *network) read(t *tensors, pieces int) (err error) {
	if n.embedding, err = dequantised(t, pieces, n.d); err != nil {
		return err
	}
	type field struct {
		dst   *[]float32
		name  string
		shape []int
	}
	fields := []field{
		{&n.in, "hidden.weight", []int{3 * n.d, n.hidden}}, {&n.inBias, "hidden.bias", []int{n.hidden}},
		{&n.out, "out.weight", []int{n.hidden, numHeads}}, {&n.outBias, "out.bias", []int{numHeads}},
	}
	for i := range n.convs {
		c, name := &n.convs[i], "conv"+strconv.Itoa(i)
		c.reach = 1 + i
		fields = append(fields, field{&c.weight, name + ".weight", []int{3 * n.d, n.d}}, field{&c.bias, name + ".bias", []int{n.d}})
	}
	for _, f := range fields {
		if *f.dst, err = t.floats(f.name, f.shape...); err != nil {
			return err
		}
	}
	return nil
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
	s.pooled = grown(s.pooled, 3*n.d)
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

// pool fills s.pooled with the mean embedding, and the mean and greatest of the last convolution.
// Of no pieces the means are 0 and the greatest is -1000, as in training.
func (n *network) pool(s *Scratch) {
	d := n.d
	s.here, s.next = grown(s.here, len(s.pieces)*d), grown(s.next, len(s.pieces)*d)
	for t, p := range s.pieces {
		copy(s.here[t*d:], n.row(p))
	}
	clear(s.pooled[:2*d])
	meanE, meanH, top := s.pooled[:d], s.pooled[d:2*d], s.pooled[2*d:]
	addRows(meanE, s.here)
	for i := range n.convs {
		n.convolve(&n.convs[i], s.next, s.here)
		s.here, s.next = s.next, s.here
	}
	addRows(meanH, s.here)
	for i := range top {
		top[i] = -1000
	}
	for at := 0; at < len(s.here); at += d {
		for i, v := range s.here[at : at+d] {
			top[i] = max(top[i], v)
		}
	}
	scale := 1 / float32(max(len(s.pieces), 1))
	for i := range 2 * d {
		s.pooled[i] *= scale
	}
}

// addRows adds the rows of x, of len(sum) numbers each, to sum.
func addRows(sum, x []float32) {
	for ; len(x) > 0; x = x[len(sum):] {
		for i, v := range x[:len(sum)] {
			sum[i] += v
		}
	}
}

// convolve writes the rows of x with GELU of their convolution added to y.
func (n *network) convolve(c *convolution, y, x []float32) {
	d, size, reach := n.d, n.d*n.d, c.reach*n.d
	for at := 0; at < len(x); at += d {
		to := y[at : at+d]
		copy(to, c.bias)
		if at >= reach {
			accumulate(to, x[at-reach:at-reach+d], c.weight[:size])
		}
		accumulate(to, x[at:at+d], c.weight[size:2*size])
		if at+reach < len(x) {
			accumulate(to, x[at+reach:at+reach+d], c.weight[2*size:])
		}
		for i, v := range x[at : at+d] {
			to[i] = v + n.gelu.at(to[i])
		}
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
