package api

import (
	"net/http"
	"strings"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/internal/incoming"
	"github.com/attune-cx/attune/internal/pipeline"
)

type textAnswer struct {
	ID            string        `json:"id"`
	ParticipantID string        `json:"participant_id"`
	Duplicate     bool          `json:"duplicate"`
	Analysed      bool          `json:"analysed"`
	Reason        attune.Reason `json:"reason,omitempty"`
}

func (s *server) message(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	return s.take(r, new(incoming.Message))
}

// transcript takes Attune's own form, or with ?format= the event of another
// recogniser as it came.
func (s *server) transcript(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	if r.URL.Query().Has("format") {
		return s.takeEvent(r)
	}
	return s.take(r, new(incoming.Transcript))
}

// take reads a body that holds a text and says it.
func (s *server) take(r *http.Request, b interface{ Read() (pipeline.Text, error) }) (int, any, error) {
	if err := decode(r, b); err != nil {
		return 0, nil, err
	}
	t, err := b.Read()
	if err != nil {
		return 0, nil, err
	}
	a, err := s.say(r, t)
	if err != nil {
		return 0, nil, err
	}
	if a.Duplicate {
		return http.StatusOK, a, nil
	}
	return http.StatusAccepted, a, nil
}

type eventAnswer struct {
	Texts []textAnswer `json:"texts"` // one for each utterance in the event
}

func (s *server) takeEvent(r *http.Request) (int, any, error) {
	body, err := readBody(r)
	if err != nil {
		return 0, nil, err
	}
	q := r.URL.Query()
	e := incoming.Event{Format: q.Get("format"), LegID: q.Get("leg_id"), Role: q.Get("role"), Participant: q.Get("participant_id"), Language: q.Get("language")}
	if roles := q.Get("channels"); roles != "" {
		e.Channels = strings.Split(roles, ",")
	}
	texts, err := e.Read(body)
	if err != nil {
		return 0, nil, err
	}
	out := eventAnswer{Texts: []textAnswer{}}
	for _, t := range texts {
		a, err := s.say(r, t)
		if err != nil {
			return 0, nil, err
		}
		out.Texts = append(out.Texts, a)
	}
	return http.StatusAccepted, out, nil
}

func (s *server) say(r *http.Request, t pipeline.Text) (textAnswer, error) {
	res, err := s.Engine.Say(r.Context(), r.PathValue("ref"), t)
	if err != nil {
		return textAnswer{}, err
	}
	return textAnswer{res.ID, res.ParticipantID, res.Duplicate, !res.Duplicate && res.Reason == "", res.Reason}, nil
}
