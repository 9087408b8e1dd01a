package functionals

// bins is how many intervals of equal width a contour's range is cut into.
const bins = 128

// ranking is a contour sorted by interval, though not within one: the values of
// interval b are sorted[end[b-1]:end[b]]. Any order statistic is then found among
// the few values of its interval.
type ranking struct {
	sorted []float32
	end    [bins + 1]int32 // shifted by one: end[0] is 0
}

// rankingOf sorts x, whose least and greatest values are low and high, into sorted,
// which is as long. Values that are not finite, and a range too small or great for
// its reciprocal, leave all in one interval.
func rankingOf(sorted, x []float32, low, high float32) ranking {
	r := ranking{sorted: sorted}
	scale := bins / (high - low)
	if !(scale > 0 && scale < 1e30) {
		scale = 0
	}
	for _, v := range x {
		r.end[interval(v, low, scale)+1]++
	}
	var next [bins]int32 // where the interval's next value goes
	for b := range next {
		next[b] = r.end[b]
		r.end[b+1] += r.end[b]
	}
	for _, v := range x {
		b := interval(v, low, scale)
		sorted[next[b]] = v
		next[b]++
	}
	return r
}

// interval is the place of v's interval; it rises with v.
func interval(v, low, scale float32) int {
	if scale == 0 {
		return 0
	}
	return min(int((v-low)*scale), bins-1)
}

// percentile interpolates linearly between the order statistics beside
// p (n-1), for at least one value.
func (r *ranking) percentile(p float64) float32 {
	place := p * float64(len(r.sorted)-1)
	k := int(place)
	b := 0
	for int(r.end[b+1]) <= k {
		b++
	}
	begin, end := int(r.end[b]), int(r.end[b+1])
	near := r.sorted[begin:end]
	low := nth(near, k-begin)
	rest := near[k-begin+1:]
	if k+1 == len(r.sorted) {
		return low
	}
	for len(rest) == 0 { // the next interval that holds any
		b++
		rest = r.sorted[end:r.end[b+1]]
	}
	high := rest[0]
	for _, a := range rest[1:] {
		high = min(high, a)
	}
	return low + float32(place-float64(k))*(high-low)
}

// nth moves the k-th smallest value to x[k], no greater ones before it and no
// smaller ones after it (Hoare 1961), and returns it.
func nth(x []float32, k int) float32 {
	lo, hi := 0, len(x)-1
	for lo < hi {
		pivot := x[lo+(hi-lo)/2]
		i, j := lo, hi
		for i <= j {
			for x[i] < pivot {
				i++
			}
			for x[j] > pivot {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return x[k]
		}
	}
	return x[k]
}
