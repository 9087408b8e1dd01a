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

// Window is a sliding span of hops. When it is full the oldest tenth of a second
// leaves (a tenth of the span where that is less), so that its length swings by
// that much. It is not safe for concurrent use.
type Window struct {
	size    int // hops of a chunk
	chunks  []chunk
	first   int // oldest chunk
	used    int // chunks in use
	hops    int
	pitch   contour // semitones; 0 is unvoiced
	loud    contour
	scratch []float32
}

// chunkHops is the longest chunk: a tenth of a second.
const chunkHops = 10

// NewWindow makes an empty span of at most maxHops hops, at least one.
func NewWindow(maxHops int) *Window {
	maxHops = max(maxHops, 1)
	size := min(chunkHops, max(maxHops/10, 1))
	return &Window{
		size:    size,
		chunks:  make([]chunk, max(maxHops/size, 1)),
		pitch:   contour{v: make([]float32, maxHops)},
		loud:    contour{v: make([]float32, maxHops)},
		scratch: make([]float32, maxHops),
	}
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
func (w *Window) Reset() {
	w.first, w.used, w.hops = 0, 0, 0
	w.pitch.n, w.loud.n = 0, 0
}

// Len returns the number of hops in the span.
func (w *Window) Len() int { return w.hops }

// Push adds the next row.
func (w *Window) Push(h *features.Hop) {
	c := w.current()
	c.add(h, energyOf(h.LevelDBFS))
	w.hops++
	w.pitch.push(h.V[features.F0Semitone])
	w.loud.push(h.V[features.Loudness])
}

// current returns the chunk that takes the next hop, after dropping the oldest
// if need be.
func (w *Window) current() *chunk {
	if w.used > 0 {
		c := &w.chunks[(w.first+w.used-1)%len(w.chunks)]
		if int(c.hops) < w.size {
			return c
		}
	}
	if w.used == len(w.chunks) {
		n := int(w.chunks[w.first].hops)
		w.hops -= n
		w.pitch.drop(n)
		w.loud.drop(n)
		w.first = (w.first + 1) % len(w.chunks)
		w.used--
	}
	c := &w.chunks[(w.first+w.used)%len(w.chunks)]
	*c = chunk{}
	w.used++
	return c
}

// energyOf is the mean square of a level in dBFS; Null stays Null.
func energyOf(level float32) float32 {
	return float32(math.Pow(10, float64(level)/10))
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
	for i := range w.used {
		w.add(&t, dst, &w.chunks[(w.first+i)%len(w.chunks)])
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
	for i := range c.sum {
		t.sum[i] += float64(c.sum[i])
		t.square[i] += float64(c.square[i])
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
