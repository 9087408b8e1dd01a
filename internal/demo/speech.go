package demo

import (
	"github.com/attune-cx/attune/audio/g711"
	"github.com/attune-cx/attune/audio/resample"
)

// Speech is the bundled call's sound, both legs one after the other, at rate:
// some three minutes of speech and pauses for measuring.
func Speech(rate int) ([]float32, error) {
	table := g711.New(g711.MuLaw)
	var narrow []float32
	for _, role := range []string{"customer", "agent"} {
		b, err := muLaw(role)
		if err != nil {
			return nil, err
		}
		narrow = table.Decode(narrow, b)
	}
	if rate == 8000 {
		return narrow, nil
	}
	r, err := resample.New(8000, rate)
	if err != nil {
		return nil, err
	}
	return r.Flush(r.Process(nil, narrow)), nil
}

// MuLaw is the bundled call's sound as G.711 mu-law, both legs one after the other.
func MuLaw() ([]byte, error) {
	var out []byte
	for _, role := range []string{"customer", "agent"} {
		b, err := muLaw(role)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, nil
}
