package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/features/functionals"
	"github.com/attune-cx/attune/features/prosody"
	"github.com/attune-cx/attune/internal/replay"
)

type featuresCmd struct {
	File        string `arg:"" help:"WAV file."`
	Format      string `enum:"csv" default:"csv" help:"Output format (csv)."`
	Functionals bool   `help:"One row a leg with the 88 eGeMAPS functionals, instead of a row per 10 ms."`
	Legs        []int  `help:"Channels to measure, from 0 (default all)." placeholder:"N,..."`
	Rate        int    `enum:"0,8000,16000" default:"0" help:"Resample to 8000 or 16000 first (0: 16000 from 16 kHz up, else 8000)." placeholder:"HZ"`
}

func (featuresCmd) Help() string {
	return `A row per 10 ms hop with eGeMAPS v02 column names, then f0_hz, voicing_prob, vad,
syllable, teager, snr_db and clipped. time_s is the centre of every window behind
the row. An empty cell could not be measured; 0 in an nz column is unvoiced. Why
functionals are empty is told on stderr.

Example:  attune features call.wav --legs 0 > customer.csv
          attune features call.wav --functionals`
}

// Run prints the features of a file.
func (c *featuresCmd) Run(w *world) error {
	sound, err := replay.OpenSound(c.File, c.Rate)
	if err != nil {
		return err
	}
	defer sound.Close()
	if warn := sound.Warning(); warn != nil {
		fmt.Fprintln(w.err, "attune: warning:", warn)
	}
	legs, err := c.pick(sound.Info().Channels)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w.out)
	rows, err := newRowWriter(out, legs, c.Functionals)
	if err != nil {
		return err
	}
	if err := measure(w, sound, legs, rows); err != nil {
		return err
	}
	for _, a := range rows.absent {
		fmt.Fprintln(w.err, "attune:", a)
	}
	return out.Flush()
}

// pick checks the channels asked for.
func (c *featuresCmd) pick(channels int) ([]int, error) {
	if len(c.Legs) == 0 {
		for i := range channels {
			c.Legs = append(c.Legs, i)
		}
	}
	if len(c.Legs) > prosody.Lanes {
		return nil, usageError{fmt.Errorf("%d channels: choose up to %d of %s at a time with --legs", len(c.Legs), prosody.Lanes, c.File)}
	}
	for i, l := range c.Legs {
		if slices.Contains(c.Legs[:i], l) {
			return nil, usageError{fmt.Errorf("--legs names channel %d twice", l)}
		}
		if l < 0 || l >= channels {
			return nil, usageError{fmt.Errorf("--legs %d: %s has channels 0..%d", l, c.File, channels-1)}
		}
	}
	return c.Legs, nil
}

// measure runs the chosen channels of sound through one lane group.
func measure(w *world, sound *replay.Sound, legs []int, rows *rowWriter) error {
	group, err := prosody.NewGroup(prosody.Config{Rate: sound.Rate(), Lanes: len(legs)})
	if err != nil {
		return err
	}
	for range legs {
		group.Join()
	}
	bar := newProgress(w, sound.Info().Duration())
	defer bar.done()
	blocks := make([]audio.Block, sound.Info().Channels)
	var hop features.Hop
	for {
		err := sound.Next(blocks)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := w.ctx.Err(); err != nil {
			return err
		}
		for lane, l := range legs {
			group.Put(lane, &blocks[l])
		}
		group.Run()
		for lane := range legs {
			if group.Take(lane, &hop) {
				rows.hop(lane, &hop)
			}
		}
		bar.at(blocks[0].At)
	}
	flush(group, len(legs), rows)
	return rows.finish()
}

// flush writes the rows that the group still holds, in order of time.
func flush(group *prosody.Group, lanes int, rows *rowWriter) {
	held := make([][]features.Hop, lanes)
	longest := 0
	for lane := range held {
		group.Flush(lane, func(h *features.Hop) { held[lane] = append(held[lane], *h) })
		longest = max(longest, len(held[lane]))
	}
	for i := range longest {
		for lane := range held {
			if i < len(held[lane]) {
				rows.hop(lane, &held[lane][i])
			}
		}
	}
}

// rowWriter writes rows of CSV: one a hop, or one a leg with functionals. Hops
// of several legs come interleaved, in order of time.
type rowWriter struct {
	out   *bufio.Writer
	legs  []int
	whole [][]features.Hop // by lane, with functionals; nil: a row per hop
	buf   []byte
	err   error

	absent []string // which functionals are empty, and why
}

func newRowWriter(out *bufio.Writer, legs []int, whole bool) (*rowWriter, error) {
	r := &rowWriter{out: out, legs: legs}
	out.WriteString("leg")
	if whole {
		r.whole = make([][]features.Hop, len(legs))
		for _, name := range functionals.Names {
			out.WriteString("," + name)
		}
	} else {
		out.WriteString(",time_s")
		for c := range features.Column(features.NumColumns) {
			out.WriteString("," + c.String())
		}
	}
	return r, out.WriteByte('\n')
}

func (r *rowWriter) hop(lane int, h *features.Hop) {
	if r.whole != nil {
		r.whole[lane] = append(r.whole[lane], *h)
		return
	}
	b := strconv.AppendInt(r.buf[:0], int64(r.legs[lane]), 10)
	b = append(b, ',')
	b = strconv.AppendFloat(b, (h.At + 10*time.Millisecond).Seconds(), 'f', 3, 64)
	r.write(b, h.V[:])
}

func (r *rowWriter) write(b []byte, values []float32) {
	for _, v := range values {
		b = append(b, ',')
		if v == 0 {
			v = 0 // and not -0
		}
		if !features.IsNull(v) {
			b = strconv.AppendFloat(b, float64(v), 'g', 7, 32)
		}
	}
	r.buf = append(b, '\n')
	if _, err := r.out.Write(r.buf); r.err == nil {
		r.err = err
	}
}

func (r *rowWriter) finish() error {
	for lane, hops := range r.whole {
		var stats functionals.Stats
		functionals.Of(&stats, hops)
		r.write(strconv.AppendInt(r.buf[:0], int64(r.legs[lane]), 10), stats.V[:])
		for _, a := range functionals.Absent(&stats) {
			r.absent = append(r.absent, fmt.Sprintf("leg %d: %s", r.legs[lane], absence(&a)))
		}
	}
	return r.err
}

// absence says why functionals are empty and names the first few.
func absence(a *functionals.Absence) string {
	const named = 3
	var names []string
	for _, f := range a.Functionals[:min(named, len(a.Functionals))] {
		names = append(names, f.String())
	}
	if more := len(a.Functionals) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return fmt.Sprintf("%d of 88 are empty, %s: %s", len(a.Functionals), a.Reason, strings.Join(names, ", "))
}
