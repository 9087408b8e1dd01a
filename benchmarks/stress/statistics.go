package stress

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Scored is one judged clip.
type Scored struct {
	Speaker string
	Female  bool
	True    bool    // stressed
	LLR     float64 // what the model says; above 0 is stressed
}

// AUC is the area under the ROC curve: the chance that a stressed clip scores
// above a calm one, ties half. NaN without both.
func AUC(s []Scored) float64 {
	order := slices.Clone(s)
	slices.SortFunc(order, func(a, b Scored) int { return cmp.Compare(a.LLR, b.LLR) })
	ranks, positives := 0.0, 0
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && order[j].LLR == order[i].LLR {
			j++
		}
		for _, x := range order[i:j] {
			if x.True {
				ranks += float64(i+j+1) / 2
				positives++
			}
		}
		i = j
	}
	p, n := float64(positives), float64(len(s)-positives)
	return (ranks - p*(p+1)/2) / (p * n)
}

// UAR is the mean of the recalls of both classes at log-odds 0.
func UAR(s []Scored) float64 {
	var hit, all [2]float64
	for _, x := range s {
		class := 0
		if x.True {
			class = 1
		}
		all[class]++
		if (x.LLR > 0) == x.True {
			hit[class]++
		}
	}
	return (hit[0]/all[0] + hit[1]/all[1]) / 2
}

// ECE is the expected calibration error over ten bins of equal mass, with the
// classes weighed alike, since the model was fitted so.
func ECE(s []Scored) float64 {
	order := slices.Clone(s)
	slices.SortFunc(order, func(a, b Scored) int { return cmp.Compare(a.LLR, b.LLR) })
	var class [2]float64
	for _, x := range order {
		class[index(x.True)]++
	}
	total := 0.0
	for b := range 10 {
		from, to := b*len(order)/10, (b+1)*len(order)/10
		mass, said, was := 0.0, 0.0, 0.0
		for _, x := range order[from:to] {
			w := .5 / class[index(x.True)]
			mass += w
			said += w / (1 + math.Exp(-x.LLR))
			was += w * float64(index(x.True))
		}
		total += math.Abs(said - was)
	}
	return total
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}

// WithinSpeaker is the mean and the worst of the speakers' own AUCs.
func WithinSpeaker(s []Scored) (mean, worst float64) {
	worst, n := 1.0, 0.0
	for _, of := range bySpeaker(s) {
		if a := AUC(of); !math.IsNaN(a) {
			mean += a
			worst = min(worst, a)
			n++
		}
	}
	return mean / n, worst
}

// SexGap is the mean probability of calm clips of women less that of men.
func SexGap(s []Scored) float64 {
	var sum, n [2]float64
	for _, x := range s {
		if !x.True {
			sum[index(x.Female)] += 1 / (1 + math.Exp(-x.LLR))
			n[index(x.Female)]++
		}
	}
	return sum[1]/n[1] - sum[0]/n[0]
}

// Interval is the 95 % percentile interval over n resamples of the speakers, by a
// seed, of a statistic's mean over orders in which the same clips were judged.
func Interval(orders [][]Scored, n int, seed uint64, of func([]Scored) float64) (low, high float64) {
	groups := make([][][]Scored, len(orders))
	for i, s := range orders {
		groups[i] = bySpeaker(s)
	}
	r := rand.New(rand.NewPCG(seed, 0x737065616b6572))
	var values []float64
	for range n {
		if v := resampled(groups, r, of); !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	if len(values) == 0 {
		return math.NaN(), math.NaN()
	}
	return values[len(values)*25/1000], values[min(len(values)*975/1000, len(values)-1)]
}

// resampled draws speakers once and takes the same ones in every order.
func resampled(groups [][][]Scored, r *rand.Rand, of func([]Scored) float64) float64 {
	drawn := make([]int, len(groups[0]))
	for i := range drawn {
		drawn[i] = r.IntN(len(drawn))
	}
	mean := 0.0
	for _, speakers := range groups {
		var sample []Scored
		for _, i := range drawn {
			sample = append(sample, speakers[i]...)
		}
		mean += of(sample) / float64(len(groups))
	}
	return mean
}

// bySpeaker groups in the order of names, so that a seed means one sequence.
func bySpeaker(s []Scored) [][]Scored {
	groups := map[string][]Scored{}
	for _, x := range s {
		groups[x.Speaker] = append(groups[x.Speaker], x)
	}
	names := make([]string, 0, len(groups))
	for name := range groups {
		names = append(names, name)
	}
	slices.Sort(names)
	out := make([][]Scored, 0, len(names))
	for _, name := range names {
		out = append(out, groups[name])
	}
	return out
}
