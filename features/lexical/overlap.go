package lexical

import (
	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical/rules"
	"github.com/attune-cx/attune/features/lexical/token"
)

// contextTexts is how many earlier texts are compared with, and maxContext the
// bytes of each.
const (
	contextTexts = 12
	maxContext   = 4096
)

// The bounds of a paraphrase without a cue: a smaller share of the other's words
// says too little, fewer words are chance.
const (
	paraphraseShare = .45
	paraphraseWords = 3
	feltShare       = .30 // beside an acknowledgement
	feltWords       = 2
	repetitionLow   = .60 // of a restated request (Jaccard)
)

// paraphrase finds that a company's answer says again what the other said. A cue
// ("so you ...") counts only where something of the other's words follows; a
// plain statement counts where most of its words are theirs. Questions, facts
// and promises that a rule found are left to it.
func (s *scratch) paraphrase() {
	if side(s.m.Role) == rules.Customer || len(s.m.Context) == 0 {
		return
	}
	theirs := s.othersContent()
	kept := s.dst.Acts[:0]
	for _, act := range s.dst.Acts {
		if act.Kind == ActParaphrase {
			if n, _ := s.shared(theirs, act.Begin, act.End); n == 0 {
				continue
			}
		}
		kept = append(kept, act)
	}
	s.dst.Acts = kept
	for _, sent := range s.text.Sentences {
		s.restatement(theirs, sent)
	}
}

// restatement adds a paraphrase for a statement most of whose words are the other's.
func (s *scratch) restatement(theirs map[string]bool, sent token.Sentence) {
	begin, end := s.text.Tokens[sent.First].Begin, s.text.Tokens[sent.Last-1].End
	n, share := s.shared(theirs, begin, end)
	felt := s.acknowledged(begin, end)
	enough := n >= paraphraseWords && share >= paraphraseShare && (felt || s.ofOther(sent)) || felt && n >= feltWords && share >= feltShare
	if sent.Question || !enough || s.busy(begin, end) {
		return
	}
	s.dst.Acts = append(s.dst.Acts, Act{Kind: ActParaphrase, Confidence: min(.9, .3+.6*share), Begin: begin, End: end})
}

// ofOther reports that a sentence speaks of the other.
func (s *scratch) ofOther(sent token.Sentence) bool {
	for k := sent.First; k < sent.Last; k++ {
		if w := s.text.Tokens[k].Norm; w == "you" || w == "your" {
			return true
		}
	}
	return false
}

func (s *scratch) acknowledged(begin, end int) bool {
	for _, a := range s.dst.Acts {
		if a.Kind == ActAcknowledgement && a.Begin < end && begin < a.End {
			return true
		}
	}
	return false
}

// busy reports that a sentence does something else than to restate.
func (s *scratch) busy(begin, end int) bool {
	for _, a := range s.dst.Acts {
		switch a.Kind {
		case ActParaphrase, ActCommitment, ActResolution, ActTransfer, ActRequestInformation, ActOpenQuestion, ActDeflection, ActHollowTemplate:
			if a.Begin < end && begin < a.End {
				return true
			}
		}
	}
	return false
}

// shared counts the content words between two code points that theirs holds, and
// gives their share.
func (s *scratch) shared(theirs map[string]bool, begin, end int) (n int, share float64) {
	words := 0
	for k := range s.text.Tokens {
		t := &s.text.Tokens[k]
		if t.Begin < begin || t.End > end || !s.pack.Content(t) {
			continue
		}
		words++
		if theirs[stem(t.Norm)] {
			n++
		}
	}
	return n, float64(n) / float64(max(words, 1))
}

// repeats reports how far the text says again what the writer said before: the
// greatest Jaccard similarity of content words with an earlier text.
func (s *scratch) repeats() float64 {
	if len(s.m.Context) == 0 {
		return 0
	}
	words := map[string]bool{}
	for k := range s.text.Tokens {
		if s.pack.Content(&s.text.Tokens[k]) {
			words[stem(s.text.Tokens[k].Norm)] = true
		}
	}
	best := 0.0
	for k := s.firstContext(); k < len(s.m.Context) && len(words) >= 3; k++ {
		if s.wrote(k, true) {
			best = max(best, s.jaccard(words, s.m.Context[k]))
		}
	}
	return best
}

func (s *scratch) jaccard(words map[string]bool, text string) float64 {
	theirs := map[string]bool{}
	s.contentOf(text, theirs)
	both := 0
	for w := range words {
		if theirs[w] {
			both++
		}
	}
	if len(theirs) < 3 {
		return 0
	}
	return float64(both) / float64(len(words)+len(theirs)-both)
}

func (s *scratch) firstContext() int { return max(0, len(s.m.Context)-contextTexts) }

// wrote reports whether context k may be by the writer of the message (own) or by
// the other side; both where the roles are not known.
func (s *scratch) wrote(k int, own bool) bool {
	if k >= len(s.m.ContextRoles) || s.m.Role == "" {
		return true
	}
	mine := side(s.m.ContextRoles[k]) == side(s.m.Role) && s.m.ContextRoles[k] != attune.RoleSystem
	return mine == own
}

func (s *scratch) othersContent() map[string]bool {
	theirs := map[string]bool{}
	for k := s.firstContext(); k < len(s.m.Context); k++ {
		if s.wrote(k, false) {
			s.contentOf(s.m.Context[k], theirs)
		}
	}
	return theirs
}

func (s *scratch) contentOf(text string, dst map[string]bool) {
	if len(text) > maxContext {
		text = text[len(text)-maxContext:]
	}
	s.pack.Splitter.Split(text, &s.earlier)
	for k := range s.earlier.Tokens {
		if s.pack.Content(&s.earlier.Tokens[k]) {
			dst[stem(s.earlier.Tokens[k].Norm)] = true
		}
	}
}

// stem drops the commonest endings; it only has to make forms of one word equal.
func stem(w string) string {
	if n, ok := numerals[w]; ok {
		return n
	}
	for _, end := range []string{"ings", "ing", "ies", "ied", "ed", "es", "s"} {
		if n := len(w) - len(end); n >= 3 && w[n:] == end {
			w = w[:n]
			break
		}
	}
	n := len(w)
	if n > 3 && (w[n-1] == 'e' || w[n-1] == 'y' || w[n-1] == 'i') {
		return w[:n-1]
	}
	if n > 3 && w[n-1] == w[n-2] {
		return w[:n-1]
	}
	return w
}

// numerals makes "six" and "6" equal.
var numerals = map[string]string{
	"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
	"eleven": "11", "twelve": "12", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50",
}
