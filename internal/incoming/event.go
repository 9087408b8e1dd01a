package incoming

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/features/lexical/transcripts"
	"github.com/attune-cx/attune/internal/pipeline"
)

// formats are the recognisers whose events are understood.
var formats = map[string]func([]byte, transcripts.Source) ([]lexical.Message, error){
	"deepgram":     transcripts.Deepgram,
	"assemblyai":   transcripts.AssemblyAI,
	"contact-lens": transcripts.ContactLens,
	"genesys":      transcripts.Genesys,
}

// Formats are the names that [Event.Format] may have, in order.
func Formats() []string { return slices.Sorted(maps.Keys(formats)) }

// Event says whose words an event of another recogniser carries; the event itself is
// as it came off the vendor's wire.
type Event struct {
	Format      string          `json:"format"`
	LegID       string          `json:"leg_id"` // the event's times are in this leg's time
	Role        string          `json:"role"`   // where the event does not tell
	Participant string          `json:"participant_id"`
	Channels    []string        `json:"channels"` // roles of a stream with several channels, by index
	Language    string          `json:"language"`
	Event       json.RawMessage `json:"event"`
}

// Read translates event; it gives no text for one that carries no words. Ids are the
// vendor's, after the leg or the role, since two streams of one vendor may count
// alike. The error wraps [ErrInvalid].
func (e *Event) Read(event []byte) ([]pipeline.Text, error) {
	mapping, ok := formats[e.Format]
	if !ok {
		return nil, fmt.Errorf("%w: format %q; use one of %s", ErrInvalid, clip(e.Format), strings.Join(Formats(), ", "))
	}
	src, err := e.source()
	if err != nil {
		return nil, err
	}
	messages, err := mapping(event, src)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrInvalid, e.Format, err)
	}
	var out []pipeline.Text
	for i := range messages {
		t, err := e.text(&messages[i])
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func (e *Event) source() (transcripts.Source, error) {
	src := transcripts.Source{ParticipantID: e.Participant, Language: e.Language}
	var err error
	if e.Role != "" {
		if src.Role, err = attune.ParseRole(e.Role); err != nil {
			return src, fmt.Errorf("%w: role: %w", ErrInvalid, err)
		}
	}
	for i, name := range e.Channels {
		role, err := attune.ParseRole(name)
		if err != nil {
			return src, fmt.Errorf("%w: channels[%d]: %w", ErrInvalid, i, err)
		}
		src.Channels = append(src.Channels, role)
	}
	return src, nil
}

func (e *Event) text(m *lexical.Message) (pipeline.Text, error) {
	if m.Role == "" {
		return pipeline.Text{}, fmt.Errorf("%w: the event does not tell who speaks: give role", ErrInvalid)
	}
	if len(m.Words) > MaxWords {
		return pipeline.Text{}, fmt.Errorf("%w: %d words, at most %d", ErrInvalid, len(m.Words), MaxWords)
	}
	return pipeline.Text{
		ID: cmp.Or(e.LegID, strings.ToLower(string(m.Role))) + "/" + m.ID, LegID: e.LegID, Role: m.Role, Speaker: m.ParticipantID,
		Channel: m.Channel, Text: m.Text, Timed: m.Span != attune.Span{}, Begin: m.Span.Begin, End: m.Span.End,
		Transcript: true, Interim: !m.Final, Language: m.Language, Words: m.Words,
	}, nil
}
