package pitch

import (
	"fmt"
	"math"
)

// agreement counts rows where Praat's two methods agree on voicing and, within
// 10 %, on F0: their value is then taken for the truth.
type agreement struct {
	rows, both    int // all of them; those that we call voiced too
	false, missed int // voiced only here; voiced only there
	up, down      int // more than 20 % above; below
}

func (a *agreement) add(got, ac, cc float32) {
	if (ac > 0) != (cc > 0) || ac > 0 && math.Abs(float64(ac/cc)-1) > 0.1 {
		return
	}
	a.rows++
	switch {
	case ac > 0 && got > 0:
		a.both++
		switch r := float64(got / ac); {
		case r > 1+grossError:
			a.up++
		case r < 1-grossError:
			a.down++
		}
	case ac > 0:
		a.missed++
	case got > 0:
		a.false++
	}
}

func (a *agreement) join(b agreement) {
	a.rows += b.rows
	a.both += b.both
	a.false += b.false
	a.missed += b.missed
	a.up += b.up
	a.down += b.down
}

// disagreement is the share of rows that differ at all, in percent.
func (a agreement) disagreement() float64 {
	return percent(a.false+a.missed+a.up+a.down, a.rows)
}

func (a agreement) String() string {
	return fmt.Sprintf("%5.2f %% of %6d rows (voiced here alone %.2f, there alone %.2f; F0 up %.2f, down %.2f)", a.disagreement(), a.rows,
		percent(a.false, a.rows), percent(a.missed, a.rows), percent(a.up, a.rows), percent(a.down, a.rows))
}
