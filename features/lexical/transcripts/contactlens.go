package transcripts

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// lensEvent is a record of an Amazon Contact Lens real-time stream (EventType
// SEGMENTS), or the answer of ListRealtimeContactAnalysisSegments; both hold
// Segments.
type lensEvent struct {
	EventType    string
	LanguageCode string
	Segments     []lensSegment
}

type lensSegment struct {
	Utterance  *lensUtterance // partial: what was said so far
	Transcript *lensUtterance // final
}

type lensUtterance struct {
	ID                string `json:"Id"`
	TranscriptID      string `json:"TranscriptId"` // of an Utterance: the Transcript that it becomes
	ParticipantID     string `json:"ParticipantId"`
	ParticipantRole   string
	Content           string
	PartialContent    string
	BeginOffsetMillis json.Number
	EndOffsetMillis   json.Number
}

// ContactLens reads a record of segments. Utterances are interim and carry the id
// of the transcript that replaces them. Categories, issues, sentiment and loudness
// are passed over. The segments carry no words with times, and no confidence.
func ContactLens(event []byte, src Source) ([]lexical.Message, error) {
	var e lensEvent
	if err := decode(event, &e); err != nil {
		return nil, err
	}
	if e.EventType == "FAILED" {
		return nil, fmt.Errorf("%w: Contact Lens analysis failed", ErrVendor)
	}
	if src.Language == "" {
		src.Language = e.LanguageCode
	}
	var out []lexical.Message
	for _, s := range e.Segments {
		u, final := s.Transcript, true
		if u == nil {
			u, final = s.Utterance, false
		}
		if u == nil {
			continue
		}
		m, err := u.message(src, final)
		if err != nil {
			return nil, err
		}
		if m.Text != "" {
			out = append(out, m)
		}
	}
	return out, nil
}

func (u *lensUtterance) message(src Source, final bool) (m lexical.Message, err error) {
	id := u.ID
	if !final && u.TranscriptID != "" {
		id = u.TranscriptID
	}
	if u.ParticipantRole != "" {
		if src.Role, err = attune.ParseRole(u.ParticipantRole); err != nil {
			return m, fmt.Errorf("%w: %w", ErrEvent, err)
		}
	}
	if u.ParticipantID != "" && !strings.EqualFold(u.ParticipantID, u.ParticipantRole) { // of calls it says the role again
		src.ParticipantID = u.ParticipantID
	}
	m = src.message(id, final)
	m.Text = u.Content
	if m.Text == "" {
		m.Text = u.PartialContent
	}
	begin, err1 := number(u.BeginOffsetMillis)
	end, err2 := number(u.EndOffsetMillis)
	if err1 != nil || err2 != nil {
		return m, fmt.Errorf("%w: offsets %q and %q are no numbers", ErrEvent, u.BeginOffsetMillis, u.EndOffsetMillis)
	}
	m.Span, err = span(begin, end, time.Millisecond)
	return m, err
}

// number reads a JSON number; an absent one is 0.
func number(n json.Number) (float64, error) {
	if n == "" {
		return 0, nil
	}
	return n.Float64()
}
