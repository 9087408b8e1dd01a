package main

import (
	"math"

	"github.com/attune-cx/attune/benchmarks/stress"
	"gonum.org/v1/gonum/optimize"
)

// logistic minimises ½|w|² + C·Σ weight·log(1 + e^(−y(w·x + b))), with weights
// that balance the classes.
func logistic(x [][]float64, y []bool, c float64) (w []float64, b float64) {
	n := len(x[0])
	balance := weights(y)
	problem := optimize.Problem{
		Func: func(p []float64) float64 {
			loss := 0.0
			for _, v := range p[:n] {
				loss += v * v / 2
			}
			for i, row := range x {
				loss += c * balance[i] * softplus(-sign(y[i])*dot(p, row))
			}
			return loss
		},
		Grad: func(g, p []float64) {
			copy(g, p[:n])
			g[n] = 0
			for i, row := range x {
				s := sign(y[i])
				d := -c * balance[i] * s / (1 + math.Exp(s*dot(p, row)))
				for k, v := range row {
					g[k] += d * v
				}
				g[n] += d
			}
		},
	}
	result, err := optimize.Minimize(problem, make([]float64, n+1), &optimize.Settings{GradientThreshold: 1e-8}, &optimize.LBFGS{})
	if result == nil {
		panic(err) // a convex problem of finite numbers
	}
	return result.X[:n], result.X[n]
}

// dot is w·x + b, with b last in p.
func dot(p, x []float64) float64 {
	sum := p[len(x)]
	for k, v := range x {
		sum += p[k] * v
	}
	return sum
}

func softplus(x float64) float64 {
	if x > 30 {
		return x
	}
	return math.Log1p(math.Exp(x))
}

func sign(b bool) float64 {
	if b {
		return 1
	}
	return -1
}

func weights(y []bool) []float64 {
	positives := 0.0
	for _, v := range y {
		if v {
			positives++
		}
	}
	w := make([]float64, len(y))
	for i, v := range y {
		w[i] = float64(len(y)) / 2 / (float64(len(y)) - positives)
		if v {
			w[i] = float64(len(y)) / 2 / positives
		}
	}
	return w
}

// platt fits slope and offset on what speakers left out scored (Platt 1999),
// nearly without a penalty.
func platt(held [][]stress.Scored) (slope, offset float64) {
	var x [][]float64
	var y []bool
	for _, s := range held {
		for _, c := range s {
			x = append(x, []float64{c.LLR})
			y = append(y, c.True)
		}
	}
	w, b := logistic(x, y, 1)
	return w[0], b
}

func rescale(held [][]stress.Scored, slope, offset float64) {
	for _, s := range held {
		for i := range s {
			s[i].LLR = slope*s[i].LLR + offset
		}
	}
}
