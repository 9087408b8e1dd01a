package transcripts

import (
	"fmt"
	"time"

	"github.com/attune-cx/attune/features/lexical"
)

// assemblyEvent is a message of AssemblyAI's streaming API: v3 (type Turn) or the
// older one (message_type PartialTranscript, FinalTranscript).
type assemblyEvent struct {
	Type        string         `json:"type"`
	MessageType string         `json:"message_type"`
	TurnOrder   int            `json:"turn_order"`
	EndOfTurn   bool           `json:"end_of_turn"`
	Formatted   bool           `json:"turn_is_formatted"`
	Transcript  string         `json:"transcript"`
	Utterance   string         `json:"utterance"`
	Text        string         `json:"text"`
	AudioStart  float64        `json:"audio_start"` // ms
	AudioEnd    float64        `json:"audio_end"`   // ms
	Words       []assemblyWord `json:"words"`
	Error       string         `json:"error"`
}

type assemblyWord struct {
	Text       string  `json:"text"`
	Start      float64 `json:"start"` // ms
	End        float64 `json:"end"`   // ms
	Confidence float64 `json:"confidence"`
	Final      *bool   `json:"word_is_final"` // v3; nil = it is
}

// AssemblyAI reads a streaming message. A turn keeps its id from its first partial
// to its end; a formatted copy of a turn that has ended is final once more, with
// the same id, so that it counts once. A turn's transcript holds the words that are
// settled; those that are not are left out of the words, too. Begin, SpeechStarted,
// Termination and SessionBegins carry no words.
func AssemblyAI(event []byte, src Source) ([]lexical.Message, error) {
	var e assemblyEvent
	if err := decode(event, &e); err != nil {
		return nil, err
	}
	if e.Error != "" {
		return nil, fmt.Errorf("%w: %s", ErrVendor, e.Error)
	}
	var m lexical.Message
	switch {
	case e.Type == "Turn":
		m = src.message(fmt.Sprintf("turn/%d", e.TurnOrder), e.EndOfTurn)
		m.Text = e.Transcript
		if m.Text == "" {
			m.Text = e.Utterance
		}
	case e.MessageType == "PartialTranscript" || e.MessageType == "FinalTranscript":
		m = src.message(fmt.Sprintf("audio/%.0f", e.AudioStart), e.MessageType == "FinalTranscript")
		m.Text = e.Text
	}
	if m.Text == "" {
		return nil, nil
	}
	return e.finish(m)
}

func (e *assemblyEvent) finish(m lexical.Message) ([]lexical.Message, error) {
	for _, w := range e.Words {
		if w.Final != nil && !*w.Final {
			continue
		}
		lw, err := word(w.Text, w.Start, w.End, w.Confidence, time.Millisecond)
		if err != nil {
			return nil, err
		}
		m.Words = append(m.Words, lw)
	}
	s, err := span(e.AudioStart, e.AudioEnd, time.Millisecond)
	if err != nil {
		return nil, err
	}
	m.Span = s
	if len(m.Words) > 0 {
		m.Span = cover(m.Words)
	}
	return []lexical.Message{m}, nil
}
