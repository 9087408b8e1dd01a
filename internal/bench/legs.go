package bench

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/features/functionals"
	"github.com/attune-cx/attune/features/prosody"
	"github.com/attune-cx/attune/internal/demo"
	"github.com/attune-cx/attune/internal/dsp/lane16"
)

// LegsConfig says what to measure.
type LegsConfig struct {
	Rate        int           // 8000 or 16000
	Legs        int           // all of them step together, as in a shard
	CPU         time.Duration // CPU time to spend
	Hops        int           // of every leg instead, up to a whole second; 0 goes by CPU
	Timing      bool          // voice activity only
	Functionals bool          // and the functionals of 8 s, once a second
	Kernels     string        // generic, avx2 or avx512; "" is the best that the CPU has
}

// LegsResult is what was measured.
type LegsResult struct {
	Rate         int     `json:"rate"`
	Legs         int     `json:"legs"`
	HopsPerLeg   int     `json:"hops_per_leg"`
	MicrosPerHop float64 `json:"us_per_hop"`
	LegsPerCore  float64 `json:"legs_per_core"`
	AllocsPerHop float64 `json:"allocs_per_hop"`
	BytesPerLeg  int64   `json:"bytes_per_leg"`
	CPUModel     string  `json:"cpu"`
	Kernels      string  `json:"kernels"`
}

// Legs steps lane groups over speech, each leg at its own place in it, until
// the CPU time is spent, or the hops are made. Feeding the groups is part of what is measured. Other
// kernels than the best are used by the whole process meanwhile.
func Legs(cfg LegsConfig) (LegsResult, error) {
	level := lane16.Best()
	if cfg.Kernels != "" {
		var err error
		if level, err = lane16.ParseLevel(cfg.Kernels); err != nil {
			return LegsResult{}, err
		}
	}
	before := lane16.Active()
	if err := lane16.Force(level); err != nil {
		return LegsResult{}, err
	}
	r, err := stepLegs(cfg)
	r.Kernels = level.String()
	return r, errors.Join(err, lane16.Force(before))
}

func stepLegs(cfg LegsConfig) (LegsResult, error) {
	if cfg.Legs < 1 {
		return LegsResult{}, fmt.Errorf("bench: %d legs, want 1 or more", cfg.Legs)
	}
	speech, err := demo.Speech(cfg.Rate)
	if err != nil {
		return LegsResult{}, err
	}
	before := heap()
	b, err := newLegBench(cfg, speech)
	if err != nil {
		return LegsResult{}, err
	}
	bytes := (heap() - before) / int64(cfg.Legs)
	b.steps(200) // windows full, caches as in service
	mallocs, cpu, hops := mallocs(), cpuTime(), 0
	for hops < cfg.Hops || cfg.Hops == 0 && cpuTime()-cpu < cfg.CPU {
		b.steps(100)
		hops += 100
	}
	spent := cpuTime() - cpu
	perHop := float64(spent.Nanoseconds()) / 1000 / float64(hops*cfg.Legs)
	return LegsResult{
		Rate: cfg.Rate, Legs: cfg.Legs, HopsPerLeg: hops, MicrosPerHop: perHop, LegsPerCore: 10_000 / perHop,
		AllocsPerHop: float64(mallocsSince(mallocs)) / float64(hops*cfg.Legs), BytesPerLeg: bytes, CPUModel: cpuModel(),
	}, nil
}

// legBench is many groups, their legs' places in the speech and their windows.
type legBench struct {
	cfg     LegsConfig
	speech  []float32
	groups  []*prosody.Group
	places  []int // by leg
	windows []*functionals.Window
	hop     features.Hop
	stats   functionals.Stats
	n       int64
}

func newLegBench(cfg LegsConfig, speech []float32) (*legBench, error) {
	b := &legBench{cfg: cfg, speech: speech}
	set, workspace := prosody.Full, new(prosody.Workspace)
	if cfg.Timing {
		set = prosody.Timing
	}
	for leg := range cfg.Legs {
		if leg%prosody.Lanes == 0 {
			g, err := prosody.NewGroup(prosody.Config{Rate: cfg.Rate, Set: set, Workspace: workspace})
			if err != nil {
				return nil, err
			}
			b.groups = append(b.groups, g)
		}
		if _, ok := b.groups[len(b.groups)-1].Join(); !ok {
			return nil, fmt.Errorf("bench: group is full")
		}
		// far apart and never in step: no two legs share a cache line of sound
		b.places = append(b.places, (leg*7919*80)%(len(speech)-cfg.Rate))
		if cfg.Functionals && !cfg.Timing {
			b.windows = append(b.windows, functionals.NewWindow(800))
		}
	}
	return b, nil
}

func (b *legBench) steps(n int) {
	size := b.cfg.Rate / 100
	block := audio.Block{Rate: b.cfg.Rate}
	for range n {
		block.At = time.Duration(b.n) * audio.Step
		b.n++
		for leg := range b.places {
			if b.places[leg]+size > len(b.speech) {
				b.places[leg] = 0
			}
			block.Samples = b.speech[b.places[leg] : b.places[leg]+size]
			b.places[leg] += size
			b.groups[leg/prosody.Lanes].Put(leg%prosody.Lanes, &block)
		}
		for _, g := range b.groups {
			g.Run()
		}
		b.take()
	}
}

func (b *legBench) take() {
	for leg := range b.places {
		if !b.groups[leg/prosody.Lanes].Take(leg%prosody.Lanes, &b.hop) || b.windows == nil {
			continue
		}
		b.windows[leg].Push(&b.hop)
		if (b.n+int64(leg))%100 == 0 { // each leg at its own moment of the second
			b.windows[leg].Stats(&b.stats)
		}
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

func mallocsSince(before uint64) uint64 { return mallocs() - before }
