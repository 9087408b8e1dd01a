package prosody

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/testsignal"
	"pgregory.net/rapid"
)

// noise fills x with white noise of the given peak.
func noise(x []float32, peak float64, seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range x {
		x[i] = float32((2*r.Float64() - 1) * peak)
	}
	return x
}

// feed puts pcm, block by block from At = at, into one lane and collects rows.
func feed(g *Group, lane int, at time.Duration, pcm []float32) (rows []features.Hop) {
	n := g.cfg.Rate / 100
	var h features.Hop
	for i := 0; (i+1)*n <= len(pcm); i++ {
		g.Put(lane, &audio.Block{At: at + time.Duration(i)*audio.Step, Samples: pcm[i*n : (i+1)*n]})
		g.Run()
		if g.Take(lane, &h) {
			rows = append(rows, h)
		}
	}
	return rows
}

func flush(g *Group, lane int) (rows []features.Hop) {
	g.Flush(lane, func(h *features.Hop) { rows = append(rows, *h) })
	return rows
}

func newGroup(t testing.TB, cfg Config) *Group {
	t.Helper()
	g, err := NewGroup(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestNewGroupRefuses(t *testing.T) {
	for _, c := range []struct {
		cfg  Config
		want error
	}{
		{Config{}, ErrRate},
		{Config{Rate: 44100}, ErrRate},
		{Config{Rate: 8000, Lanes: 17}, ErrLanes},
		{Config{Rate: 16000, Lanes: -1}, ErrLanes},
	} {
		if _, err := NewGroup(c.cfg); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, want %v", c.cfg, err, c.want)
		}
	}
}

func TestJoinAndLeave(t *testing.T) {
	g := newGroup(t, Config{Rate: 8000, Lanes: 2})
	a, _ := g.Join()
	b, ok := g.Join()
	if !ok || a == b || g.Len() != 2 {
		t.Fatalf("lanes %d and %d, %d taken", a, b, g.Len())
	}
	if _, ok := g.Join(); ok {
		t.Error("a third leg got a lane of two")
	}
	g.Leave(a)
	if c, ok := g.Join(); !ok || c != a {
		t.Errorf("the free lane %d was not given again: %d %v", a, c, ok)
	}
}

// Every block has its row, in order, delayBlocks later or at the flush.
func TestRowsFollowBlocks(t *testing.T) {
	for _, set := range []Set{Full, Timing} {
		g := newGroup(t, Config{Rate: 8000, Set: set, Lanes: 1})
		g.Join()
		rows := feed(g, 0, 3*time.Second, noise(make([]float32, 80*20), 0.1, 1))
		if len(rows) != 20-delayBlocks {
			t.Errorf("%d rows after 20 blocks, want %d", len(rows), 20-delayBlocks)
		}
		rows = append(rows, flush(g, 0)...)
		if len(rows) != 20 {
			t.Errorf("%d rows for 20 blocks", len(rows))
		}
		for i, h := range rows {
			if h.Row != int64(i) || h.At != 3*time.Second+time.Duration(i)*audio.Step {
				t.Errorf("row %d is %d at %v", i, h.Row, h.At)
			}
		}
	}
}

func TestTimingHasActivityAlone(t *testing.T) {
	g := newGroup(t, Config{Rate: 8000, Set: Timing, Lanes: 1})
	g.Join()
	for _, h := range feed(g, 0, 0, noise(make([]float32, 80*20), 0.1, 1)) {
		for c, v := range h.V {
			if null := features.IsNull(v); null == (features.Column(c) == features.VAD) {
				t.Fatalf("%v = %v", features.Column(c), v)
			}
		}
	}
}

// same compares rows bit by bit; rows of different groups may differ in nothing.
func same(a, b []features.Hop) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Row != b[i].Row || a[i].At != b[i].At || a[i].Lost != b[i].Lost || a[i].Concealed != b[i].Concealed {
			return false
		}
		for c := range a[i].V {
			if math.Float32bits(a[i].V[c]) != math.Float32bits(b[i].V[c]) {
				return false
			}
		}
	}
	return true
}

