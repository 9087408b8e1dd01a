package textin

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/attune-cx/attune"
)

// ErrInvalid is returned for an entry that is no message and no transcript.
var ErrInvalid = errors.New("textin: entry")

// Limits on an entry.
const (
	MaxTextBytes = 64 << 10
	MaxWords     = 8192
)

// Text is a message that somebody wrote, or an utterance that a recogniser heard.
type Text struct {
	InteractionID string
	ID            string // the client's; the same id again changes nothing
	Transcript    bool
	Role          attune.Role
	ParticipantID string // "" = the one of that role
	LegID         string // of a transcript: its offsets are in this leg's time
	Channel       attune.Channel
	Language      string // BCP 47; "" = detect
	Text          string // valid UTF-8
	Timed         bool   // Span is given; otherwise now
	Span          attune.Span
	Interim       bool // a later text of the same id replaces it
	Words         []Word
}

// Word is one recognised word.
type Word struct {
	Text       string
	Span       attune.Span
	Confidence float64 // 0..1; 1 where the recogniser gives none
}

// body is the JSON of an entry: the HTTP bodies of messages and of transcripts,
// with their names.
type body struct {
	Interaction string     `json:"interaction_id"`
	Kind        string     `json:"kind"` // message or transcript; "" = message
	ID          string     `json:"id"`
	UtteranceID string     `json:"utterance_id"`
	Role        string     `json:"role"`
	Participant string     `json:"participant_id"`
	LegID       string     `json:"leg_id"`
	Channel     string     `json:"channel"`
	Text        string     `json:"text"`
	Language    string     `json:"language"`
	OffsetMS    *int64     `json:"offset_ms"`
	BeginMS     *int64     `json:"begin_offset_ms"`
	EndMS       *int64     `json:"end_offset_ms"`
	Final       *bool      `json:"final"`
	Words       []wordBody `json:"words"`
}

type wordBody struct {
	Text       string   `json:"text"`
	BeginMS    int64    `json:"begin_offset_ms"`
	EndMS      int64    `json:"end_offset_ms"`
	Confidence *float64 `json:"confidence"`
}

// Parse reads the field data of an entry. The error wraps [ErrInvalid] and names
// the member at fault, never what was said.
func Parse(data []byte) (*Text, error) {
	if len(data) == 0 {
		return nil, fmt.Errorf("%w: field data is missing or empty", ErrInvalid)
	}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("%w: data is not valid UTF-8", ErrInvalid)
	}
	var b body
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, fmt.Errorf("%w: data is not the JSON of a message: %w", ErrInvalid, err)
	}
	t := &Text{
		InteractionID: b.Interaction, ID: b.ID, ParticipantID: b.Participant, LegID: b.LegID, Language: b.Language,
		Text: b.Text, Interim: b.Final != nil && !*b.Final,
	}
	if t.ID == "" {
		t.ID = b.UtteranceID
	}
	for _, part := range []func(*body, *Text) error{who, what, when, words} {
		if err := part(&b, t); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// who reads the interaction, the kind, the role and the channel.
func who(b *body, t *Text) (err error) {
	if b.Interaction == "" {
		return fmt.Errorf("%w: interaction_id is missing", ErrInvalid)
	}
	channel := attune.ChannelChat
	switch b.Kind {
	case "", "message":
	case "transcript":
		t.Transcript, channel = true, attune.ChannelVoice
	default:
		return fmt.Errorf("%w: kind %q; use message or transcript", ErrInvalid, clip(b.Kind))
	}
	if t.Role, err = attune.ParseRole(b.Role); err != nil {
		return fmt.Errorf("%w: role: %w", ErrInvalid, err)
	}
	if t.Channel = channel; b.Channel != "" {
		if t.Channel, err = attune.ParseChannel(b.Channel); err != nil {
			return fmt.Errorf("%w: channel: %w", ErrInvalid, err)
		}
	}
	return nil
}

func what(b *body, _ *Text) error {
	if b.Text == "" {
		return fmt.Errorf("%w: text is missing or empty", ErrInvalid)
	}
	if len(b.Text) > MaxTextBytes {
		return fmt.Errorf("%w: text has %d bytes, at most %d", ErrInvalid, len(b.Text), MaxTextBytes)
	}
	return nil
}

// when reads the span; a message has one offset, a transcript two.
func when(b *body, t *Text) error {
	begin, end := b.BeginMS, b.EndMS
	if b.OffsetMS != nil && begin == nil && end == nil {
		begin, end = b.OffsetMS, b.OffsetMS
	}
	if (begin == nil) != (end == nil) {
		return fmt.Errorf("%w: give both begin_offset_ms and end_offset_ms, or neither", ErrInvalid)
	}
	if begin == nil {
		return nil
	}
	t.Timed = true
	var err error
	t.Span, err = span("text", *begin, *end)
	return err
}

func words(b *body, t *Text) error {
	if len(b.Words) > MaxWords {
		return fmt.Errorf("%w: %d words, at most %d", ErrInvalid, len(b.Words), MaxWords)
	}
	for i, w := range b.Words {
		at, err := span(fmt.Sprintf("words[%d]", i), w.BeginMS, w.EndMS)
		if err != nil {
			return err
		}
		word := Word{Text: w.Text, Span: at, Confidence: 1}
		if w.Confidence != nil {
			word.Confidence = min(max(*w.Confidence, 0), 1)
		}
		t.Words = append(t.Words, word)
	}
	return nil
}

// maxOffset is a day in milliseconds: an offset beyond it is a wall clock by mistake.
const maxOffset = int64(24 * time.Hour / time.Millisecond)

func span(name string, beginMS, endMS int64) (attune.Span, error) {
	if beginMS < 0 || endMS < beginMS || endMS > maxOffset {
		return attune.Span{}, fmt.Errorf("%w: %s: offsets %d to %d ms; want milliseconds since the interaction began, in order, below %d",
			ErrInvalid, name, beginMS, endMS, maxOffset)
	}
	return attune.Span{Begin: time.Duration(beginMS) * time.Millisecond, End: time.Duration(endMS) * time.Millisecond}, nil
}

func clip(s string) string {
	if len(s) > 32 {
		return s[:32]
	}
	return s
}
