package due

import (
	"errors"
	"fmt"
	"strings"

	"github.com/attune-cx/attune/features/lexical/token"
)

// ErrWords is wrapped by every error of [ReadWords].
var ErrWords = errors.New("due: words of time")

// Words of time that English has no single word for.
const (
	overmorrow = "overmorrow" // the day after tomorrow
	workday    = "workday"
)

// Words put the words of time of another language into English, one for one or
// two for two. They are safe for concurrent use.
type Words struct {
	one map[string]string
	two map[[2]string][2]string
}

// ReadWords reads lines "form = english"; a form of one word stands for one, of
// two words for two; "," stands for nothing. # begins a comment. Besides English
// words of time there are overmorrow and workday. Errors wrap [ErrWords].
func ReadWords(text string) (*Words, error) {
	w := &Words{one: map[string]string{}, two: map[[2]string][2]string{}}
	for n, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		form, english, _ := strings.Cut(line, "=")
		f, e := strings.Fields(token.Fold(form)), strings.Fields(english)
		switch {
		case len(f) == 1 && len(e) == 1:
			w.one[f[0]] = e[0]
		case len(f) == 2 && len(e) == 2:
			w.two[[2]string{f[0], f[1]}] = [2]string{e[0], e[1]}
		default:
			return nil, fmt.Errorf("%w: line %d: a line is written: form = english, with as many words on both sides, one or two", ErrWords, n+1)
		}
	}
	return w, nil
}

// english is the word at i as English says it.
func (w *Words) english(toks []token.Token, i int) string {
	n := toks[i].Norm
	if w == nil {
		return n
	}
	if i > 0 {
		if e, ok := w.two[[2]string{toks[i-1].Norm, n}]; ok {
			return e[1]
		}
	}
	if i+1 < len(toks) {
		if e, ok := w.two[[2]string{n, toks[i+1].Norm}]; ok {
			return e[0]
		}
	}
	if e, ok := w.one[n]; ok {
		return e
	}
	return n
}
