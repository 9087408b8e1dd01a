package functionals

// shortest is the least number of hops that make a voiced or unvoiced segment.
const shortest = 3

// segments writes how often and for how long the voice sounds and rests. A run
// of at least 30 ms counts; hops whose pitch is not known end a run and count for
// no time. Rates are per second of known hops.
func (w *Window) segments(dst *Stats) {
	var length [3]spread // of unvoiced, voiced and unknown runs; seconds
	known, run, kind := 0, 0, condition(always)
	end := func() {
		if kind != always {
			known += run
		}
		if run >= shortest {
			length[kind].add(float64(run) * hopSeconds)
		}
		run = 0
	}
	for _, part := range w.span() {
		for i := range part {
			now := stateOf(part[i].pitch)
			if now != kind {
				end()
				kind = now
			}
			run++
		}
	}
	end()
	if known == 0 {
		return
	}
	v, u := &length[voiced], &length[unvoiced]
	dst.V[VoicedSegmentsPerSec] = float32(v.n) / (float32(known) * hopSeconds)
	dst.V[MeanVoicedLength], dst.V[StdVoicedLength] = v.mean(), v.deviation()
	dst.V[MeanUnvoicedLength], dst.V[StdUnvoicedLength] = u.mean(), u.deviation()
}
