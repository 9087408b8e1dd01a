package language

import (
	_ "embed"
	"fmt"
	"math"
	"math/bits"
	"strings"
	"unicode"

	"github.com/abadojack/whatlanggo"

	"github.com/attune-cx/attune/features/lexical/token"
)

//go:embed profiles.txt
var profiles string

// Unknown is the tag of a language that could not be told (BCP 47).
const Unknown = "und"

// Guess is what a text seems to be written in.
type Guess struct {
	Tag        string  // BCP 47, Unknown when nothing speaks for any language
	Confidence float64 // 0..1: share of the evidence that speaks for Tag, less for little of it
	Evidence   float64 // words, or letters' worth of words, that spoke for Tag
	Prior      float64 // the same for the language that was expected
}

// Detector is safe for concurrent use.
type Detector struct {
	tags    []string
	words   map[string]uint64 // function word -> languages, a bit each
	letters map[rune]uint64   // telling letter -> languages
	endings map[string]uint64

	trigrams map[whatlanggo.Lang]bool // asked where words and letters say nothing
}

// New reads the built-in profiles and the extra words of packs: folded function
// words by BCP 47 tag, for languages that the profiles lack or have few words of.
func New(extra map[string][]string) (*Detector, error) {
	d := &Detector{words: map[string]uint64{}, letters: map[rune]uint64{}, endings: map[string]uint64{}}
	for n, line := range strings.Split(profiles, "\n") {
		if err := d.profile(strings.TrimSpace(line)); err != nil {
			return nil, fmt.Errorf("language: profiles line %d: %w", n+1, err)
		}
	}
	for tag, words := range extra {
		bit, err := d.bit(tag)
		if err != nil {
			return nil, err
		}
		for _, w := range words {
			d.words[token.Fold(w)] |= bit
		}
	}
	d.trigrams = known(d.tags)
	return d, nil
}

// profile reads one line: "tag words: a b c", "tag letters: xyz", "tag endings: a b".
func (d *Detector) profile(line string) error {
	if line == "" || strings.HasPrefix(line, "#") {
		return nil
	}
	head, body, ok := strings.Cut(line, ":")
	tag, what, ok2 := strings.Cut(head, " ")
	if !ok || !ok2 {
		return fmt.Errorf("a profile is written: tag words|letters|endings: ...")
	}
	bit, err := d.bit(tag)
	if err != nil {
		return err
	}
	switch what {
	case "words":
		for _, w := range strings.Fields(body) {
			d.words[token.Fold(w)] |= bit
		}
	case "letters":
		for _, r := range strings.TrimSpace(body) {
			d.letters[r] |= bit
		}
	case "endings":
		for _, w := range strings.Fields(body) {
			d.endings[token.Fold(w)] |= bit
		}
	default:
		return fmt.Errorf("%q is not known: words, letters or endings", what)
	}
	return nil
}

func (d *Detector) bit(tag string) (uint64, error) {
	for k, t := range d.tags {
		if t == tag {
			return 1 << k, nil
		}
	}
	if len(d.tags) == 64 {
		return 0, fmt.Errorf("language: no room for %s: 64 languages at most", tag)
	}
	d.tags = append(d.tags, tag)
	return 1 << (len(d.tags) - 1), nil
}

// maxRead is how many code points and tokens are looked at.
const maxRead = 4096

// Detect guesses the language of text, already cut into t, where the language
// prior is expected ("" = none). It looks at the first few thousand letters.
func (d *Detector) Detect(text string, t *token.Text, prior string) Guess {
	if g, ok := byScript(text); ok {
		return g
	}
	var score [64]float64
	total := 0.0
	for k := range t.Tokens {
		if k >= maxRead {
			break
		}
		total += d.token(&t.Tokens[k], &score)
	}
	total += d.letterScores(text, &score)
	g := d.best(&score, total)
	for k, tag := range d.tags {
		if tag == prior {
			g.Prior = score[k]
		}
	}
	return d.orByTrigrams(g, text, t)
}

func (d *Detector) token(tok *token.Token, score *[64]float64) float64 {
	if tok.Kind != token.Word || tok.Expanded {
		return 0
	}
	if langs := d.words[tok.Norm]; langs != 0 {
		return share(score, langs, 1)
	}
	if n := len(tok.Norm); n >= 6 {
		for k := 5; k >= 3; k-- {
			if langs := d.endings[tok.Norm[n-k:]]; langs != 0 {
				return share(score, langs, .3)
			}
		}
	}
	return 0
}

func (d *Detector) letterScores(text string, score *[64]float64) float64 {
	total, n := 0.0, 0
	for _, r := range text {
		if n++; n > maxRead {
			break
		}
		if r < 0x80 {
			continue
		}
		if langs := d.letters[unicode.ToLower(r)]; langs != 0 {
			total += share(score, langs, .7)
		}
	}
	return total
}

// share adds weight to each of langs: less where many share the evidence, yet
// not so little that a word of four languages says nothing against a fifth.
func share(score *[64]float64, langs uint64, weight float64) float64 {
	w := weight / math.Sqrt(float64(bits.OnesCount64(langs)))
	for k := 0; langs != 0; k, langs = k+1, langs>>1 {
		if langs&1 != 0 {
			score[k] += w
		}
	}
	return weight
}

// best picks the language with the most evidence; a tie is Unknown.
func (d *Detector) best(score *[64]float64, total float64) Guess {
	first, second, at := 0.0, 0.0, -1
	for k := range d.tags {
		switch {
		case score[k] > first:
			second, first, at = first, score[k], k
		case score[k] > second:
			second = score[k]
		}
	}
	if at < 0 || first <= second {
		return Guess{Tag: Unknown}
	}
	confidence := (first - second) / max(total, first)
	return Guess{Tag: d.tags[at], Confidence: min(1, confidence*(.5+first/4)), Evidence: first}
}
