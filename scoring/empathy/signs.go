package empathy

import (
	"strings"
	"unicode"

	"github.com/attune-cx/attune/features/lexical"
)

// partKind is which part of empathy a sign belongs to.
type partKind uint8

const (
	affective partKind = iota
	cognitive
	action
)

// sign is one thing in an answer that speaks for a part, or against it.
type sign struct {
	kind     string
	part     partKind
	strength float64 // -1..1
}

// rule says what an act is worth.
type rule struct {
	act      lexical.ActKind
	part     partKind
	strength float64 // of an act of confidence 1
}

// rules is the table of acts. Source: the scoring model's parts (affective:
// reaction and acknowledgement; cognitive: paraphrase, exploration, minus asking
// again; action: commitment, ownership, resolution, minus deflection).
func rules() []rule {
	return []rule{
		{lexical.ActAcknowledgement, affective, .6},
		{lexical.ActApology, affective, .4},
		{lexical.ActParaphrase, cognitive, .6},
		{lexical.ActOpenQuestion, cognitive, .4},
		{lexical.ActCommitment, action, .7},
		{lexical.ActOwnership, action, .4},
		{lexical.ActResolution, action, .8},
		{lexical.ActTransfer, action, .3},
		{lexical.ActDeflection, action, -.6},
		{lexical.ActHollowTemplate, affective, 0}, // shown, never weighed
	}
}

// timed is how much more a commitment is worth when it names a time.
const timed = .2

// The paraphrase band: the share of an answer's content words that the customer
// had just said. Above it the answer parrots.
const (
	paraphraseFrom = .15
	paraphraseTo   = .70
)

// read lists the signs in an answer to what the customer said last.
func read(m *lexical.Message, r *lexical.Reading, customer map[string]struct{}) []sign {
	signs := []sign{
		{"emotional_reaction", affective, sure(r.Empathy.EmotionalReaction)},
		{"interpretation", cognitive, sure(r.Empathy.Interpretation)},
		{"exploration", cognitive, sure(r.Empathy.Exploration)},
	}
	if o := overlap(m.Text, customer); o >= paraphraseFrom && o <= paraphraseTo {
		signs = append(signs, sign{"customer_words", cognitive, .25})
	}
	for _, act := range r.Acts {
		for _, rule := range rules() {
			if act.Kind != rule.act {
				continue
			}
			strength := rule.strength * act.Confidence
			if act.Kind == lexical.ActCommitment && !act.Due.IsZero() {
				strength = min(1, strength+timed)
			}
			signs = append(signs, sign{string(act.Kind), rule.part, strength})
		}
	}
	kept := signs[:0]
	for _, s := range signs {
		if s.strength != 0 || s.kind == string(lexical.ActHollowTemplate) {
			kept = append(kept, s)
		}
	}
	return kept
}

// sure lets a probability count from .2 on, so that the floor of a classifier on
// neutral text is not credited.
func sure(p float64) float64 { return max(0, (p-.2)/.8) }

// overlap is the share of a text's content words that are in said, each weighted
// by its length as a stand-in for how rare it is.
func overlap(text string, said map[string]struct{}) float64 {
	all, common := 0.0, 0.0
	for w := range contentWords(text) {
		weight := float64(min(len(w), 9) - 3)
		all += weight
		if _, ok := said[w]; ok {
			common += weight
		}
	}
	if all == 0 {
		return 0
	}
	return common / all
}

// contentWords are the words of more than three letters: a rule that needs no
// list of stop words in each language.
func contentWords(text string) map[string]struct{} {
	words := map[string]struct{}{}
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len([]rune(w)) > 3 {
			words[w] = struct{}{}
		}
	}
	return words
}
