package api

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/stream"
)

type interactionAnswer struct {
	ID          string            `json:"id"`
	ExternalIDs map[string]string `json:"external_ids,omitempty"`
	Queue       string            `json:"queue,omitempty"`
	Purpose     string            `json:"purpose"`
	BeganAt     string            `json:"began_at"`
	Created     bool              `json:"created,omitempty"`
}

func answer(it *attune.Interaction, created bool) interactionAnswer {
	return interactionAnswer{ID: it.ID, ExternalIDs: it.ExternalIDs, Queue: it.Queue, Purpose: string(it.Purpose),
		BeganAt: it.Began.UTC().Format("2006-01-02T15:04:05.000Z07:00"), Created: created}
}

func (s *server) createInteraction(w http.ResponseWriter, r *http.Request) (int, any, error) {
	var b interactionBody
	if err := decode(r, &b); err != nil {
		return 0, nil, err
	}
	people, err := b.people()
	if err != nil {
		return 0, nil, err
	}
	it, created, err := s.Engine.Create(r.Context(), b.interaction())
	if err != nil {
		return 0, nil, err
	}
	if !created {
		return http.StatusOK, answer(it, false), nil
	}
	for _, p := range people {
		if _, err := s.Engine.Join(r.Context(), it.ID, p.who, p.channel, p.consent, p.words); err != nil {
			return 0, nil, err
		}
	}
	w.Header().Set("Location", "/v1/interactions/"+it.ID)
	return http.StatusCreated, answer(it, true), nil
}

// joiner is a participant as a body names it, checked.
type joiner struct {
	who     attune.Participant
	channel attune.Channel
	consent attune.Consent
	words   bool
}

func (b *interactionBody) people() ([]joiner, error) {
	out := make([]joiner, 0, len(b.Participants))
	for i := range b.Participants {
		j, err := b.Participants[i].joiner()
		if err != nil {
			return nil, badf("participants[%d]: %v", i, err)
		}
		out = append(out, j)
	}
	return out, nil
}

func (b *participantBody) joiner() (joiner, error) {
	role, err := attune.ParseRole(b.Role)
	if err != nil {
		return joiner{}, badf("role: %v", err)
	}
	ch, err := channel(b.Channel, attune.ChannelChat)
	if err != nil {
		return joiner{}, err
	}
	return joiner{attune.Participant{ID: b.ID, Role: role}, ch, b.Consent.consent(), b.Words}, nil
}

func (s *server) join(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	var b participantBody
	if err := decode(r, &b); err != nil {
		return 0, nil, err
	}
	j, err := b.joiner()
	if err != nil {
		return 0, nil, err
	}
	id, err := s.Engine.Join(r.Context(), r.PathValue("ref"), j.who, j.channel, j.consent, j.words)
	return http.StatusOK, map[string]string{"participant_id": id}, err
}

// findInteraction looks up by ?external_id=.
func (s *server) findInteraction(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	ref := r.URL.Query().Get("external_id")
	if ref == "" {
		return 0, nil, badf("give ?external_id=<id>")
	}
	it, err := s.Engine.Lookup(ref)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, answer(it, false), nil
}

type snapshotAnswer struct {
	interactionAnswer
	Participants []json.RawMessage `json:"participants"`
}

func (s *server) snapshot(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	it, err := s.Engine.Lookup(r.PathValue("ref"))
	if err != nil {
		return 0, nil, err
	}
	events, err := s.Engine.Snapshot(r.Context(), it.ID)
	if err != nil {
		return 0, nil, err
	}
	out := snapshotAnswer{answer(it, false), []json.RawMessage{}}
	stamp := s.Events.stamp(r.Context(), it.ID)
	for _, e := range events {
		b, err := stream.Encode(e, stamp)
		if err != nil {
			return 0, nil, err
		}
		var envelope struct {
			Data json.RawMessage `json:"data"`
		}
		if err := json.Unmarshal(b, &envelope); err != nil {
			return 0, nil, err
		}
		out.Participants = append(out.Participants, envelope.Data)
	}
	return http.StatusOK, out, nil
}

type addressBody struct {
	Address string `json:"address"`
	Port    uint16 `json:"port"`
}

type legAnswer struct {
	ID            string       `json:"id"`
	ParticipantID string       `json:"participant_id"`
	RTP           *addressBody `json:"rtp,omitempty"`
	WHIP          string       `json:"whip_url,omitempty"`
	Created       bool         `json:"created"`
}

func (s *server) createLeg(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	var b legBody
	if err := decode(r, &b); err != nil {
		return 0, nil, err
	}
	spec, err := b.spec()
	if err != nil {
		return 0, nil, err
	}
	if b.Media == "whip" && s.WHIP == nil {
		return 0, nil, &badRequest{http.StatusNotImplemented, "whip.enabled is false in the configuration"}
	}
	it, err := s.Engine.Lookup(r.PathValue("ref"))
	if err != nil {
		return 0, nil, err
	}
	info, created, err := s.Engine.AddLeg(r.Context(), it.ID, spec)
	if err != nil {
		return 0, nil, err
	}
	out := legAnswer{ID: info.ID, ParticipantID: info.ParticipantID, Created: created}
	if info.RTP.IsValid() {
		out.RTP = &addressBody{cmp.Or(s.Advertise, info.RTP.Addr().String()), info.RTP.Port()}
	} else {
		out.WHIP = s.WHIPURL + "?" + url.Values{"interaction": {it.ID}, "leg": {info.ID}}.Encode()
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return status, out, nil
}

func (s *server) removeLeg(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	return http.StatusNoContent, nil, s.Engine.RemoveLeg(r.Context(), r.PathValue("ref"), r.PathValue("leg"))
}

func (s *server) consent(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	var b struct {
		ParticipantID string      `json:"participant_id"`
		Role          string      `json:"role"`
		Consent       consentBody `json:"consent"`
	}
	if err := decode(r, &b); err != nil {
		return 0, nil, err
	}
	var role attune.Role
	if b.Role != "" {
		var err error
		if role, err = attune.ParseRole(b.Role); err != nil {
			return 0, nil, badf("role: %v", err)
		}
	}
	return http.StatusNoContent, nil, s.Engine.Consent(r.Context(), r.PathValue("ref"), b.ParticipantID, role, b.Consent.consent())
}

func (s *server) pause(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	b := struct {
		Cause string `json:"cause"`
	}{Cause: string(stream.GapPause)}
	if r.ContentLength != 0 {
		if err := decode(r, &b); err != nil {
			return 0, nil, err
		}
	}
	return http.StatusNoContent, nil, s.Engine.Pause(r.Context(), r.PathValue("ref"), stream.GapCause(b.Cause))
}

func (s *server) resume(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	return http.StatusNoContent, nil, s.Engine.Resume(r.Context(), r.PathValue("ref"))
}

func (s *server) end(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	return http.StatusNoContent, nil, s.Engine.End(r.Context(), r.PathValue("ref"))
}

// erase ends the interaction if it still runs and removes what is kept of it.
func (s *server) erase(_ http.ResponseWriter, r *http.Request) (int, any, error) {
	if s.Eraser == nil {
		return 0, nil, &badRequest{http.StatusNotImplemented, "erasing is not available with this Redis"}
	}
	id := r.PathValue("ref")
	if it, err := s.Engine.Lookup(id); err == nil {
		id = it.ID
		if err := s.Engine.End(r.Context(), id); err != nil {
			return 0, nil, err
		}
	}
	n, err := s.Eraser.Erase(r.Context(), id)
	return http.StatusOK, map[string]any{"id": id, "erased_entries": n}, err
}
