package pitch

import (
	"testing"

	tracker "github.com/attune-cx/attune/features/pitch"
)

// gates are the highest FFE allowed over all 100 files, in percent: measured, and
// 0.3 for another machine's rounding and another seed's noise and losses.
var gates = map[string]float64{
	"16k": 4.8, "8k": 4.8, "tel8": 6.4, "tel8n10": 9.2, "8k+loss": 5.4, "tel8+loss": 7.0,
}

// maxLossPenalty is how many points of FFE 5 % of lost packets may cost.
const maxLossPenalty = 2.0

// fda loads the corpus, or skips the test where it is not.
func fda(t *testing.T) []Clip {
	t.Helper()
	dir, err := SharedData("pitch/fda/fda_ue")
	if err != nil {
		t.Skipf("needs the FDA corpus in ../shared/data/pitch/fda: %v", err)
	}
	clips, err := LoadFDA(dir)
	if err != nil {
		t.Fatal(err)
	}
	return clips
}

func TestFDA(t *testing.T) {
	clips := fda(t)
	var lines Lines
	ffe := map[string]float64{}
	for _, c := range Conditions {
		inputs, err := lines.Inputs(clips, c)
		if err != nil {
			t.Fatal(err)
		}
		for _, lag := range []int{tracker.DefaultLag, 8} {
			rows, err := Rows(tracker.Config{Rate: c.Rate, Lag: lag}, inputs)
			if err != nil {
				t.Fatal(err)
			}
			all, male, female := scores(clips, rows)
			t.Logf("%-10s lag %d  %v", c.Name, lag, all)
			t.Logf("%-10s   male %v", "", male)
			t.Logf("%-10s female %v", "", female)
			if all.FFE() > gates[c.Name] {
				t.Errorf("%s, lag %d: FFE %.2f %% > %.2f %%", c.Name, lag, all.FFE(), gates[c.Name])
			}
			if lag == tracker.DefaultLag {
				ffe[c.Name] = all.FFE()
			}
		}
	}
	for _, name := range []string{"8k", "tel8"} {
		if d := ffe[name+"+loss"] - ffe[name]; d > maxLossPenalty {
			t.Errorf("%s: 5 %% of packets lost cost %.2f points of FFE, at most %.1f allowed", name, d, maxLossPenalty)
		}
	}
}

// scores are those of all clips and of each speaker: files rl* are the man, sb* the woman.
func scores(clips []Clip, rows [][]float32) (all, male, female Score) {
	for i, c := range clips {
		all.Add(c.Reference, rows[i])
		if c.Name[:2] == "rl" {
			male.Add(c.Reference, rows[i])
		} else {
			female.Add(c.Reference, rows[i])
		}
	}
	return all, male, female
}

func trackerConfig(c Condition) tracker.Config { return tracker.Config{Rate: c.Rate} }
