package pitch

import (
	"testing"

	tracker "github.com/attune-cx/attune/features/pitch"
)

// TestTurns lets FDA's two speakers take turns on one leg, a sentence each: what
// the tracker learned of the one must not cost the other more than a stranger would.
func TestTurns(t *testing.T) {
	clips := fda(t)
	legs := turns(clips, 5)
	var lines Lines
	for _, c := range Conditions[1:4] {
		inputs, err := lines.Inputs(legs, c)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := Rows(tracker.Config{Rate: c.Rate}, inputs)
		if err != nil {
			t.Fatal(err)
		}
		var s Score
		for i, leg := range legs {
			s.Add(leg.Reference, rows[i])
		}
		t.Logf("%-8s %v", c.Name, s)
		// measured 4.5, 6.2 and 9.2 %, and 0.3
		if most := map[string]float64{"8k": 4.8, "tel8": 6.5, "tel8n10": 9.5}[c.Name]; s.FFE() > most {
			t.Errorf("%s: FFE %.2f %% > %.1f %%", c.Name, s.FFE(), most)
		}
	}
}

// turns strings the clips of the first half, the man's, and of the second together,
// one of each in turn, so many of each to a leg.
func turns(clips []Clip, each int) (legs []Clip) {
	half := len(clips) / 2
	for from := 0; from < half; from += each {
		leg := Clip{Name: clips[from].Name, Rate: clips[from].Rate}
		for i := from; i < min(from+each, half); i++ {
			leg.join(clips[i])
			leg.join(clips[half+i])
		}
		legs = append(legs, leg)
	}
	return legs
}

// join appends as much of a clip as its reference tells of, in whole rows.
func (c *Clip) join(d Clip) {
	frames := min(len(d.Reference), len(d.Samples)*1000/15/d.Rate) &^ 1
	c.Samples = append(c.Samples, d.Samples[:frames*15*d.Rate/1000]...)
	c.Reference = append(c.Reference, d.Reference[:frames]...)
}
