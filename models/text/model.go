package text

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"hash"
	"io/fs"
	"math"

	"github.com/attune-cx/attune/models"
)

//go:embed linear.safetensors network.safetensors mix.safetensors vocab.txt SHA256SUMS
var weights embed.FS

// The heads, as the weights order them.
const (
	headEkman    = NumEmotions
	headStressor = headEkman + NumEkman + iota - 1
	headSeverity
	headValence
	headEmpathy
	headDistress
	headReaction
	headInterpretation
	headExploration
	headStress
	numHeads
)

// Model is the trained text model. It is read-only and safe for concurrent use.
type Model struct {
	linear                *linear
	vocabulary            *vocabulary
	network               *network
	mix                   *mix
	name, version, digest string
}

// Scratch is the working memory of one goroutine. It belongs to no particular model.
type Scratch struct {
	buf    []byte // normalised words, one after the other
	words  []span
	open   int32 // where the word being read begins in buf, -1 between words
	padded []byte
	rows   []uint32
	pieces []int32
	pooled []float32
	here   []float32 // a row for each piece, before a layer
	next   []float32 // and after it
	layer  []float32
	net    [numHeads]float32
	logit  [numHeads]float64
}

// Load reads the embedded weights after checking them against SHA256SUMS. It takes some milliseconds and
// 9 MB; call it once. The error wraps models.ErrDigest or ErrFormat: the binary was damaged.
func Load() (*Model, error) {
	return load(weights)
}

func load(fsys fs.FS) (*Model, error) {
	m, l := &Model{}, loader{fsys: fsys, sum: sha256.New()}
	m.vocabulary = part(&l, "vocab.txt", parseVocabulary)
	m.linear = part(&l, "linear.safetensors", withTensors(newLinear))
	m.network = part(&l, "network.safetensors", withTensors(func(t *tensors) (*network, error) {
		return newNetwork(t, m.vocabulary.size())
	}))
	m.mix = part(&l, "mix.safetensors", withTensors(func(t *tensors) (*mix, error) {
		m.name, m.version = t.meta["name"], t.meta["version"]
		return newMix(t)
	}))
	if l.err != nil {
		return nil, l.err
	}
	m.digest = hex.EncodeToString(l.sum.Sum(nil))
	return m, nil
}

// loader reads one file after the other until the first error, and sums their digests.
type loader struct {
	fsys fs.FS
	sum  hash.Hash
	err  error
}

func part[T any](l *loader, name string, parse func([]byte) (T, error)) (out T) {
	if l.err != nil {
		return out
	}
	data, digest, err := models.Read(l.fsys, name)
	if err != nil {
		l.err = fmt.Errorf("models/text: load: %w", err)
		return out
	}
	l.sum.Write([]byte(digest))
	out, l.err = parse(data)
	return out
}

func withTensors[T any](parse func(*tensors) (T, error)) func([]byte) (T, error) {
	return func(b []byte) (out T, err error) {
		t, err := parseTensors(b)
		if err != nil {
			return out, err
		}
		return parse(t)
	}
}

func headNames() []string {
	names := append([]string{}, EmotionNames[:]...)
	for _, e := range EkmanNames {
		names = append(names, "ekman_"+e)
	}
	return append(names, "stressor", "severity", "valence", "empathy", "distress",
		"emotional_reaction", "interpretation", "exploration", "stress")
}

// Info returns the model's name, its version, and one SHA-256, in hex, over those of its files.
func (m *Model) Info() (name, version, hash string) {
	return m.name, m.version, m.digest
}

// NewScratch returns working memory with room for a usual message. It grows to the longest text that it sees,
// at most some 600 kB.
func (m *Model) NewScratch() *Scratch {
	return &Scratch{buf: make([]byte, 0, 1024), words: make([]span, 0, 128), padded: make([]byte, 0, 64), rows: make([]uint32, 0, 2048)}
}

// Infer reads a text into dst, every field of which it sets. It reads at most MaxTokens words and punctuation
// marks and MaxRunes code points, and does not allocate once s has grown.
func (m *Model) Infer(text string, dst *Outputs, s *Scratch) {
	s.split(text)
	m.linear.logits(s)
	m.vocabulary.cut(s)
	m.network.logits(s)
	m.mix.logits(s)
	for i := range dst.Emotions {
		dst.Emotions[i] = s.probability(i)
	}
	for i := range dst.Ekman {
		dst.Ekman[i] = s.probability(headEkman + i)
	}
	dst.Stressor = s.probability(headStressor)
	dst.Severity = s.probability(headSeverity)
	dst.Valence = 2*s.probability(headValence) - 1
	dst.Empathy = s.probability(headEmpathy)
	dst.Distress = s.probability(headDistress)
	dst.EmotionalReaction = s.probability(headReaction)
	dst.Interpretation = s.probability(headInterpretation)
	dst.Exploration = s.probability(headExploration)
	dst.Stress = s.probability(headStress)
}

func (s *Scratch) probability(head int) float32 {
	return float32(1 / (1 + math.Exp(-s.logit[head])))
}
