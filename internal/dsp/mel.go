package dsp

import "math"

// MelBank is a bank of triangular filters, equally spaced on the mel scale
// 1127 ln(1 + f/700), each rising from the centre before it and falling to the
// centre after it. Every spectral row therefore feeds two bands. Immutable.
type MelBank struct {
	bands []melBand
	mid   []float64 // centre frequencies, Hz
}

// melBand is the weights of the spectral rows from first on.
type melBand struct {
	first int
	w     []float32
}

// NewMelBank lays bands filters from lo to hi Hz over the rows from first to
// before end of a power spectrum whose row k stands for k*spacing Hz.
func NewMelBank(bands, first, end int, spacing, lo, hi float64) *MelBank {
	step := (mel(hi) - mel(lo)) / float64(bands+1)
	b := &MelBank{bands: make([]melBand, bands)}
	for k := first; k < end; k++ {
		place := (mel(float64(k)*spacing) - mel(lo)) / step
		if place < 0 || place >= float64(bands+1) {
			continue
		}
		band := int(place)
		rise := float32(place - float64(band))
		b.weigh(band, k, rise)
		b.weigh(band-1, k, 1-rise)
	}
	for i := 1; i <= bands; i++ {
		b.mid = append(b.mid, 700*(math.Exp((mel(lo)+float64(i)*step)/1127)-1))
	}
	return b
}

// weigh gives row k to a band, if there is such a band; its rows come in order.
func (b *MelBank) weigh(band, k int, w float32) {
	if band < 0 || band >= len(b.bands) {
		return
	}
	m := &b.bands[band]
	if len(m.w) == 0 {
		m.first = k
	}
	m.w = append(m.w, w)
}

func mel(f float64) float64 { return 1127 * math.Log1p(f/700) }

// Bands returns the number of filters.
func (b *MelBank) Bands() int { return len(b.bands) }

// Centre returns the centre frequency of a band, Hz.
func (b *MelBank) Centre(band int) float64 { return b.mid[band] }

// Apply writes the band powers, bands rows, of the power spectrum p.
func (b *MelBank) Apply(dst, p []float32, lanes int) {
	for i, m := range b.bands {
		WeightedSum(dst[i*lanes:], p[m.first*lanes:], m.w, lanes)
	}
}

// Add adds the band powers of the power spectrum p to dst; lanes is at most 16.
func (b *MelBank) Add(dst, p []float32, lanes int) {
	var part [16]float32
	for i, m := range b.bands {
		if len(m.w) == 0 {
			continue
		}
		WeightedSum(part[:], p[m.first*lanes:], m.w, lanes)
		for l, v := range part[:lanes] {
			dst[i*lanes+l] += v
		}
	}
}
