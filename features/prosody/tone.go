package prosody

import "github.com/attune-cx/attune/internal/dsp"

// tone knows dial, ring-back, busy and DTMF tones: one or two spectral peaks hold
// nearly all power between 200 and 3800 Hz, and the stronger does not move.
type tone struct {
	lanes int
	total []float32
	peak  [2][]float32 // strongest rows
	place [2][]int32

	nowhere []int32 // a row out of reach for every lane
}

// standing is for how long a lane's strongest peak has stood still.
type standing struct {
	steady int32 // hops
	before int32 // its row in the hop before
}

const (
	toneFrom  = 6   // 187.5 Hz
	toneTo    = 122 // 3812.5 Hz
	toneShare = 0.985
	toneReach = 3 // rows to either side that the window spreads a tone over
	toneHops  = 3
	nowhere   = -100 // a row far from all
)

func (t *tone) init(lanes int) {
	t.lanes = lanes
	t.total = make([]float32, lanes)
	t.nowhere = make([]int32, lanes)
	for i := range t.nowhere {
		t.nowhere[i] = nowhere
	}
	for i := range t.peak {
		t.peak[i], t.place[i] = make([]float32, lanes), make([]int32, lanes)
	}
}

// run finds the two strongest peaks of the power spectrum and their power.
func (t *tone) run(p []float32) {
	dsp.Sum(t.total, p[toneFrom*t.lanes:], toneTo-toneFrom, t.lanes)
	for i := range t.place[0] {
		t.place[0][i] = nowhere
	}
	rows := p[toneFrom*t.lanes:]
	dsp.Strongest(t.peak[0], t.place[0], rows, toneTo-toneFrom, toneFrom, t.nowhere, 0, t.lanes)
	dsp.Strongest(t.peak[1], t.place[1], rows, toneTo-toneFrom, toneFrom, t.place[0], 2*toneReach, t.lanes)
	t.spread(p)
}

// spread replaces the peaks by their power with the rows beside them.
func (t *tone) spread(p []float32) {
	for which := range t.peak {
		for l, k := range t.place[which] {
			sum := float32(0)
			for r := max(k-toneReach, toneFrom); r <= min(k+toneReach, toneTo-1); r++ {
				sum += p[int(r)*t.lanes+l]
			}
			t.peak[which][l] = sum
		}
	}
}

// sure reports whether the lane's hop, the newest, is a tone that has stood for
// toneHops hops. It is to be called once a hop.
func (s *standing) sure(t *tone, l int) bool {
	k := t.place[0][l]
	d := k - s.before
	s.before = k
	if t.peak[0][l]+t.peak[1][l] < toneShare*t.total[l] || d < -1 || d > 1 {
		s.steady = 0
		return false
	}
	s.steady++
	return s.steady >= toneHops
}
