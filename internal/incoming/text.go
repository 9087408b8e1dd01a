package incoming

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/internal/pipeline"
)

// ErrInvalid is returned for what is no message and no transcript. The error names
// the member at fault, never what was said.
var ErrInvalid = errors.New("incoming: text")

// MaxWords is how many words a transcript may list.
const MaxWords = 8192

// Message is what somebody wrote.
type Message struct {
	ID          string `json:"id"` // the client's; the same id again changes nothing
	Role        string `json:"role"`
	Participant string `json:"participant_id"` // "" = the one of that role
	Channel     string `json:"channel"`        // "" = CHAT
	Text        string `json:"text"`
	OffsetMS    *int64 `json:"offset_ms"` // since the interaction began; nil = now
	Language    string `json:"language"`  // BCP 47; "" = detect
}

// Transcript is what a recogniser heard.
type Transcript struct {
	ID          string `json:"utterance_id"`
	LegID       string `json:"leg_id"` // its offsets are in this leg's time
	Role        string `json:"role"`
	Participant string `json:"participant_id"`
	Channel     string `json:"channel"` // "" = VOICE
	Text        string `json:"text"`
	BeginMS     *int64 `json:"begin_offset_ms"` // nil, as EndMS = now
	EndMS       *int64 `json:"end_offset_ms"`
	Final       *bool  `json:"final"` // nil = true; a later text of the same id replaces an interim one
	Language    string `json:"language"`
	Words       []Word `json:"words"`
}

// Word is one recognised word.
type Word struct {
	Text       string   `json:"text"`
	BeginMS    int64    `json:"begin_offset_ms"`
	EndMS      int64    `json:"end_offset_ms"`
	Confidence *float64 `json:"confidence"` // 0..1; nil = 1
}

// Entry reads the field data of an entry of the Redis input stream: a message, a
// transcript, or an event of another recogniser (kind says which, "" is a message),
// with the interaction it belongs to. An event may hold several texts or none.
// Unknown members are left alone. The error wraps [ErrInvalid].
func Entry(data []byte) (interactionID string, texts []pipeline.Text, err error) {
	var head struct {
		Interaction string `json:"interaction_id"`
		Kind        string `json:"kind"`
		MessageID   string `json:"id"`
	}
	if err := unmarshal(data, &head); err != nil {
		return "", nil, err
	}
	if head.Interaction == "" {
		return "", nil, fmt.Errorf("%w: interaction_id is missing", ErrInvalid)
	}
	switch head.Kind {
	case "", "message":
		var m Message
		texts, err = one(data, &m)
	case "transcript":
		t := Transcript{ID: head.MessageID}
		texts, err = one(data, &t)
	case "event":
		var e Event
		if err = unmarshal(data, &e); err == nil {
			texts, err = e.Read(e.Event)
		}
	default:
		err = fmt.Errorf("%w: kind %q; use message, transcript or event", ErrInvalid, clip(head.Kind))
	}
	return head.Interaction, texts, err
}

func one(data []byte, form interface{ Read() (pipeline.Text, error) }) ([]pipeline.Text, error) {
	if err := unmarshal(data, form); err != nil {
		return nil, err
	}
	t, err := form.Read()
	if err != nil {
		return nil, err
	}
	return []pipeline.Text{t}, nil
}

func unmarshal(data []byte, into any) error {
	if len(data) == 0 {
		return fmt.Errorf("%w: data is missing or empty", ErrInvalid)
	}
	if !utf8.Valid(data) { // encoding/json would put U+FFFD in its place
		return fmt.Errorf("%w: data is not valid UTF-8", ErrInvalid)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%w: data is not the JSON of a message: %w", ErrInvalid, err)
	}
	return nil
}

// Read checks m. The error wraps [ErrInvalid].
func (m *Message) Read() (pipeline.Text, error) {
	t := pipeline.Text{ID: m.ID, Speaker: m.Participant, Text: m.Text, Language: m.Language}
	if err := who(&t, m.Role, m.Channel, attune.ChannelChat); err != nil {
		return t, err
	}
	return t, when(&t, m.OffsetMS, m.OffsetMS)
}

// Read checks x. The error wraps [ErrInvalid].
func (x *Transcript) Read() (pipeline.Text, error) {
	t := pipeline.Text{
		ID: x.ID, LegID: x.LegID, Speaker: x.Participant, Text: x.Text, Language: x.Language,
		Transcript: true, Interim: x.Final != nil && !*x.Final,
	}
	if err := who(&t, x.Role, x.Channel, attune.ChannelVoice); err != nil {
		return t, err
	}
	if err := when(&t, x.BeginMS, x.EndMS); err != nil {
		return t, err
	}
	return t, x.words(&t)
}

func who(t *pipeline.Text, role, channel string, otherwise attune.Channel) (err error) {
	if t.Text == "" {
		return fmt.Errorf("%w: text is missing or empty", ErrInvalid)
	}
	if t.Role, err = attune.ParseRole(role); err != nil {
		return fmt.Errorf("%w: role: %w", ErrInvalid, err)
	}
	if t.Channel = otherwise; channel == "" {
		return nil
	}
	if t.Channel, err = attune.ParseChannel(channel); err != nil {
		return fmt.Errorf("%w: channel: %w", ErrInvalid, err)
	}
	return nil
}

func when(t *pipeline.Text, begin, end *int64) error {
	if (begin == nil) != (end == nil) {
		return fmt.Errorf("%w: give both begin_offset_ms and end_offset_ms, or neither", ErrInvalid)
	}
	if begin == nil {
		return nil
	}
	at, err := span("text", *begin, *end)
	t.Timed, t.Begin, t.End = true, at.Begin, at.End
	return err
}

func (x *Transcript) words(t *pipeline.Text) error {
	if len(x.Words) > MaxWords {
		return fmt.Errorf("%w: %d words, at most %d", ErrInvalid, len(x.Words), MaxWords)
	}
	for i, w := range x.Words {
		at, err := span(fmt.Sprintf("words[%d]", i), w.BeginMS, w.EndMS)
		if err != nil {
			return err
		}
		word := lexical.Word{Text: w.Text, Span: at, Confidence: 1}
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
