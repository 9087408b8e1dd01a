package recogniser

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/attune-cx/attune/internal/pipeline"
)

// ErrAnswer marks an answer that is not of the protocol.
var ErrAnswer = errors.New("recogniser: not an answer of the Vosk protocol")

// Limits on what a server may answer.
const (
	maxAnswer  = 1 << 20 // bytes
	maxWords   = 5000    // of one utterance
	maxSeconds = 24 * 3600
)

// greeting is the first message of a connection.
type greeting struct {
	Config struct {
		SampleRate int   `json:"sample_rate"`
		Words      bool  `json:"words"`
		Partials   *bool `json:"partials,omitempty"` // false: no interim words, for servers that can spare the work
	} `json:"config"`
}

// farewell asks for what is left; the server answers once more and closes.
var farewell = []byte(`{"eof":1}`)

func greet(rate int, interim bool) ([]byte, error) {
	var g greeting
	g.Config.SampleRate, g.Config.Words = rate, true
	if !interim {
		g.Config.Partials = &interim
	}
	return json.Marshal(g)
}

// word is one recognised word; Start and End are seconds since the first sample
// of the connection, Conf is 0..1.
type word struct {
	Word  string   `json:"word"`
	Start float64  `json:"start"`
	End   float64  `json:"end"`
	Conf  *float64 `json:"conf"`
}

// answer is what a server says: Partial of an utterance that goes on, or Text
// and Result of one that has ended.
type answer struct {
	Partial *string `json:"partial"`
	Text    *string `json:"text"`
	Result  []word  `json:"result"`
}

// parse reads an answer. Its errors wrap [ErrAnswer].
func parse(b []byte) (answer, error) {
	var a answer
	if err := json.Unmarshal(b, &a); err != nil {
		return answer{}, fmt.Errorf("%w: %d bytes: %w", ErrAnswer, len(b), err)
	}
	switch {
	case a.Partial == nil && a.Text == nil:
		return answer{}, fmt.Errorf("%w: neither partial nor text in %d bytes", ErrAnswer, len(b))
	case a.Text != nil && len(*a.Text) > pipeline.MaxTextBytes, a.Partial != nil && len(*a.Partial) > pipeline.MaxTextBytes:
		return answer{}, fmt.Errorf("%w: text longer than %d bytes", ErrAnswer, pipeline.MaxTextBytes)
	case len(a.Result) > maxWords:
		return answer{}, fmt.Errorf("%w: %d words in one utterance, at most %d", ErrAnswer, len(a.Result), maxWords)
	}
	for i, w := range a.Result {
		if !(w.Start >= 0 && w.End >= w.Start && w.End <= maxSeconds) {
			return answer{}, fmt.Errorf("%w: word %d lies at %g..%g s", ErrAnswer, i, w.Start, w.End)
		}
	}
	return a, nil
}

// confidence is how sure the server is of w; one that does not say is believed.
func (w *word) confidence() float64 {
	if w.Conf == nil || math.IsNaN(*w.Conf) {
		return 1
	}
	return min(max(*w.Conf, 0), 1)
}
