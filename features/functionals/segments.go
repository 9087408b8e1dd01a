package functionals

// shortest is the least number of hops that make a voiced or unvoiced segment.
const shortest = 3

// segments writes how often and for how long the voice sounds and rests. A run
// of at least 30 ms counts; hops whose pitch is not known end a run and count for
// no time. Rates are per second of known hops.
func (w *Window) segments(dst *Stats) {
	var length [2]spread // unvoiced, voiced; seconds
	known, run, kind := 0, 0, -1
	end := func() {
		if run >= shortest {
			length[kind].add(float64(run) * hopSeconds)
		}
		run = 0
	}
	for i := range w.pitch.n {
		now := -1
		switch v := w.pitch.v[(w.pitch.first+i)%len(w.pitch.v)]; {
		case v > 0:
			now = 1
		case v == 0:
			now = 0
		}
		if now != kind {
			end()
		}
		if kind = now; kind >= 0 {
			run++
			known++
		}
	}
	end()
	if known == 0 {
		return
	}
	dst.V[VoicedSegmentsPerSec] = float32(length[1].n) / (float32(known) * hopSeconds)
	dst.V[MeanVoicedLength], dst.V[StdVoicedLength] = length[1].mean(), length[1].deviation()
	dst.V[MeanUnvoicedLength], dst.V[StdUnvoicedLength] = length[0].mean(), length[0].deviation()
}
