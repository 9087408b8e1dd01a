package pitchkernel

import (
	"math"

	"github.com/attune-cx/attune/internal/dsp"
	"github.com/attune-cx/attune/internal/dsp/lane16"
)

// Candidates is how many periods are followed in each lane. States adds silence,
// the first.
const (
	Candidates = 8
	States     = Candidates + 1
)

// Columns turns words, which hold a bit for each of at most 16 lanes, by their
// lanes: bit i%32 of dst[n*l + i/32] is bit l of words[i], for n = len(words)/32
// and whole blocks of 32 words.
func Columns(dst []uint32, words []uint16, lanes int) {
	n := len(words) / 32
	if wide(n, lanes) && lane16.Columns(dst, words, n) {
		return
	}
	dst = dst[:n*lanes]
	clear(dst)
	for i, w := range words[:32*n] {
		for l := 0; l < lanes && w != 0; l++ {
			dst[n*l+i/32] |= uint32(w&1) << (i % 32)
			w >>= 1
		}
	}
}

// Proposed is what [Propose] finds, each [Candidates][lanes].
type Proposed struct {
	F0      []float32 // Hz
	Height  []float32 // of the peak of r, at most 1
	Octaves []float32 // log2 of F0
	Merit   []float32 // -infinity where there is no candidate
}

// Selection says which peaks of r make candidates.
type Selection struct {
	Grid         float32 // lags a second
	MinHz, MaxHz float32
	FullHeight   float32 // peaks from here on are equal
	OctaveCost   float32 // merit of an octave
}

// Propose lists the candidates of every lane: of the peaks of r [rows][lanes] at
// the rows at[s][l], s < count[l], those within MinHz..MaxHz, and where they are
// more than there is room for, each in the place of the one of least merit
//
//	min(height, FullHeight) + OctaveCost * log2(f0)
//
// if its own is greater. Each peak has three rows of r on either side. Its top is
// sought in the points half way to its neighbours, too, and on the parabola through
// the highest of the five: a period that falls between two lags must not look
// weaker than its double that does not. slots is the greatest count.
func Propose(p Proposed, r []float32, at, count []int32, slots, lanes int, k *Selection) {
	for _, x := range [][]float32{p.F0, p.Height, p.Octaves} {
		clear(x[:Candidates*lanes])
	}
	for i := range p.Merit[:Candidates*lanes] {
		p.Merit[i] = float32(math.Inf(-1))
	}
	if wide(slots, lanes) && lane16.Propose(p.F0, p.Height, p.Octaves, p.Merit, r, at, count, slots,
		&[5]float32{k.Grid, k.MinHz, k.MaxHz, k.FullHeight, k.OctaveCost}) {
		return
	}
	for l := range lanes {
		for s := range int(count[l]) {
			p.offer(r, int(at[s*lanes+l]), l, lanes, k)
		}
	}
}

// offer proposes the peak at row i of one lane.
func (p *Proposed) offer(r []float32, i, lane, lanes int, k *Selection) {
	var near [7]float32
	for j := range near {
		near[j] = r[(i+j-3)*lanes+lane]
	}
	offset, height := top(&near)
	f0 := k.Grid / (float32(i) + offset)
	if f0 < k.MinHz || f0 > k.MaxHz {
		return
	}
	height = min(height, 1)
	octaves := dsp.Log2Of(f0)
	merit := min(height, k.FullHeight) + k.OctaveCost*octaves
	least := lane
	for at := lane + lanes; at < Candidates*lanes; at += lanes {
		if p.Merit[at] < p.Merit[least] {
			least = at
		}
	}
	if merit > p.Merit[least] {
		p.F0[least], p.Height[least], p.Octaves[least], p.Merit[least] = f0, height, octaves, merit
	}
}

// midpoint is the 6-point least-squares interpolator half way between two
// points, right within 0.2 % up to 0.4 of the band.
var midpoint = [3]float32{0.596167, -0.114371, 0.018439}

// top finds the top of a peak from the seven points around it.
func top(r *[7]float32) (offset, height float32) {
	h := &midpoint
	left := h[0]*(r[2]+r[3]) + h[1]*(r[1]+r[4]) + h[2]*(r[0]+r[5])
	right := h[0]*(r[3]+r[4]) + h[1]*(r[2]+r[5]) + h[2]*(r[1]+r[6])
	switch middle := r[3]; {
	case left > middle && left >= right:
		offset, height = vertex(r[2], left, middle)
		return offset*0.5 - 0.5, height
	case right > middle:
		offset, height = vertex(middle, right, r[4])
		return offset*0.5 + 0.5, height
	default:
		offset, height = vertex(left, middle, right)
		return offset * 0.5, height
	}
}

// vertex is the offset and height of the parabola through three points at -1, 0, 1.
func vertex(a, b, d float32) (offset, height float32) {
	curve := a - 2*b + d
	if curve >= 0 {
		return 0, b
	}
	offset = 0.5 * (a - d) / curve
	return offset, b - 0.25*(a-d)*offset
}

// Judgement weighs what a candidate says for itself.
type Judgement struct {
	FullHeight   float32 // peaks from here on are equal
	Clarity      float32 // of a peak that leaves Doubt beside 1, a decade
	Doubt, Floor float32
	OctaveCost   float32
	OctaveOrigin float32 // log2 of the F0 at which that is nothing
}

// Judge writes to cost [Candidates][lanes] minus the gain of each candidate,
// infinity where there is none, and to best [lanes] the greatest gain, at least -1:
//
//	h = min(height, FullHeight)
//	gain = h + max(Clarity * log10(Doubt / (1-h+Floor)), 0) + OctaveCost * (octaves-OctaveOrigin)
func Judge(cost, best []float32, p Proposed, lanes int, k *Judgement) {
	if wide(Candidates, lanes) && lane16.Judge(cost, best, p.Height, p.Octaves, p.Merit,
		&[6]float32{k.FullHeight, k.Clarity, k.Doubt, k.Floor, k.OctaveCost, k.OctaveOrigin}) {
		return
	}
	const decades = math.Ln2 / math.Ln10
	for l := range lanes {
		best[l] = -1
		for i := l; i < Candidates*lanes; i += lanes {
			h := min(p.Height[i], k.FullHeight)
			bonus := k.Clarity * (dsp.Log2Of(k.Doubt/(1-h+k.Floor)) * decades)
			gain := h + max(bonus, 0) + k.OctaveCost*(p.Octaves[i]-k.OctaveOrigin)
			if math.IsInf(float64(p.Merit[i]), -1) {
				gain = p.Merit[i]
			}
			cost[i] = -gain
			best[l] = max(best[l], gain)
		}
	}
}
