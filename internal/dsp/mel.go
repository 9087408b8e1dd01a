package dsp

import "math"

// MelBank is a bank of triangular filters, equally spaced on the mel scale
// 1127 ln(1 + f/700), each rising from the centre before it and falling to the
// centre after it. Every spectral row therefore feeds two bands. Immutable.
type MelBank struct {
	first int       // first spectral row with a weight
	band  []int32   // for row first+i: the band it rises in, 0..bands (bands = none)
	rise  []float32 // its weight there; 1-rise goes to the band before
	bands int
	mid   []float64 // centre frequencies, Hz
}

// NewMelBank lays bands filters from lo to hi Hz over the rows from first to
// before end of a power spectrum whose row k stands for k*spacing Hz.
func NewMelBank(bands, first, end int, spacing, lo, hi float64) *MelBank {
	step := (mel(hi) - mel(lo)) / float64(bands+1)
	b := &MelBank{bands: bands, first: -1}
	for k := first; k < end; k++ {
		place := (mel(float64(k)*spacing) - mel(lo)) / step
		if place < 0 || place >= float64(bands+1) {
			continue
		}
		if b.first < 0 {
			b.first = k
		}
		band := int(place)
		b.band = append(b.band, int32(band))
		b.rise = append(b.rise, float32(place-float64(band)))
	}
	for i := 1; i <= bands; i++ {
		b.mid = append(b.mid, 700*(math.Exp((mel(lo)+float64(i)*step)/1127)-1))
	}
	return b
}

func mel(f float64) float64 { return 1127 * math.Log1p(f/700) }

// Bands returns the number of filters.
func (b *MelBank) Bands() int { return b.bands }

// Centre returns the centre frequency of a band, Hz.
func (b *MelBank) Centre(band int) float64 { return b.mid[band] }

// Apply writes the band powers, bands rows, of the power spectrum p.
func (b *MelBank) Apply(dst, p []float32, lanes int) {
	clear(dst[:b.bands*lanes])
	b.Add(dst, p, lanes)
}

// Add adds the band powers of the power spectrum p to dst.
func (b *MelBank) Add(dst, p []float32, lanes int) {
	for i, up := range b.band {
		s := p[(b.first+i)*lanes:][:lanes]
		if int(up) < b.bands {
			addScaled(dst[int(up)*lanes:][:lanes], s, b.rise[i])
		}
		if up > 0 {
			addScaled(dst[(int(up)-1)*lanes:][:lanes], s, 1-b.rise[i])
		}
	}
}

func addScaled(dst, x []float32, w float32) {
	x = x[:len(dst)]
	for l := range dst {
		dst[l] += w * x[l]
	}
}
