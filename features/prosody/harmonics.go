package prosody

import (
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/dsp"
)

// harmonics is the 60 ms analysis of the row whose pitch was decided: Gaussian
// window of sigma 0.4 half widths, power spectrum, from which come
//
//	logRelF0-H1-H2        level of the first harmonic minus the second, dB
//	logRelF0-H1-A3        first harmonic minus the strongest near F3, dB
//	FnamplitudeLogRelF0   strongest harmonic near Fn minus the first harmonic, dB
//
// and the formants. The strongest harmonic near a formant is the greatest power
// within a tenth of its frequency, or half the pitch where that is more.
//
// Rows wait until there are enough of them to fill the lanes of a vector. Which
// rows share one has no bearing on what they get.
type harmonics struct {
	lanes      int     // of the running analysis
	resolution float32 // Hz between rows
	fft        *dsp.RFFT
	gauss      []float32
	x, z, p    []float32
	formants   formants

	rows   []waitingRow
	sound  []float32 // [row][sample] their windows
	starts []int32   // of each in sound
}

// waitingRow is a voiced row whose window was laid aside.
type waitingRow struct {
	group *Group
	row   *row
	f0    float32
}

func (h *harmonics) init(cfg Config) (err error) {
	n := 512
	if cfg.Rate == 16000 {
		n = 1024
	}
	if h.fft, err = dsp.NewRFFT(n); err != nil {
		return err
	}
	h.resolution = float32(cfg.Rate) / float32(n)
	h.gauss = dsp.Gaussian(cfg.Rate*6/100, 0.4)
	h.x = make([]float32, len(h.gauss)*Lanes)
	h.z, h.p = make([]float32, n*Lanes), make([]float32, h.fft.Bins()*Lanes)
	h.formants.init(cfg, float64(h.resolution))
	h.rows, h.sound = make([]waitingRow, 0, Lanes), make([]float32, len(h.gauss)*Lanes)
	for i := range Lanes {
		h.starts = append(h.starts, int32(i*len(h.gauss)))
	}
	return nil
}

// await lays the window of the lane's row at voiceRow aside.
func (h *harmonics) await(g *Group, l int, f0 float32) {
	g.past.copyOut(h.sound[int(h.starts[len(h.rows)]):], l, 0, 6, voiceRow)
	h.rows = append(h.rows, waitingRow{g, g.past.row(l, voiceRow), f0})
	g.waiting = true
	if len(h.rows) == Lanes {
		h.settle()
	}
}

// settle analyses the rows that wait.
func (h *harmonics) settle() {
	h.lanes = dsp.LanesFor(len(h.rows))
	dsp.Spread(h.x, h.sound, h.starts[:h.lanes], len(h.gauss))
	h.fft.Load(h.z, h.x, h.gauss, h.lanes)
	h.fft.Transform(h.z, h.lanes)
	h.fft.Power(h.p, h.z, h.lanes)
	h.formants.run(h.p, h.lanes)
	for l, w := range h.rows {
		h.write(&w.row.v, l, w.f0)
		w.group.waiting = false
	}
	clear(h.rows)
	h.rows = h.rows[:0]
}

// peak returns the greatest level between two frequencies in one lane, in dB,
// interpolated: the logarithm of a Gaussian's spectrum is a parabola.
func (h *harmonics) peak(l int, from, to float32) float32 {
	k := max(int(from/h.resolution+0.5), 1)
	end := min(int(to/h.resolution+0.5), h.fft.Bins()-2)
	best, at := float32(0), k
	for ; k <= end; k++ {
		if v := h.p[k*h.lanes+l]; v > best {
			best, at = v, k
		}
	}
	level := h.level(l, at)
	if before, after := h.level(l, at-1), h.level(l, at+1); before < level && after < level {
		_, level = vertex(before, level, after)
	}
	return level
}

func (h *harmonics) level(l, k int) float32 {
	return decibels(h.p[k*h.lanes+l] + 1e-20)
}

// Least a first harmonic must stand over the valleys beside it to be one, dB.
const harmonicDB = 3

// first returns the level of the first harmonic; ok is false where there is no
// peak at the pitch, as on a telephone line that begins at 300 Hz.
func (h *harmonics) first(l int, f0 float32) (db float32, ok bool) {
	db = h.peak(l, 0.85*f0, 1.15*f0)
	side := max(h.trough(l, 0.5*f0), h.trough(l, 1.5*f0))
	return db, db > side+harmonicDB
}

func (h *harmonics) trough(l int, hz float32) float32 { return h.level(l, int(hz/h.resolution+0.5)) }

// near returns the level of the strongest harmonic near a formant.
func (h *harmonics) near(l int, f0, hz float32) float32 {
	reach := max(f0/2, hz/10)
	return h.peak(l, hz-reach, hz+reach)
}

// write fills the columns of the row in one lane.
func (h *harmonics) write(v *[features.NumColumns]float32, l int, f0 float32) {
	h1, heard := h.first(l, f0)
	if heard {
		v[features.H1H2] = h1 - h.peak(l, 1.85*f0, 2.15*f0)
	}
	found, n := h.formants.lowest(l)
	for i, r := range found[:n] {
		c := features.F1Frequency + features.Column(3*i)
		v[c], v[c+1] = r.hz, r.bandwidth
		if heard {
			v[c+2] = h.near(l, f0, r.hz) - h1
		}
	}
	if n == 3 && heard {
		v[features.H1A3] = h1 - h.near(l, f0, found[2].hz)
	}
}
