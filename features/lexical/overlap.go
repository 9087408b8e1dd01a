package lexical

import (
	"github.com/attune-cx/attune"
)

// contextTexts is how many earlier texts are compared with.
const contextTexts = 6

// The bounds of a paraphrase without a cue: less shares too little, more is parroting.
const (
	paraphraseLow  = .30
	paraphraseHigh = .90
	repetitionLow  = .60 // of a restated request
)

// paraphrase finds that a company's answer says again what the other said: it
// raises or lowers the confidence of paraphrases that a cue announced, and adds
// statements to "you" that share enough content without a cue.
func (s *scratch) paraphrase() {
	if s.m.Role == attune.RoleCustomer {
		return
	}
	share, n := s.sharedContent()
	kept := s.dst.Acts[:0]
	for _, act := range s.dst.Acts {
		if act.Kind == ActParaphrase && len(s.m.Context) > 0 {
			if n == 0 {
				continue // announced, but nothing of the other's words is in it
			}
			act.Confidence = min(.95, act.Confidence+share*.1)
		}
		kept = append(kept, act)
	}
	s.dst.Acts = kept
	if n >= 2 && share >= paraphraseLow && share <= paraphraseHigh && !s.has(ActParaphrase) {
		s.addStatement()
	}
}

func (s *scratch) has(kind ActKind) bool {
	for _, a := range s.dst.Acts {
		if a.Kind == kind {
			return true
		}
	}
	return false
}

// addStatement takes the first sentence said of the other ("you waited ...").
func (s *scratch) addStatement() {
	for _, sent := range s.text.Sentences {
		if first := s.text.Tokens[sent.First]; first.Norm == "you" || first.Norm == "your" {
			s.dst.Acts = append(s.dst.Acts, Act{Kind: ActParaphrase, Confidence: .6, Begin: first.Begin, End: s.text.Tokens[sent.Last-1].End})
			return
		}
	}
}

// sharedContent is the share of the text's content words that the last few texts
// of the other hold, and how many they are. Words are compared by their stems.
func (s *scratch) sharedContent() (share float64, n int) {
	words := s.content()
	if len(words) == 0 || len(s.m.Context) == 0 {
		return 0, 0
	}
	theirs := map[string]bool{}
	for _, c := range s.lastContext(2) {
		s.contentOf(c, theirs)
	}
	for w := range words {
		if theirs[w] {
			n++
		}
	}
	return float64(n) / float64(len(words)), n
}

// repeats reports that the text says again what an earlier text said: the
// greatest Jaccard similarity of content words with one of them.
func (s *scratch) repeats() float64 {
	words := s.content()
	if len(words) < 3 {
		return 0
	}
	best := 0.0
	for _, c := range s.lastContext(contextTexts) {
		theirs := map[string]bool{}
		s.contentOf(c, theirs)
		if len(theirs) < 3 {
			continue
		}
		both := 0
		for w := range words {
			if theirs[w] {
				both++
			}
		}
		best = max(best, float64(both)/float64(len(words)+len(theirs)-both))
	}
	return best
}

func (s *scratch) lastContext(n int) []string {
	c := s.m.Context
	return c[max(0, len(c)-n):]
}

func (s *scratch) content() map[string]bool {
	words := map[string]bool{}
	for k := range s.text.Tokens {
		if s.pack.Content(&s.text.Tokens[k]) {
			words[stem(s.text.Tokens[k].Norm)] = true
		}
	}
	return words
}

// maxContext bounds the earlier text that is compared, in bytes.
const maxContext = 4096

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
