// Package stressvoice holds the shipped voice model of stress: a logistic on 16
// telephone-safe functionals, each against the speaker's own shrunken baseline.
// CARD.md says what it was trained on and how it was measured.
package stressvoice

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/attune-cx/attune/models"
)

// NumFeatures is how many functionals the model reads.
const NumFeatures = 16

// ErrModel marks weights that cannot be used.
var ErrModel = errors.New("stressvoice: bad model")

//go:embed weights.json SHA256SUMS
var shipped embed.FS

// Model is the logistic. It is not changed after [Parse], so it may be shared.
type Model struct {
	Name     string   `json:"name"`
	Version  string   `json:"version"`
	Features []string `json:"features"` // in the order of every slice below
	Log      []bool   `json:"log"`      // the natural logarithm is taken first: gain falls out against a baseline
	// Clusters are two populations by median F0, so that no label of sex is needed.
	Clusters []Cluster `json:"clusters"`
	Scale    []float64 `json:"scale"` // population standard deviation within speakers
	Weights  []float64 `json:"weights"`
	Bias     float64   `json:"bias"`
	// Prior is k, in utterances: how much the population's mean weighs in a baseline.
	Prior float64 `json:"prior_utterances"`
	// Slope and Offset map the logit to a log-likelihood ratio that held for
	// speakers left out (Platt 1999).
	Slope  float64 `json:"platt_slope"`
	Offset float64 `json:"platt_offset"`

	Hash string `json:"-"` // SHA-256 of the file, hexadecimal
}

// Cluster is the mean of one population.
type Cluster struct {
	F0MedianSemitones float64   `json:"f0_median_semitones"`
	Mean              []float64 `json:"mean"`
}

// Load returns the shipped model after comparing it with its SHA256SUMS. The
// error wraps [ErrModel] or what package models says.
func Load() (*Model, error) {
	data, _, err := models.Read(shipped, "weights.json")
	if err != nil {
		return nil, fmt.Errorf("stressvoice: %w", err)
	}
	return Parse(data)
}

// Parse reads a model and checks that it is whole; its errors are [ErrModel].
func Parse(data []byte) (*Model, error) {
	m := &Model{}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrModel, err)
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	m.Hash = hex.EncodeToString(sum[:])
	return m, nil
}

func (m *Model) check() error {
	for name, n := range map[string]int{"features": len(m.Features), "log": len(m.Log),
		"scale": len(m.Scale), "weights": len(m.Weights)} {
		if n != NumFeatures {
			return fmt.Errorf("%w: %d %s, want %d", ErrModel, n, name, NumFeatures)
		}
	}
	if len(m.Clusters) != 2 || len(m.Clusters[0].Mean) != NumFeatures || len(m.Clusters[1].Mean) != NumFeatures {
		return fmt.Errorf("%w: want two clusters of %d means", ErrModel, NumFeatures)
	}
	for i, s := range m.Scale {
		if !(s > 0) || math.IsInf(s, 0) {
			return fmt.Errorf("%w: scale of %s is %v, want above 0", ErrModel, m.Features[i], s)
		}
	}
	if !(m.Prior >= 0) || !(m.Slope > 0) {
		return fmt.Errorf("%w: prior %v, slope %v", ErrModel, m.Prior, m.Slope)
	}
	return nil
}
