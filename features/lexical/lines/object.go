package lines

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/attune-cx/attune"
	"github.com/attune-cx/attune/features/lexical"
)

// object is a line of JSON. Unknown keys are passed over.
type object struct {
	ID       json.RawMessage `json:"id"`
	Text     *string         `json:"text"`
	Role     string          `json:"role"`
	Channel  string          `json:"channel"`
	Language string          `json:"language"`
	At       string          `json:"at"` // RFC 3339
	Context  []string        `json:"context"`
}

func (r *runner) object(m *lexical.Message, line []byte) error {
	var o object
	err := json.Unmarshal(line, &o)
	if id := idOf(o.ID); id != "" {
		m.ID = id
	}
	if err != nil {
		return fmt.Errorf("line %d: %w", r.n, explained(err))
	}
	if o.Text == nil {
		return fmt.Errorf("line %d: no \"text\"", r.n)
	}
	m.Text, m.Language, m.Context = *o.Text, o.Language, o.Context
	if err := o.fill(m); err != nil {
		return fmt.Errorf("line %d: %w", r.n, err)
	}
	return nil
}

func (o *object) fill(m *lexical.Message) (err error) {
	if o.Role != "" {
		if m.Role, err = attune.ParseRole(o.Role); err != nil {
			return err
		}
	}
	if o.Channel != "" {
		if m.Channel, err = attune.ParseChannel(o.Channel); err != nil {
			return err
		}
	}
	if o.At != "" {
		if m.At, err = time.Parse(time.RFC3339, o.At); err != nil {
			return fmt.Errorf("\"at\" %q is no RFC 3339 time, as 2026-03-04T15:30:00+01:00", o.At)
		}
	}
	return nil
}

// idOf takes a string or a number as an id.
func idOf(raw json.RawMessage) string {
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	return ""
}

// explained says in plain words what is wrong with a line of JSON.
func explained(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("broken JSON at byte %d: %w", syntax.Offset, err)
	case errors.As(err, &kind):
		return fmt.Errorf("%q must be a %s, not a %s", kind.Field, kind.Type, kind.Value)
	}
	return err
}
