package textbench

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
)

// AUC is the area under the ROC curve of score against yes (y > .5), ties counted half; NaN where one class is missing.
func AUC(y, score []float64) float64 {
	order := sorted(score)
	var ranks, n1 float64
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && score[order[j]] == score[order[i]] {
			j++
		}
		for _, k := range order[i:j] {
			if y[k] > .5 {
				ranks += float64(i+j+1) / 2
				n1++
			}
		}
		i = j
	}
	n0 := float64(len(y)) - n1
	return (ranks - n1*(n1+1)/2) / (n1 * n0)
}

// Pearson is the correlation of a and b.
func Pearson(a, b []float64) float64 {
	var sa, sb, saa, sbb, sab float64
	n := float64(len(a))
	for i := range a {
		sa, sb = sa+a[i], sb+b[i]
		saa, sbb, sab = saa+a[i]*a[i], sbb+b[i]*b[i], sab+a[i]*b[i]
	}
	return (sab - sa*sb/n) / math.Sqrt((saa-sa*sa/n)*(sbb-sb*sb/n))
}

// ECE is the expected calibration error of p over ten bins of equal mass.
func ECE(y, p []float64) float64 {
	order, sum := sorted(p), 0.0
	for b := range 10 {
		var dy, dp float64
		for _, i := range order[b*len(order)/10 : (b+1)*len(order)/10] {
			dy, dp = dy+y[i], dp+p[i]
		}
		sum += math.Abs(dy - dp)
	}
	return sum / float64(len(y))
}

// Threshold is the cut of p with the greatest F1, made steady for rare labels: the mean, in log-odds, of the best
// cuts of forty bootstrap resamples, in each of which the labels are mixed with p as if twenty positives had been
// drawn from it. (Chosen on halves of GoEmotions' dev split.)
func Threshold(y, p []float64) float64 {
	const resamples, shrink = 40, 20.0
	rng, sum := rand.New(rand.NewPCG(5, 6)), 0.0
	yi, pi := make([]float64, len(y)), make([]float64, len(y))
	for range resamples {
		yes := 0.0
		for i := range yi {
			k := rng.IntN(len(y))
			yi[i], pi[i] = y[k], p[k]
			yes += y[k]
		}
		for i := range yi {
			yi[i] = (yes*yi[i] + shrink*pi[i]) / (yes + shrink)
		}
		cut := min(max(bestCut(yi, pi), 1e-6), 1-1e-6)
		sum += math.Log(cut / (1 - cut))
	}
	return 1 / (1 + math.Exp(-sum/resamples))
}

// bestCut is the cut of p with the greatest F1.
func bestCut(y, p []float64) float64 {
	order := sorted(p)
	slices.Reverse(order)
	total := 0.0
	for _, v := range y {
		total += v
	}
	tp, best, cut := 0.0, -1.0, .5
	for n, i := range order {
		tp += y[i]
		if f := 2 * tp / (float64(n+1) + total); f > best {
			next := 0.0
			if n+1 < len(order) {
				next = p[order[n+1]]
			}
			best, cut = f, (p[i]+next)/2
		}
	}
	return cut
}

// F1 is the harmonic mean of precision and recall of p >= cut, over the rows in pick.
func F1(y, p []float64, cut float64, pick []int) float64 {
	var tp, yes, said float64
	for _, i := range pick {
		yes += y[i]
		if p[i] >= cut {
			said++
			tp += y[i]
		}
	}
	return 2 * tp / math.Max(yes+said, 1)
}

func sorted(x []float64) []int {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return x[order[a]] < x[order[b]] })
	return order
}

// Interval is a figure with the bounds that 95 % of its bootstrap resamples lie in.
type Interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	N     int     `json:"n"`
}

// Bootstrap measures all rows and then resamples of the groups, with a fixed seed. Rows whose group is "" are
// groups of one. measure gets the rows drawn, with repeats.
func Bootstrap(groups []string, resamples int, measure func(rows []int) float64) Interval {
	byGroup := map[string][]int{}
	var names []string
	all := make([]int, len(groups))
	for i, g := range groups {
		all[i] = i
		if g == "" {
			g = "\x00" + strconv.Itoa(i)
		}
		if _, ok := byGroup[g]; !ok {
			names = append(names, g)
		}
		byGroup[g] = append(byGroup[g], i)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var values []float64
	for range resamples {
		rows := make([]int, 0, len(groups)+16)
		for range names {
			rows = append(rows, byGroup[names[rng.IntN(len(names))]]...)
		}
		if v := measure(rows); !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	out := Interval{Value: measure(all), Low: math.NaN(), High: math.NaN(), N: len(groups)}
	if slices.Sort(values); len(values) > 0 {
		out.Low, out.High = values[len(values)*25/1000], values[min(len(values)*975/1000, len(values)-1)]
	}
	return out
}

// pick returns x at rows.
func pick(x []float64, rows []int) []float64 {
	out := make([]float64, len(rows))
	for i, r := range rows {
		out[i] = x[r]
	}
	return out
}
