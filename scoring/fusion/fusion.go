package fusion

import (
	"math"
	"slices"

	"github.com/attune-cx/attune"
)

// Modality is a source of evidence.
type Modality uint8

// The modalities. Voice and Interaction count seconds of speech, Words words.
const (
	Voice Modality = iota
	Words
	Interaction
	NumModalities = iota
)

// MaxLLR bounds what one observation may say.
const MaxLLR = 3.0

// maxUtterances is how many utterances stay replaceable; older ones are folded
// into what came before them.
const maxUtterances = 16

// Config is the rule's numbers for one score.
type Config struct {
	Weight   [NumModalities]float64 // w_m; 0 = the modality does not count
	HalfLife [NumModalities]float64 // in seconds of speech, or words
	Amount   [NumModalities]float64 // units at which confidence reaches 1 − 1/e
	A, B     float64                // value = σ(A·z + B)
}

// NewConfig fills a Config with the starting points of the scoring model: a
// half-life of 20 s of speech or 40 words; 8 s or 20 words for confidence.
func NewConfig(voice, words, interaction, a, b float64) Config {
	return Config{
		Weight:   [NumModalities]float64{Voice: voice, Words: words, Interaction: interaction},
		HalfLife: [NumModalities]float64{Voice: 20, Words: 40, Interaction: 20},
		Amount:   [NumModalities]float64{Voice: 8, Words: 20, Interaction: 30},
		A:        a, B: b,
	}
}

// Part is a named share of an observation's log-likelihood ratio.
type Part struct {
	Kind string
	LLR  float64
}

// Observation is one piece of evidence.
type Observation struct {
	Modality Modality
	ID       string      // of the utterance; a later one of the same id replaces it; "" = never replaced
	Units    float64     // seconds of speech or words that are new in it
	Quality  float64     // 0..1
	Parts    []Part      // sum to the log-likelihood ratio; not kept
	Span     attune.Span // where it was heard
}

// Item is one share of the log-odds of a value.
type Item struct {
	Kind        string
	Span        attune.Span
	UtteranceID string
	Weight      float64
}

// State is the evidence of one score of one party. The zero value with a Config
// is empty. It is not safe for concurrent use.
type State struct {
	Config Config
	modes  [NumModalities]mode
}

// mode is one modality: what was folded, then the utterances that may still be
// replaced, oldest first.
type mode struct {
	folded     []share // by kind
	units      float64
	utterances []utterance
	closed     map[string]struct{} // ids that were folded: never counted again
	last       float64             // newest log-likelihood ratio, clipped
	quality    float64             // of the newest observation
	seen       bool
}

type share struct {
	kind string
	z    float64
	span attune.Span
}

type utterance struct {
	id     string
	units  float64
	span   attune.Span
	shares []Part // w·q·l of each part
	llr, q float64
}

// Observe adds evidence. It reports whether it counted: not if its modality has
// no weight, it holds nothing, or its utterance is too old to be replaced.
func (s *State) Observe(o Observation) bool {
	w := s.Config.Weight[o.Modality]
	m := &s.modes[o.Modality]
	if _, old := m.closed[o.ID]; w == 0 || old || !(o.Units > 0) {
		return false
	}
	u := weigh(o, w)
	m.last, m.quality, m.seen = u.llr, u.q, true
	if o.ID == "" {
		m.fold(u, s.Config.HalfLife[o.Modality])
		return true
	}
	if i := m.index(o.ID); i >= 0 {
		m.utterances[i] = u
		return true
	}
	m.utterances = append(m.utterances, u)
	if len(m.utterances) > maxUtterances {
		m.close(s.Config.HalfLife[o.Modality])
	}
	return true
}

// Retract takes back what an utterance said, if it can still be replaced.
func (s *State) Retract(modality Modality, id string) {
	m := &s.modes[modality]
	if i := m.index(id); i >= 0 {
		m.utterances = slices.Delete(m.utterances, i, i+1)
	}
}

// Purge forgets all that a modality said, as when consent is withdrawn.
func (s *State) Purge(modality Modality) { s.modes[modality] = mode{} }

// weigh clips the observation's log-likelihood ratio and scales its parts with
// it, so that they still sum to it.
func weigh(o Observation, w float64) utterance {
	sum := 0.0
	for _, p := range o.Parts {
		sum += finite(p.LLR)
	}
	llr := clip(sum, -MaxLLR, MaxLLR)
	scale := 1.0
	if sum != 0 {
		scale = llr / sum
	}
	u := utterance{id: o.ID, units: o.Units, span: o.Span, llr: llr, q: clip(finite(o.Quality), 0, 1)}
	u.shares = make([]Part, 0, len(o.Parts))
	for _, p := range o.Parts {
		u.shares = append(u.shares, Part{p.Kind, w * u.q * scale * finite(p.LLR)})
	}
	return u
}

func (m *mode) index(id string) int {
	return slices.IndexFunc(m.utterances, func(u utterance) bool { return u.id == id })
}

// close folds the oldest utterance for good.
func (m *mode) close(halfLife float64) {
	if m.closed == nil {
		m.closed = map[string]struct{}{}
	}
	m.closed[m.utterances[0].id] = struct{}{}
	m.fold(m.utterances[0], halfLife)
	m.utterances = slices.Delete(m.utterances, 0, 1)
}

func (m *mode) fold(u utterance, halfLife float64) {
	keep := decay(u.units, halfLife)
	for i := range m.folded {
		m.folded[i].z *= keep
	}
	m.units += u.units
	for _, p := range u.shares {
		i := slices.IndexFunc(m.folded, func(s share) bool { return s.kind == p.Kind })
		if i < 0 {
			m.folded = append(m.folded, share{kind: p.Kind})
			i = len(m.folded) - 1
		}
		m.folded[i].z += (1 - keep) * p.LLR
		m.folded[i].span = u.span
	}
}

// walk calls yield with every share of z, newest utterances first.
func (m *mode) walk(halfLife float64, yield func(kind, id string, span attune.Span, z float64)) {
	after := 1.0 // what later utterances leave of it
	for i := len(m.utterances) - 1; i >= 0; i-- {
		u := &m.utterances[i]
		keep := decay(u.units, halfLife)
		for _, p := range u.shares {
			yield(p.Kind, u.id, u.span, after*(1-keep)*p.LLR)
		}
		after *= keep
	}
	for _, f := range m.folded {
		yield(f.kind, "", f.span, after*f.z)
	}
}

// decay is λ(Δ).
func decay(units, halfLife float64) float64 { return math.Exp2(-units / halfLife) }

func clip(x, lo, hi float64) float64 { return min(max(x, lo), hi) }

// finite turns what is not a number into no evidence.
func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}
