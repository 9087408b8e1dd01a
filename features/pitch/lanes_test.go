package pitch

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/attune-cx/attune/internal/testsignal"
)

func TestConfig(t *testing.T) {
	for _, c := range []struct {
		cfg  Config
		want error
	}{
		{Config{Rate: 8000}, nil}, {Config{Rate: 16000, Lanes: 3, Lag: 8}, nil},
		{Config{Rate: 44100}, ErrRate}, {Config{}, ErrRate},
		{Config{Rate: 8000, Lanes: 17}, ErrLanes}, {Config{Rate: 8000, Lanes: -1}, ErrLanes},
		{Config{Rate: 8000, Lag: 9}, ErrLag}, {Config{Rate: 8000, Lag: -1}, ErrLag},
	} {
		if _, err := New(c.cfg); !errors.Is(err, c.want) {
			t.Errorf("%+v: error %v, want %v", c.cfg, err, c.want)
		}
	}
}

func TestDelay(t *testing.T) {
	for _, lag := range []int{0, 1, 3, 8} {
		tr, err := New(Config{Rate: 8000, Lanes: 1, Lag: lag})
		if err != nil {
			t.Fatal(err)
		}
		block := make([]float32, 80)
		for b := range 20 {
			tr.Step(1, 0, 0, block)
			if _, _, _, ok := tr.Result(0); ok != (b >= tr.Delay()) {
				t.Fatalf("lag %d, delay %d: after block %d ok is %v", lag, tr.Delay(), b, ok)
			}
		}
	}
}

// answer is all that a lane tells after a step, as bits.
type answer struct {
	f0, voicing, strength uint32
	concealed, ok         bool
}

func ask(t *Tracker, lane int) answer {
	f0, voicing, concealed, ok := t.Result(lane)
	return answer{math.Float32bits(f0), math.Float32bits(voicing), math.Float32bits(t.Strength(lane)), concealed, ok}
}

// A lane among any neighbours, absent at any time for any time, with losses and
// jumps of its own, answers bit for bit what it answers alone.
func TestLanesAreAlone(t *testing.T) {
	speech := testsignal.Speaker{Rate: 8000, F0Hz: 140, Seed: 8}.Speak(2).Samples
	rapid.Check(t, func(t *rapid.T) {
		lanes := rapid.IntRange(1, 16).Draw(t, "lanes")
		lane := rapid.IntRange(0, lanes-1).Draw(t, "lane")
		neighbour := testsignal.Noise(8000, 1, rapid.Float64Range(-60, 10).Draw(t, "level"), rapid.Uint64().Draw(t, "seed"))
		group, err := New(Config{Rate: 8000, Lanes: lanes})
		if err != nil {
			t.Fatal(err)
		}
		alone, err := New(Config{Rate: 8000, Lanes: 1})
		if err != nil {
			t.Fatal(err)
		}
		pcm := make([]float32, 80*lanes)
		for b := range rapid.IntRange(5, 60).Draw(t, "blocks") {
			own := speech[3200+b*80:][:80]
			lost := rapid.IntRange(0, 9).Draw(t, "lost") == 0
			gap := rapid.IntRange(0, 19).Draw(t, "gap") == 0
			alone.Step(1, bit(lost, 0), bit(gap, 0), own)
			for range rapid.IntRange(1, 3).Draw(t, "steps") - 1 { // the others go on
				for i := range pcm {
					pcm[i] = neighbour[i*37%len(neighbour)]
				}
				group.Step(rapid.Uint16().Draw(t, "others")&^(1<<lane), 0, 0, pcm)
			}
			for i := range pcm {
				pcm[i] = neighbour[(i+b)*37%len(neighbour)]
			}
			for i, v := range own {
				pcm[i*lanes+lane] = v
			}
			others := rapid.Uint16().Draw(t, "others") &^ (1 << lane)
			group.Step(others|1<<lane, others&0x5555|bit(lost, lane), others&0x0f0f|bit(gap, lane), pcm)
			if got, want := ask(group, lane), ask(alone, 0); got != want {
				t.Fatalf("block %d: lane %d of %d answers %+v, alone %+v", b, lane, lanes, got, want)
			}
		}
	})
}

func bit(b bool, at int) uint16 {
	if b {
		return 1 << at
	}
	return 0
}

// A reset lane is as new, whatever it heard before.
func TestReset(t *testing.T) {
	x := testsignal.Speaker{Rate: 16000, F0Hz: 200, Seed: 1}.Speak(1).Samples
	used, _ := New(Config{Rate: 16000, Lanes: 1})
	for b := range 100 {
		used.Step(1, 0, 0, x[b*160:])
	}
	used.Reset(0)
	fresh, _ := New(Config{Rate: 16000, Lanes: 1})
	for b := range 100 {
		used.Step(1, 0, 0, x[b*160:])
		fresh.Step(1, 0, 0, x[b*160:])
		if got, want := ask(used, 0), ask(fresh, 0); got != want {
			t.Fatalf("block %d: %+v, fresh %+v", b, got, want)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	tr, err := New(Config{Rate: 16000})
	if err != nil {
		t.Fatal(err)
	}
	blocks := interleave(16000, 16, 1)
	i := 0
	if n := testing.AllocsPerRun(200, func() {
		tr.Step(0xfff7, uint16(i%50), uint16(i%70/69), blocks[i%len(blocks)])
		tr.Result(i % 16)
		i++
	}); n != 0 {
		t.Errorf("%v allocations a step", n)
	}
}
