package transcripts

import (
	"fmt"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// genesysEvent is a notification of topic
// v2.conversations.{id}.transcription. The stream of Genesys Cloud is external
// (the customer) and internal (the agent); offsets are milliseconds of the
// conversation's transcription.
type genesysEvent struct {
	TopicName string `json:"topicName"`
	EventBody struct {
		CommunicationID string `json:"communicationId"`
		Transcripts     []struct {
			UtteranceID  string `json:"utteranceId"`
			IsFinal      bool   `json:"isFinal"`
			Channel      string `json:"channel"`
			Language     string `json:"dialect"`
			Alternatives []struct {
				Confidence float64       `json:"confidence"`
				OffsetMS   float64       `json:"offsetMs"`
				DurationMS float64       `json:"durationMs"`
				Transcript string        `json:"transcript"`
				Words      []genesysWord `json:"words"`
			} `json:"alternatives"`
		} `json:"transcripts"`
		Status *struct {
			Status  string `json:"status"`
			Message string `json:"message"`
		} `json:"status"`
	} `json:"eventBody"`
}

type genesysWord struct {
	Confidence float64 `json:"confidence"`
	OffsetMS   float64 `json:"offsetMs"`
	DurationMS float64 `json:"durationMs"`
	Word       string  `json:"word"`
}

// Genesys reads a transcription notification. EXTERNAL is the customer, INTERNAL
// the agent; another channel takes the role of src. Status and heartbeat
// notifications carry no words.
func Genesys(event []byte, src Source) ([]lexical.Message, error) {
	var e genesysEvent
	if err := decode(event, &e); err != nil {
		return nil, err
	}
	if s := e.EventBody.Status; s != nil && s.Status == "SESSION_ERROR" {
		return nil, fmt.Errorf("%w: %s", ErrVendor, s.Message)
	}
	var out []lexical.Message
	for _, t := range e.EventBody.Transcripts {
		if len(t.Alternatives) == 0 || t.Alternatives[0].Transcript == "" {
			continue
		}
		a := t.Alternatives[0]
		m := src.message(t.UtteranceID, t.IsFinal)
		m.Text, m.Role = a.Transcript, genesysRole(t.Channel, src.Role)
		if m.Language == "" {
			m.Language = t.Language
		}
		for _, w := range a.Words {
			lw, err := word(w.Word, w.OffsetMS, w.OffsetMS+w.DurationMS, w.Confidence, time.Millisecond)
			if err != nil {
				return nil, err
			}
			m.Words = append(m.Words, lw)
		}
		var err error
		if m.Span, err = span(a.OffsetMS, a.OffsetMS+a.DurationMS, time.Millisecond); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

func genesysRole(channel string, other attune.Role) attune.Role {
	switch channel {
	case "EXTERNAL":
		return attune.RoleCustomer
	case "INTERNAL":
		return attune.RoleAgent
	}
	return other
}
