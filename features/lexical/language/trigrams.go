package language

import (
	"strings"

	"github.com/abadojack/whatlanggo"

	"github.com/attune-cx/attune/features/lexical/token"
)

// The bounds within which trigrams are asked. A text of fewer words tells too
// little; one for which some language has plain evidence needs none; and one in which
// the expected language has this much, in all or a word, is taken for it.
const (
	trigramWords  = 3
	trigramBytes  = 512
	plainEvidence = .7
	knownEvidence = 1.
	knownShare    = .15
)

// orByTrigrams asks the trigram profiles of whatlanggo where neither the function
// words nor the letters of a text speak for any language.
func (d *Detector) orByTrigrams(g Guess, text string, t *token.Text) Guess {
	words := longWords(t)
	if words < trigramWords || g.Evidence >= plainEvidence || g.Prior >= min(knownEvidence, knownShare*float64(len(strings.Fields(text[:min(len(text), trigramBytes)])))) {
		return g
	}
	if strings.ContainsRune(text, '@') {
		return g // an address is in no language
	}
	info := whatlanggo.DetectWithOptions(text[:min(len(text), trigramBytes)], whatlanggo.Options{Whitelist: d.trigrams})
	tag := info.Lang.Iso6391()
	if tag == "" {
		return g
	}
	return Guess{Tag: tag, Confidence: min(.6, info.Confidence), Evidence: knownEvidence, Prior: g.Prior}
}

// known lists the languages with trigram profiles that tags names.
func known(tags []string) map[whatlanggo.Lang]bool {
	out := map[whatlanggo.Lang]bool{}
	for lang := range whatlanggo.Langs {
		for _, tag := range tags {
			if lang.Iso6391() == tag {
				out[lang] = true
			}
		}
	}
	return out
}

// longWords counts words of three letters and more among the first tokens: what is
// spelled out and named says nothing of a language.
func longWords(t *token.Text) int {
	n := 0
	for k := range t.Tokens[:min(len(t.Tokens), maxRead)] {
		if tok := &t.Tokens[k]; tok.Kind == token.Word && !tok.Expanded && tok.End-tok.Begin >= 3 {
			n++
		}
	}
	return n
}
