package transcripts

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// Errors of every mapping.
var (
	ErrEvent  = errors.New("transcripts: event")                // the JSON is broken or a field is of the wrong kind
	ErrVendor = errors.New("transcripts: recogniser's failure") // the event tells of an error at the vendor
)

// MaxEvent is the largest event taken, in bytes.
const MaxEvent = 1 << 20

// Source says whose words a stream carries, where the event does not tell.
type Source struct {
	Role          attune.Role
	ParticipantID string
	Language      string // BCP 47, "" = detect
	// Channels are the roles of a stream with several channels, by index; nil = Role for all.
	Channels []attune.Role
}

// message begins a message of s.
func (s Source) message(id string, final bool) lexical.Message {
	return lexical.Message{ID: id, Role: s.Role, ParticipantID: s.ParticipantID, Language: s.Language, Channel: attune.ChannelVoice, Final: final}
}

// decode reads an event into v.
func decode(event []byte, v any) error {
	if len(event) > MaxEvent {
		return fmt.Errorf("%w: %d bytes > %d", ErrEvent, len(event), MaxEvent)
	}
	if !utf8.Valid(event) {
		return fmt.Errorf("%w: not UTF-8", ErrEvent)
	}
	if err := json.Unmarshal(event, v); err != nil {
		return fmt.Errorf("%w: %w", ErrEvent, err)
	}
	return nil
}

// maxOffset bounds times, so that nonsense from the wire cannot overflow.
const maxOffset = 30 * 24 * time.Hour

// offset converts a number of units; ok is false for what is no time.
func offset(v float64, unit time.Duration) (d time.Duration, ok bool) {
	if math.IsNaN(v) || v < 0 || v > float64(maxOffset/unit) {
		return 0, false
	}
	return time.Duration(v * float64(unit)), true
}

// span is the span of two numbers; the error names them.
func span(begin, end float64, unit time.Duration) (attune.Span, error) {
	b, ok1 := offset(begin, unit)
	e, ok2 := offset(end, unit)
	if !ok1 || !ok2 || e < b {
		return attune.Span{}, fmt.Errorf("%w: %g to %g is no span of time", ErrEvent, begin, end)
	}
	return attune.Span{Begin: b, End: e}, nil
}

// word checks one recognised word.
func word(text string, begin, end, confidence float64, unit time.Duration) (lexical.Word, error) {
	s, err := span(begin, end, unit)
	if err != nil {
		return lexical.Word{}, err
	}
	if math.IsNaN(confidence) || confidence < 0 || confidence > 1 {
		return lexical.Word{}, fmt.Errorf("%w: confidence %g of %q is not in 0..1", ErrEvent, confidence, text)
	}
	return lexical.Word{Text: text, Span: s, Confidence: confidence}, nil
}

// cover is the span from the first word to the last.
func cover(words []lexical.Word) attune.Span {
	if len(words) == 0 {
		return attune.Span{}
	}
	s := words[0].Span
	for _, w := range words {
		s.Begin, s.End = min(s.Begin, w.Span.Begin), max(s.End, w.Span.End)
	}
	return s
}
