package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/internal/pipeline"
)

// decode reads one JSON value of a body whose size the server has bounded.
// Unknown fields are refused: a misspelt consent must not pass for a denial
// that nobody sees.
func decode(r *http.Request, into any) error {
	if enc := r.Header.Get("Content-Encoding"); enc != "" && enc != "identity" {
		return &badRequest{http.StatusUnsupportedMediaType, fmt.Sprintf("Content-Encoding %q is not taken: send the body as it is", enc)}
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return bodyError(err)
	}
	if at := invalidUTF8(b); at >= 0 { // encoding/json would put U+FFFD in its place
		return badf("the body is not valid UTF-8 at byte %d: send UTF-8", at)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return bodyError(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return badf("the body has more than one JSON value")
	}
	return nil
}

// invalidUTF8 is where b stops being UTF-8, -1 if it does not.
func invalidUTF8(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func bodyError(err error) error {
	var large *http.MaxBytesError
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &large):
		return &badRequest{http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes (http.max_body_bytes): send it in parts", large.Limit)}
	case errors.As(err, &syntax):
		return badf("the body is not JSON: %v at byte %d", err, syntax.Offset)
	case errors.As(err, &kind):
		return badf("field %q: want %s, got %s", kind.Field, kind.Type, kind.Value)
	case errors.Is(err, io.EOF):
		return badf("the body is empty: send a JSON object")
	}
	return badf("the body does not fit: %s: see /openapi.yaml for the fields", strings.TrimPrefix(err.Error(), "json: "))
}

type consentBody struct {
	AnalyseVoice bool   `json:"analyse_voice"`
	AnalyseText  bool   `json:"analyse_text"`
	Retain       bool   `json:"retain"`
	Basis        string `json:"basis"`
}

func (c consentBody) consent() attune.Consent { return attune.Consent(c) }

type factsBody struct {
	Name    string            `json:"name"`
	History []string          `json:"history"`
	Slots   map[string]string `json:"slots"`
}

type participantBody struct {
	ID      string      `json:"id"`
	Role    string      `json:"role"`
	Channel string      `json:"channel"`
	Words   bool        `json:"words"`
	Consent consentBody `json:"consent"`
}

type interactionBody struct {
	ID           string            `json:"id"`
	ExternalIDs  map[string]string `json:"external_ids"`
	Queue        string            `json:"queue"`
	Purpose      string            `json:"purpose"`
	CustomerKey  string            `json:"customer_key"`
	QueueWaitMS  int64             `json:"queue_wait_ms"`
	Language     string            `json:"language"`
	CRM          factsBody         `json:"crm"`
	Participants []participantBody `json:"participants"`
}

func (b *interactionBody) interaction() attune.Interaction {
	return attune.Interaction{
		ID: b.ID, ExternalIDs: b.ExternalIDs, Queue: b.Queue, Purpose: attune.Purpose(b.Purpose),
		CustomerKey: b.CustomerKey, QueueWait: time.Duration(b.QueueWaitMS) * time.Millisecond, Language: b.Language,
		Facts: attune.Facts{CustomerName: b.CRM.Name, History: b.CRM.History, Slots: b.CRM.Slots},
	}
}

type legBody struct {
	ID          string            `json:"id"`
	Participant participantBody   `json:"participant"`
	Channel     string            `json:"channel"`
	Media       string            `json:"media"`
	Rate        int               `json:"rate"`
	Payloads    map[string]string `json:"payloads"`
	SSRC        uint32            `json:"ssrc"`
	Remote      string            `json:"remote"`
	Consent     consentBody       `json:"consent"`
}

func (b *legBody) spec() (pipeline.LegSpec, error) {
	s := pipeline.LegSpec{ID: b.ID, Rate: b.Rate, SSRC: b.SSRC, Consent: b.Consent.consent()}
	role, err := attune.ParseRole(b.Participant.Role)
	if err != nil {
		return s, badf("participant.role: %v", err)
	}
	s.Participant = attune.Participant{ID: b.Participant.ID, Role: role}
	if s.Channel, err = channel(b.Channel, attune.ChannelVoice); err != nil {
		return s, err
	}
	switch b.Media {
	case "rtp", "":
		s.RTP = true
	case "whip":
	default:
		return s, badf("media %q: use rtp or whip", b.Media)
	}
	if b.Remote != "" {
		if s.Remote, err = netip.ParseAddrPort(b.Remote); err != nil {
			return s, badf("remote: %v: use address:port", err)
		}
	}
	s.Payloads, err = payloads(b.Payloads)
	return s, err
}

func payloads(in map[string]string) (map[uint8]string, error) {
	out := make(map[uint8]string, len(in))
	for k, v := range in {
		pt, err := strconv.ParseUint(k, 10, 7)
		if err != nil {
			return nil, badf("payloads: %q is not a payload type of 0..127", k)
		}
		out[uint8(pt)] = v
	}
	return out, nil
}

func channel(s string, otherwise attune.Channel) (attune.Channel, error) {
	if s == "" {
		return otherwise, nil
	}
	c, err := attune.ParseChannel(s)
	if err != nil {
		return "", badf("channel: %v", err)
	}
	return c, nil
}

type messageBody struct {
	ID            string `json:"id"`
	Role          string `json:"role"`
	ParticipantID string `json:"participant_id"`
	Channel       string `json:"channel"`
	Text          string `json:"text"`
	OffsetMS      *int64 `json:"offset_ms"`
	Language      string `json:"language"`
}

func (b *messageBody) text() (pipeline.Text, error) {
	role, err := attune.ParseRole(b.Role)
	if err != nil {
		return pipeline.Text{}, badf("role: %v", err)
	}
	ch, err := channel(b.Channel, attune.ChannelChat)
	if err != nil {
		return pipeline.Text{}, err
	}
	t := pipeline.Text{ID: b.ID, Role: role, Speaker: b.ParticipantID, Channel: ch, Text: b.Text, Language: b.Language}
	if b.OffsetMS != nil {
		t.Timed, t.Begin = true, time.Duration(*b.OffsetMS)*time.Millisecond
		t.End = t.Begin
	}
	return t, nil
}

type wordBody struct {
	Text       string   `json:"text"`
	BeginMS    int64    `json:"begin_offset_ms"`
	EndMS      int64    `json:"end_offset_ms"`
	Confidence *float64 `json:"confidence"`
}

type transcriptBody struct {
	ID            string     `json:"utterance_id"`
	LegID         string     `json:"leg_id"`
	Role          string     `json:"role"`
	ParticipantID string     `json:"participant_id"`
	Text          string     `json:"text"`
	BeginMS       *int64     `json:"begin_offset_ms"`
	EndMS         *int64     `json:"end_offset_ms"`
	Final         *bool      `json:"final"`
	Language      string     `json:"language"`
	Words         []wordBody `json:"words"`
}

func (b *transcriptBody) text() (pipeline.Text, error) {
	role, err := attune.ParseRole(b.Role)
	if err != nil {
		return pipeline.Text{}, badf("role: %v", err)
	}
	if (b.BeginMS == nil) != (b.EndMS == nil) {
		return pipeline.Text{}, badf("give both begin_offset_ms and end_offset_ms, or neither")
	}
	t := pipeline.Text{
		ID: b.ID, LegID: b.LegID, Role: role, Speaker: b.ParticipantID, Channel: attune.ChannelVoice,
		Text: b.Text, Language: b.Language, Transcript: true, Interim: b.Final != nil && !*b.Final,
	}
	if b.BeginMS != nil {
		t.Timed = true
		t.Begin, t.End = time.Duration(*b.BeginMS)*time.Millisecond, time.Duration(*b.EndMS)*time.Millisecond
	}
	for _, w := range b.Words {
		word := lexical.Word{Text: w.Text, Confidence: 1,
			Span: attune.Span{Begin: time.Duration(w.BeginMS) * time.Millisecond, End: time.Duration(w.EndMS) * time.Millisecond}}
		if w.Confidence != nil {
			word.Confidence = min(max(*w.Confidence, 0), 1)
		}
		t.Words = append(t.Words, word)
	}
	return t, nil
}
