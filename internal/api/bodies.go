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
	"github.com/attune-cx/attune/internal/pipeline"
)

// readBody reads a body whose size the server has bounded.
func readBody(r *http.Request) ([]byte, error) {
	if enc := r.Header.Get("Content-Encoding"); enc != "" && enc != "identity" {
		return nil, &badRequest{http.StatusUnsupportedMediaType, fmt.Sprintf("Content-Encoding %q is not taken: send the body as it is", enc)}
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, bodyError(err)
	}
	if at := invalidUTF8(b); at >= 0 { // encoding/json would put U+FFFD in its place
		return nil, badf("the body is not valid UTF-8 at byte %d: send UTF-8", at)
	}
	return b, nil
}

// decode reads the one JSON value of a body. Unknown fields are refused: a misspelt
// consent must not pass for a denial that nobody sees.
func decode(r *http.Request, into any) error {
	b, err := readBody(r)
	if err != nil {
		return err
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
