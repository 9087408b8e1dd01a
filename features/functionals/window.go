package functionals

import (
	"math"

	"github.com/attune-cx/attune/features"
)

// Stats is what a span says.
type Stats struct {
	V          [Count]float32 // openSMILE's 88 in its order, Null where nothing was measured
	Hops       int            // rows in the span
	SpeechHops int            // taken for speech
	VoicedHops int            // with a decided pitch
	LostHops   int            // with lost samples in their 20 ms window
	SNRDB      float32        // mean over the speech hops, dB; Null without any
}

// Window is a sliding span of hops. When it is full the oldest fifth of a second
// leaves (a tenth of the span where that is less), so that its length swings by
// that much. It is not safe for concurrent use.
type Window struct {
	hops   int
	next   int       // place in points of the next hop
	points []point   // ring
	size   int       // hops of a chunk
	newest int       // chunk that is being filled
	used   int       // chunks in use
	chunks []chunk   // ring
	large  []float32 // room for two contours, where a stack has none
}

// chunkHops is the longest chunk: a fifth of a second.
const chunkHops = 20

// NewWindow makes an empty span of at most maxHops hops, at least one.
func NewWindow(maxHops int) *Window {
	maxHops = max(maxHops, 1)
	size := min(chunkHops, max(maxHops/10, 1))
	w := &Window{size: size, chunks: make([]chunk, max(maxHops/size, 1)), points: make([]point, maxHops)}
	if maxHops > smallSpan {
		w.large = make([]float32, 2*maxHops)
	}
	return w
}

// Of folds a whole file.
func Of(dst *Stats, hops []features.Hop) {
	w := NewWindow((len(hops)/chunkHops + 1) * chunkHops)
	for i := range hops {
		w.Push(&hops[i])
	}
	w.Stats(dst)
}

// Reset empties the span.
func (w *Window) Reset() { w.used, w.hops = 0, 0 }

// Len returns the number of hops in the span.
func (w *Window) Len() int { return w.hops }

// Push adds the next row.
func (w *Window) Push(h *features.Hop) {
	w.current().add(h, energyOf(h.LevelDBFS))
	w.points[w.next] = point{h.V[features.F0Semitone], h.V[features.Loudness]}
	w.hops++
	if w.next++; w.next == len(w.points) {
		w.next = 0
	}
}

// current returns the chunk that takes the next hop, in place of the oldest if
// need be.
func (w *Window) current() *chunk {
	c := &w.chunks[w.newest]
	if w.used > 0 && int(c.hops) < w.size {
		return c
	}
	if w.newest++; w.newest == len(w.chunks) {
		w.newest = 0
	}
	c = &w.chunks[w.newest]
	if w.used == len(w.chunks) {
		w.hops -= int(c.hops)
	} else {
		w.used++
	}
	*c = chunk{}
	return c
}

// energyOf is the mean square of a level in dBFS; Null stays Null.
func energyOf(level float32) float32 {
	return float32(math.Exp2(float64(level) * (math.Log2E * math.Ln10 / 10)))
}

// total is a chunk's sums over the whole span.
type total struct {
	sum, square [len(pooled)]float64
	n           [len(pooled)]int
	snr, energy float64
	leveled     int
	measured    int
}

// Stats writes what the span says to dst, without allocating.
func (w *Window) Stats(dst *Stats) {
	*dst = Stats{}
	var t total
	oldest := w.newest - w.used + 1
	for i := range w.used {
		at := oldest + i
		if at < 0 {
			at += len(w.chunks)
		}
		w.add(&t, dst, &w.chunks[at])
	}
	for i := range dst.V {
		dst.V[i] = features.Null
	}
	at := firstPooled
	for i, m := range pooled {
		mean, norm := moments(t.sum[i], t.square[i], t.n[i])
		dst.V[at] = mean
		if at++; m.when != unvoiced {
			dst.V[at] = norm
			at++
		}
	}
	dst.SNRDB = ratio(t.snr, t.measured)
	if mean := t.energy / float64(t.leveled); mean > 0 {
		dst.V[SoundLevel] = float32(10 * math.Log10(mean))
	}
	w.contours(dst)
	w.segments(dst)
}

func (w *Window) add(t *total, dst *Stats, c *chunk) {
	for i, m := range &c.of {
		t.sum[i] += float64(m.sum)
		t.square[i] += float64(m.square)
		t.n[i] += int(c.n[i])
	}
	t.snr, t.measured = t.snr+float64(c.snr), t.measured+int(c.measured)
	t.energy, t.leveled = t.energy+float64(c.energy), t.leveled+int(c.leveled)
	dst.Hops += int(c.hops)
	dst.SpeechHops += int(c.speech)
	dst.VoicedHops += int(c.voiced)
	dst.LostHops += int(c.lost)
}

// moments returns the mean and the standard deviation over the mean, which is
// Null where the mean vanishes.
func moments(sum, square float64, n int) (mean, norm float32) {
	if n == 0 {
		return features.Null, features.Null
	}
	m := sum / float64(n)
	sd := math.Sqrt(max(square/float64(n)-m*m, 0))
	if math.Abs(m) < 1e-9 {
		return float32(m), features.Null
	}
	return float32(m), float32(sd / m)
}

func ratio(sum float64, n int) float32 {
	if n == 0 {
		return features.Null
	}
	return float32(sum / float64(n))
}
