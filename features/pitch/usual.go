package pitch

import (
	"math"

	"github.com/attune-cx/attune/internal/dsp"
)

// usual is the F0 around which the voice of a leg moves, and what the search asks
// of a candidate far from it. Where a voice is weak, noisy or stripped of its
// fundamental, the octave above or below correlates nearly as well as the period.
type usual struct {
	octaves float32 // log2 of it
	sure    float32 // 0..1, the share of late clear rows that lay near it
}

// unheard is the usual F0 of a voice before it is known.
func unheard() usual { return usual{octaves: anyVoice, sure: anyVoiceSure} }

// strange is the cost of a candidate of so many octaves (log2 of its F0) and height.
// Below the usual F0 it says nothing that r is high: every multiple of a period
// correlates as well as the period. Above, a height near 1 speaks for itself.
func (u *usual) strange(octaves, height float32) float32 {
	d := octaves - u.octaves
	below := clamp(-d-nearby, 0, 1)
	above := clamp(d-nearby, 0, 1) * clamp((clearAt-height)/clearSpan, 0, 1)
	return u.sure * farCost * (below + above)
}

// hear follows a decided row. Rows that are not clear change nothing but by and by
// how sure it is.
func (u *usual) hear(f0, strength float32) {
	u.sure -= forget * u.sure
	if !(f0 > 0 && strength >= heardAt) {
		return
	}
	d := dsp.Log2Of(f0) - u.octaves
	near := float32(0)
	if -nearby <= d && d <= nearby {
		near = 1
	}
	u.sure += sureStep * (near - u.sure)
	u.octaves += clamp(d, -usualStep, usualStep)
}

// prefer adds to the candidates' own costs what they lie away from the usual F0,
// and sets the greatest gains anew.
func (v *search) prefer(s *Scratch, legs []leg) {
	for l := range s.gain {
		s.gain[l] = -1
	}
	for i := 0; i < len(s.proposed.Merit); i += v.lanes {
		costs := s.next.Cost[i+v.lanes:][:len(legs)]
		octaves, heights := s.proposed.Octaves[i:][:len(legs)], s.proposed.Height[i:][:len(legs)]
		for l := range legs {
			if cost := costs[l]; !math.IsInf(float64(cost), 1) {
				cost += legs[l].usual.strange(octaves[l], heights[l])
				costs[l] = cost
				s.gain[l] = max(s.gain[l], -cost)
			}
		}
	}
}
