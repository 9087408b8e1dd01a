package dsp

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/attune-cx/attune/internal/dsp/lane16"
)

// RFFT is the plan of a real FFT of a power of two points, lane by lane:
// a complex radix-4 transform of half the size on even and odd samples, then the
// split into the spectrum of the real signal. It is unnormalised,
// X[k] = sum x[i] exp(-2 pi j i k/n), and immutable: groups may share it.
type RFFT struct {
	n     int
	place []int32   // where real point i belongs: its complex point in bit-reversed order
	tw    []float32 // cos, sin of 2 pi k/(n/2), k < n/2
	split []float32 // cos, sin of 2 pi k/n, k <= n/4
}

// NewRFFT plans a transform of n points; n must be a power of two, at least 8.
func NewRFFT(n int) (*RFFT, error) {
	if n < 8 || n&(n-1) != 0 {
		return nil, fmt.Errorf("dsp: real FFT of %d points: want a power of two of at least 8", n)
	}
	h := n / 2
	f := &RFFT{n: n, place: make([]int32, n), tw: make([]float32, 2*h), split: make([]float32, 2*(n/4+1))}
	shift := 64 - bits.TrailingZeros(uint(h))
	for i := range h {
		at := int32(bits.Reverse64(uint64(i)) >> shift)
		f.place[2*i], f.place[2*i+1] = 2*at, 2*at+1
		f.tw[2*i], f.tw[2*i+1] = unitCircle(i, h)
	}
	for k := 0; k <= n/4; k++ {
		f.split[2*k], f.split[2*k+1] = unitCircle(k, n)
	}
	return f, nil
}

func unitCircle(k, n int) (cos, sin float32) {
	s, c := math.Sincos(2 * math.Pi * float64(k) / float64(n))
	return float32(c), float32(s)
}

// Len returns the number of real points n.
func (f *RFFT) Len() int { return f.n }

// Bins returns the number of spectral rows, n/2 + 1.
func (f *RFFT) Bins() int { return f.n/2 + 1 }

// Load windows x (len(w) rows) into the scratch z (n rows) in the order that
// [RFFT.Transform] wants; rows after the window are zero.
func (f *RFFT) Load(z, x, w []float32, lanes int) {
	w = w[:min(len(w), f.n)]
	if wide(len(w), lanes) && lane16.Load(z, x, w, f.place) {
		return
	}
	for i, at := range f.place {
		d := z[int(at)*lanes:][:lanes]
		if i >= len(w) {
			clear(d)
			continue
		}
		s := x[i*lanes:][:len(d)]
		wi := w[i]
		for l := range d {
			d[l] = wi * s[l]
		}
	}
}

// Transform turns the loaded scratch z into the complex spectrum of the even and
// odd samples, in place: rows 2k and 2k+1 are its real and imaginary part.
func (f *RFFT) Transform(z []float32, lanes int) {
	h := f.n / 2
	q := 1
	if bits.TrailingZeros(uint(h))&1 == 1 {
		f.stage2(z, lanes)
		q = 2
	}
	for ; q < h; q *= 4 {
		f.stage4(z, q, lanes)
	}
}

func (f *RFFT) stage2(z []float32, lanes int) {
	h := f.n / 2
	if wide(h, lanes) && lane16.Butterflies2(z, h/2) {
		return
	}
	for b := 0; b < h; b += 2 {
		butterfly2(z[2*b*lanes:], lanes)
	}
}

// stage4 joins points q apart.
func (f *RFFT) stage4(z []float32, q, lanes int) {
	h := f.n / 2
	if wide(h, lanes) && lane16.Butterflies4(z, f.tw, q, h) {
		return
	}
	stride := h / (4 * q)
	for b := 0; b < h; b += 4 * q {
		butterfly4plain(z[2*b*lanes:], q, lanes)
		for k := 1; k < q; k++ {
			butterfly4(z[2*(b+k)*lanes:], q, f.tw, k*stride, lanes)
		}
	}
}

// butterfly2 is the transform of two adjacent points.
func butterfly2(z []float32, lanes int) {
	ar, ai := z[:lanes], z[lanes:][:lanes]
	br, bi := z[2*lanes:][:lanes], z[3*lanes:][:lanes]
	for l := range ar {
		xr, xi, yr, yi := ar[l], ai[l], br[l], bi[l]
		ar[l], ai[l] = xr+yr, xi+yi
		br[l], bi[l] = xr-yr, xi-yi
	}
}

