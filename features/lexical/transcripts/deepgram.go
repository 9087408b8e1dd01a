package transcripts

import (
	"fmt"
	"time"

	"github.com/attune-cx/attune/features/lexical"
)

// deepgramEvent is a message of Deepgram's live API (type Results).
type deepgramEvent struct {
	Type         string  `json:"type"`
	ChannelIndex []int   `json:"channel_index"` // [channel, channels]
	Start        float64 `json:"start"`         // s
	Duration     float64 `json:"duration"`      // s
	IsFinal      bool    `json:"is_final"`
	Description  string  `json:"description"`
	Channel      struct {
		Alternatives []struct {
			Transcript string         `json:"transcript"`
			Words      []deepgramWord `json:"words"`
		} `json:"alternatives"`
	} `json:"channel"`
	Metadata struct {
		RequestID string `json:"request_id"`
	} `json:"metadata"`
}

type deepgramWord struct {
	Word       string  `json:"word"`
	Punctuated string  `json:"punctuated_word"`
	Start      float64 `json:"start"`
	End        float64 `json:"end"`
	Confidence float64 `json:"confidence"`
}

// Deepgram reads a live result. Interim results of one stretch of sound share the
// id with their final, since both begin at the same time. Metadata, UtteranceEnd
// and SpeechStarted carry no words. A multichannel stream takes the roles of
// src.Channels.
func Deepgram(event []byte, src Source) ([]lexical.Message, error) {
	var e deepgramEvent
	if err := decode(event, &e); err != nil {
		return nil, err
	}
	if e.Type == "Error" {
		return nil, fmt.Errorf("%w: %s", ErrVendor, e.Description)
	}
	if e.Type != "Results" || len(e.Channel.Alternatives) == 0 || e.Channel.Alternatives[0].Transcript == "" {
		return nil, nil
	}
	channel, err := e.channel(&src)
	if err != nil {
		return nil, err
	}
	m := src.message(fmt.Sprintf("%s/%d/%.3f", e.Metadata.RequestID, channel, e.Start), e.IsFinal)
	m.Text = e.Channel.Alternatives[0].Transcript
	for _, w := range e.Channel.Alternatives[0].Words {
		text := w.Punctuated
		if text == "" {
			text = w.Word
		}
		lw, err := word(text, w.Start, w.End, w.Confidence, time.Second)
		if err != nil {
			return nil, err
		}
		m.Words = append(m.Words, lw)
	}
	if m.Span, err = span(e.Start, e.Start+e.Duration, time.Second); err != nil {
		return nil, err
	}
	if len(m.Words) > 0 {
		m.Span = cover(m.Words)
	}
	return []lexical.Message{m}, nil
}

// channel finds the role of the channel that was heard.
func (e *deepgramEvent) channel(src *Source) (int, error) {
	if len(e.ChannelIndex) == 0 {
		return 0, nil
	}
	c := e.ChannelIndex[0]
	if src.Channels == nil {
		return c, nil
	}
	if c < 0 || c >= len(src.Channels) {
		return 0, fmt.Errorf("%w: channel %d, but roles of %d are known", ErrEvent, c, len(src.Channels))
	}
	src.Role = src.Channels[c]
	return c, nil
}
