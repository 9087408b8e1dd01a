package prosody_test

import (
	"fmt"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/features/prosody"
	"github.com/attune-cx/attune/internal/testsignal"
)

// One leg in a narrow group, as for a file: put a block, run, take the row that
// it finished, and flush the rest at the end.
func ExampleGroup() {
	g, err := prosody.NewGroup(prosody.Config{Rate: 8000, Lanes: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	lane, _ := g.Join()
	voice, _ := testsignal.Voice{Rate: 8000, F0: testsignal.Constant(125), Formants: testsignal.VowelA}.Generate(0.5)

	rows, voiced, sum := 0, 0, float32(0)
	count := func(h *features.Hop) {
		rows++
		if h.Voiced() {
			voiced++
			sum += h.V[features.F0Hz]
		}
	}
	var h features.Hop
	for i := 0; i < len(voice); i += 80 {
		g.Put(lane, &audio.Block{At: time.Duration(i/80) * audio.Step, Rate: 8000, Samples: voice[i : i+80]})
		g.Run()
		if g.Take(lane, &h) {
			count(&h)
		}
	}
	g.Flush(lane, count)
	g.Leave(lane)
	fmt.Printf("%d rows, most of them voiced: %v, F0 %.0f Hz\n", rows, voiced > 40, sum/float32(voiced))
	// Output: 50 rows, most of them voiced: true, F0 125 Hz
}