// butterfly4plain joins four points q apart without twiddles. In bit-reversed
// order the second quarter holds the residue 2 and the third the residue 1.
func butterfly4plain(z []float32, q, lanes int) {
	s := 2 * q * lanes
	ar, ai := z[:lanes], z[lanes:][:lanes]
	cr, ci := z[s:][:lanes], z[s+lanes:][:lanes]
	br, bi := z[2*s:][:lanes], z[2*s+lanes:][:lanes]
	dr, di := z[3*s:][:lanes], z[3*s+lanes:][:lanes]
	for l := range ar {
		pr, pi := ar[l]+cr[l], ai[l]+ci[l]
		mr, mi := ar[l]-cr[l], ai[l]-ci[l]
		sr, si := br[l]+dr[l], bi[l]+di[l]
		tr, ti := br[l]-dr[l], bi[l]-di[l]
		ar[l], ai[l] = pr+sr, pi+si
		cr[l], ci[l] = mr+ti, mi-tr
		br[l], bi[l] = pr-sr, pi-si
		dr[l], di[l] = mr-ti, mi+tr
	}
}

// butterfly4 is butterfly4plain with the twiddles of k, 2k and 3k.
func butterfly4(z []float32, q int, tw []float32, k, lanes int) {
	c1, s1 := tw[2*k], tw[2*k+1]
	c2, s2 := tw[4*k], tw[4*k+1]
	c3, s3 := tw[6*k], tw[6*k+1]
	s := 2 * q * lanes
	ar, ai := z[:lanes], z[lanes:][:lanes]
	cr, ci := z[s:][:lanes], z[s+lanes:][:lanes]
	br, bi := z[2*s:][:lanes], z[2*s+lanes:][:lanes]
	dr, di := z[3*s:][:lanes], z[3*s+lanes:][:lanes]
	for l := range ar {
		xr, xi := cr[l]*c2+ci[l]*s2, ci[l]*c2-cr[l]*s2
		yr, yi := br[l]*c1+bi[l]*s1, bi[l]*c1-br[l]*s1
		wr, wi := dr[l]*c3+di[l]*s3, di[l]*c3-dr[l]*s3
		pr, pi := ar[l]+xr, ai[l]+xi
		mr, mi := ar[l]-xr, ai[l]-xi
		sr, si := yr+wr, yi+wi
		tr, ti := yr-wr, yi-wi
		ar[l], ai[l] = pr+sr, pi+si
		cr[l], ci[l] = mr+ti, mi-tr
		br[l], bi[l] = pr-sr, pi-si
		dr[l], di[l] = mr-ti, mi+tr
	}
}

// Power writes the power spectrum |X[k]|^2, n/2+1 rows, of the transformed z.
// With Z the half-size spectrum, X[k] = E[k] + exp(-2 pi j k/n) O[k],
// E = (Z[k] + conj Z[-k])/2, O = (Z[k] - conj Z[-k])/2j.
func (f *RFFT) Power(p, z []float32, lanes int) {
	h := f.n / 2
	if wide(h, lanes) && lane16.Power(p, z, f.split, h) {
		return
	}
	re, im := z[:lanes], z[lanes:][:lanes]
	p0, ph := p[:lanes], p[h*lanes:][:lanes]
	for l := range re {
		a, b := re[l]+im[l], re[l]-im[l]
		p0[l], ph[l] = a*a, b*b
	}
	for k := 1; k <= h/2; k++ {
		f.splitPower(p, z, k, lanes)
	}
}

// splitPower does rows k and h-k, which share their two inputs.
func (f *RFFT) splitPower(p, z []float32, k, lanes int) {
	h := f.n / 2
	c, s := f.split[2*k], f.split[2*k+1]
	ar, ai := z[2*k*lanes:][:lanes], z[(2*k+1)*lanes:][:lanes]
	br, bi := z[2*(h-k)*lanes:][:lanes], z[(2*(h-k)+1)*lanes:][:lanes]
	pk, pj := p[k*lanes:][:lanes], p[(h-k)*lanes:][:lanes]
	for l := range ar {
		er, ei := 0.5*(ar[l]+br[l]), 0.5*(ai[l]-bi[l])
		or, oi := 0.5*(ai[l]+bi[l]), 0.5*(br[l]-ar[l])
		tr, ti := c*or+s*oi, c*oi-s*or
		xr, xi := er+tr, ei+ti
		yr, yi := er-tr, ei-ti
		pk[l], pj[l] = xr*xr+xi*xi, yr*yr+yi*yi
	}
}
