package schema

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/attune-cx/attune/stream"
)

//go:embed types/*.json
var files embed.FS

// ErrInvalid is returned for an event that its schema does not allow.
var ErrInvalid = errors.New("schema: event does not follow its schema")

// Set is the compiled schemas. Safe for concurrent use.
type Set struct {
	envelope *jsonschema.Schema
	types    map[stream.Type]*jsonschema.Schema
}

// New compiles the schemas, formats asserted. It takes some milliseconds: make one
// and keep it.
func New() (*Set, error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	for _, name := range append([]string{"common", "envelope"}, typeNames()...) {
		if err := add(c, name); err != nil {
			return nil, err
		}
	}
	s := &Set{types: make(map[stream.Type]*jsonschema.Schema, len(stream.Types))}
	var err error
	if s.envelope, err = c.Compile(urn("envelope")); err != nil {
		return nil, fmt.Errorf("schema: envelope: %w", err)
	}
	for _, t := range stream.Types {
		if s.types[t], err = c.Compile(urn(string(t))); err != nil {
			return nil, fmt.Errorf("schema: %s: %w", t, err)
		}
	}
	return s, nil
}

// shared is compiled on first use and never changed: see [Validate].
var shared = sync.OnceValues(New)

// Validate is [Set.Validate] on a set that is compiled once.
func Validate(t stream.Type, body []byte) error {
	s, err := shared()
	if err != nil {
		return err
	}
	return s.Validate(t, body)
}

// ValidateEvent is [Set.ValidateEvent] on a set that is compiled once.
func ValidateEvent(event []byte) error {
	s, err := shared()
	if err != nil {
		return err
	}
	return s.ValidateEvent(event)
}

func add(c *jsonschema.Compiler, name string) error {
	text, err := files.ReadFile("types/" + name + ".json")
	if err != nil {
		return fmt.Errorf("schema: %s: %w", name, err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("schema: %s: %w", name, err)
	}
	return c.AddResource(urn(name), doc)
}

func urn(name string) string {
	return "urn:attune:schema:" + name + ":" + strconv.Itoa(stream.SchemaVersion)
}

func typeNames() []string {
	names := make([]string, len(stream.Types))
	for i, t := range stream.Types {
		names[i] = string(t)
	}
	return names
}

// Text returns the schema document of a type, or of "envelope" and "common".
func Text(name string) ([]byte, error) { return files.ReadFile("types/" + name + ".json") }

// Validate checks the body of an event, the member data, against the schema of t.
// The error wraps [ErrInvalid] and names every field at fault.
func (s *Set) Validate(t stream.Type, body []byte) error {
	sch, ok := s.types[t]
	if !ok {
		return fmt.Errorf("%w: there is no schema of type %q", ErrInvalid, t)
	}
	return check(sch, string(t), body)
}

// ValidateEvent checks a whole event: the envelope, that its parts agree with one
// another, and the body.
func (s *Set) ValidateEvent(event []byte) error {
	if err := check(s.envelope, "envelope", event); err != nil {
		return err
	}
	var env struct {
		ID, Subject, DataSchema string
		Type                    stream.Type
		Data                    json.RawMessage
	}
	if err := json.Unmarshal(event, &env); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if env.DataSchema != urn(string(env.Type)) {
		return fmt.Errorf("%w: dataschema %q is not that of type %q", ErrInvalid, env.DataSchema, env.Type)
	}
	if err := s.Validate(env.Type, env.Data); err != nil {
		return err
	}
	return agree(env.ID, env.Subject, env.Data)
}

// agree checks that the id says what the body says.
func agree(id, subject string, data []byte) error {
	var body struct {
		Interaction string `json:"interaction_id"`
		Seq         uint64 `json:"seq"`
		Epoch       uint64 `json:"epoch"`
	}
	if err := json.Unmarshal(data, &body); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	want := fmt.Sprintf("%s/%d/%d", body.Interaction, body.Epoch, body.Seq)
	if id != want || subject != body.Interaction {
		return fmt.Errorf("%w: id %q and subject %q do not belong to a body with id %q", ErrInvalid, id, subject, want)
	}
	return nil
}

func check(sch *jsonschema.Schema, name string, text []byte) error {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("%w: %s is not JSON: %w", ErrInvalid, name, err)
	}
	if err := sch.Validate(doc); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return nil
}