// difference names the first value in which rows differ.
func difference(a, b []features.Hop) string {
	if len(a) != len(b) {
		return fmt.Sprintf("%d rows and %d", len(a), len(b))
	}
	for i := range a {
		for c := range a[i].V {
			if x, y := a[i].V[c], b[i].V[c]; math.Float32bits(x) != math.Float32bits(y) {
				return fmt.Sprintf("row %d, %v: %v and %v", i, features.Column(c), x, y)
			}
		}
	}
	return "Row, At, Lost or Concealed"
}

// disturb lets a lane be put, flushed, left, joined or idle.
func disturb(g *Group, lane int, r *rand.Rand) {
	switch act := r.IntN(40); {
	case act == 0:
		g.Leave(lane)
		g.Join()
	case act == 1:
		flush(g, lane)
	case act < 25:
		x := noise(make([]float32, g.n), 8, r.Uint64())
		g.Put(lane, &audio.Block{At: time.Duration(r.IntN(3)) * time.Second, Samples: x, Lost: r.IntN(8) / 7 * g.n})
	}
}

// A leg's rows do not depend on who else is in the group, on its lane, on the
// width of the group, nor on steps in which it has no block.
func TestLegsDoNotTouch(t *testing.T) {
	const blocks = 20
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.SampledFrom([]int{8000, 16000}).Draw(t, "rate")
		n := rate / 100
		speaker := testsignal.Speaker{Rate: rate, F0Hz: 150, Seed: rapid.Uint64Range(0, 20).Draw(t, "seed")}
		pcm := speaker.Speak(0.4).Samples[20*n:]
		alone, _ := NewGroup(Config{Rate: rate, Lanes: 1})
		alone.Join()
		want := append(feed(alone, 0, 0, pcm), flush(alone, 0)...)

		g, _ := NewGroup(Config{Rate: rate, Lanes: rapid.SampledFrom([]int{2, 3, 5, 9, Lanes}).Draw(t, "lanes")})
		for range rapid.IntRange(0, g.lanes-1).Draw(t, "before") {
			g.Join()
		}
		lane, _ := g.Join()
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "neighbours"), 3))
		var got []features.Hop
		var h features.Hop
		for i := 0; i < blocks; {
			for l := range g.lanes {
				if l != lane {
					disturb(g, l, r)
				}
			}
			if r.IntN(4) > 0 {
				g.Put(lane, &audio.Block{At: time.Duration(i) * audio.Step, Samples: pcm[i*n : (i+1)*n]})
				i++
			}
			g.Run()
			if g.Take(lane, &h) {
				got = append(got, h)
			}
		}
		if got = append(got, flush(g, lane)...); !same(got, want) {
			t.Fatalf("a leg's rows changed with its neighbours: %s", difference(got, want))
		}
	})
}

func TestStepAllocatesNothing(t *testing.T) {
	for _, set := range []Set{Full, Timing} {
		g := newGroup(t, Config{Rate: 16000, Set: set})
		for range g.lanes {
			g.Join()
		}
		b := audio.Block{Samples: noise(make([]float32, 160), 0.5, 7)}
		var h features.Hop
		if n := testing.AllocsPerRun(50, func() {
			for l := range g.lanes {
				g.Put(l, &b)
			}
			g.Run()
			for l := range g.lanes {
				g.Take(l, &h)
			}
			b.At += audio.Step
		}); n != 0 {
			t.Errorf("set %d: %v allocations a step", set, n)
		}
	}
}

// What a leg costs in memory, scratch of its lane included.
func TestStateOfALeg(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		g := newGroup(t, Config{Rate: rate})
		runtime.ReadMemStats(&after)
		perLeg := float64(after.TotalAlloc-before.TotalAlloc) / float64(g.lanes) / 1024
		t.Logf("%d Hz: %.1f KiB a leg", rate, perLeg)
		if perLeg > 64 {
			t.Errorf("%d Hz: %.1f KiB a leg, want at most 64", rate, perLeg)
		}
	}
}
