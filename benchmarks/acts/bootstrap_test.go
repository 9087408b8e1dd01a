package acts

import (
	"math"
	"testing"

	"github.com/attune-cx/attune/features/lexical"
)

// Where every dialogue is alike the interval is a point; where they differ it
// holds the mean, and its ends are shares that dialogues have.
func TestBootstrap(t *testing.T) {
	same := []map[lexical.ActKind]Count{{"x": {3, 1, 0}}, {"x": {3, 1, 0}}}
	if r := Bootstrap(same, 200, 1)["x"]; r.Precision != [2]float64{1, 1} || r.Recall != [2]float64{.75, .75} {
		t.Errorf("alike: %+v", r)
	}
	var mixed []map[lexical.ActKind]Count
	for k := range 40 {
		mixed = append(mixed, map[lexical.ActKind]Count{"x": {k % 2, 1 - k%2, 0}})
	}
	r := Bootstrap(mixed, 2000, 1)["x"]
	if math.Abs(r.Recall[0]-.35) > .03 || math.Abs(r.Recall[1]-.65) > .03 { // .5 -+ 1.96 sqrt(.25/40)
		t.Errorf("mixed: %+v", r)
	}
	if r != Bootstrap(mixed, 2000, 1)["x"] {
		t.Error("the same seed gives another interval")
	}
	if r := Bootstrap([]map[lexical.ActKind]Count{{"x": {0, 1, 0}}}, 10, 1)["x"]; !math.IsNaN(r.Precision[0]) {
		t.Errorf("nothing was found, yet precision is %+v", r.Precision)
	}
}
