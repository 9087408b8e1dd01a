package prosody

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio"
	"github.com/attune-cx/attune/features"
	"github.com/attune-cx/attune/internal/testsignal"
	"pgregory.net/rapid"
)

// A leg's rows do not depend on the groups that share its workspace, on when rows
// are taken, nor on legs that end while their rows wait.
func TestGroupsOfAWorkspace(t *testing.T) {
	const rate, n = 8000, 80
	pcm := testsignal.Speaker{Rate: rate, F0Hz: 170, Seed: 4}.Speak(0.25).Samples
	want := rowsOf(t, rate, pcm)
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "others"), 1))
		w := new(Workspace)
		var groups []*Group
		for range rapid.IntRange(1, 3).Draw(t, "groups") {
			g, err := NewGroup(Config{Rate: rate, Lanes: rapid.SampledFrom([]int{2, 3, 16}).Draw(t, "lanes"), Workspace: w})
			if err != nil {
				t.Fatal(err)
			}
			for range g.lanes {
				g.Join()
			}
			groups = append(groups, g)
		}
		at := len(groups) / 2
		var got []features.Hop
		var h features.Hop
		for i := range len(pcm) / n {
			for k, g := range groups {
				for l := range g.lanes {
					if k == at && l == 1 {
						g.Put(l, &audio.Block{At: time.Duration(i) * audio.Step, Samples: pcm[i*n:][:n]})
					} else {
						speak(g, l, i, pcm, r)
					}
				}
				g.Run()
			}
			for k, g := range groups {
				for l := range g.lanes {
					if k == at && l == 1 || r.IntN(3) == 0 {
						if g.Take(l, &h) && k == at && l == 1 {
							got = append(got, h)
						}
					}
				}
			}
		}
		if got = append(got, flush(groups[at], 1)...); !same(got, want) {
			t.Fatalf("a leg's rows changed with the groups beside it: %s", difference(got, want))
		}
	})
}

// speak lets a lane hear speech, with legs that come, go and pause.
func speak(g *Group, lane, i int, pcm []float32, r *rand.Rand) {
	switch act := r.IntN(30); {
	case act == 0:
		g.Leave(lane)
		g.Join()
	case act == 1:
		flush(g, lane)
	case act < 27:
		from := (i*g.n + lane*617) % (len(pcm) - g.n)
		g.Put(lane, &audio.Block{At: time.Duration(i) * audio.Step, Samples: pcm[from:][:g.n]})
	}
}

// Groups of one rate and width share a desk, and nobody else does.
func TestDesksAreShared(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		w := new(Workspace)
		first := newGroup(t, Config{Rate: rate, Workspace: w})
		second := newGroup(t, Config{Rate: rate, Workspace: w})
		if first.desk != second.desk {
			t.Errorf("%d Hz: two desks in a workspace", rate)
		}
		if other := newGroup(t, Config{Rate: rate}); other.desk == first.desk {
			t.Errorf("%d Hz: one desk in two workspaces", rate)
		}
		if narrow := newGroup(t, Config{Rate: rate, Lanes: 2, Workspace: w}); narrow.desk == first.desk {
			t.Errorf("%d Hz: one desk for groups of two widths", rate)
		}
	}
}
