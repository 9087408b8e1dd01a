package functionals

import (
	"strings"

	"github.com/attune-cx/attune/features"
)

// Absence is a set of functionals that are null for one reason.
type Absence struct {
	Reason      string
	Functionals []Functional
}

// The reasons why a functional is null.
const (
	NoVoice    = "no voiced sound that it could be measured on"
	NoUnvoiced = "no unvoiced stretch"
	NoSound    = "every row lost samples, or there is none"
	NoSlope    = "no rise or fall of a tenth of the range"
	ZeroMean   = "the mean is 0, which no deviation can be divided by"
)

// Absent lists the nulls of s by reason, in the order of [Names]; nil where all
// were measured.
func Absent(s *Stats) []Absence {
	var out []Absence
	for f := range Functional(Count) {
		if !features.IsNull(s.V[f]) {
			continue
		}
		why := s.whyNull(f)
		at := 0
		for at < len(out) && out[at].Reason != why {
			at++
		}
		if at == len(out) {
			out = append(out, Absence{Reason: why})
		}
		out[at].Functionals = append(out[at].Functionals, f)
	}
	return out
}

func (s *Stats) whyNull(f Functional) string {
	name := f.String()
	switch mean := f - 1; {
	case strings.HasSuffix(name, "stddevNorm") && !features.IsNull(s.V[mean]):
		return ZeroMean
	case strings.Contains(name, "UV") || strings.Contains(name, "Unvoiced"):
		return NoUnvoiced
	case strings.Contains(name, "RisingSlope") || strings.Contains(name, "FallingSlope"):
		if f < LoudnessMean && features.IsNull(s.V[F0Mean]) {
			return NoVoice
		}
		return NoSlope
	case strings.Contains(name, "nz_") || strings.Contains(name, "Voiced"):
		return NoVoice
	}
	return NoSound
}
