package schema_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/schema"
	"github.com/attune-cx/attune/stream/streamtest"
)

func TestEverySampleIsValid(t *testing.T) {
	seen := map[stream.Type]bool{}
	for i, e := range streamtest.Samples(streamtest.Interaction("c-1")) {
		text, err := stream.Encode(e, stream.Stamp{Seq: uint64(i) + 1, Epoch: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.ValidateEvent(text); err != nil {
			t.Errorf("%s: %v\n%s", e.Type, err, text)
		}
		seen[e.Type] = true
	}
	for _, typ := range stream.Types {
		if !seen[typ] {
			t.Errorf("no sample of type %s", typ)
		}
	}
}

// Each mutation breaks one promise of the contract; a schema that lets it pass
// promises nothing.
func TestBrokenEventsAreRefused(t *testing.T) {
	type object = map[string]any
	body := func(o object) object { return o["data"].(object) }
	stress := func(o object) object { return body(o)["scores"].(object)["stress"].(object) }
	cases := map[string]func(object){
		"no specversion":         func(o object) { delete(o, "specversion") },
		"id of another":          func(o object) { o["id"] = "other/1/2" },
		"seq zero":               func(o object) { body(o)["seq"] = 0 },
		"queue left out":         func(o object) { delete(body(o), "queue") },
		"unknown role":           func(o object) { body(o)["participant_role"] = "MANAGER" },
		"score above one":        func(o object) { stress(o)["value"] = 1.2 },
		"negative stress":        func(o object) { stress(o)["value"] = -.2 },
		"ok without value":       func(o object) { stress(o)["value"] = nil },
		"value with no data":     func(o object) { stress(o)["state"] = "no_data" },
		"confidence left out":    func(o object) { delete(stress(o), "confidence") },
		"score name left out":    func(o object) { delete(body(o)["scores"].(object), "escalation") },
		"time not RFC 3339":      func(o object) { o["time"] = "yesterday" },
		"valid_until not a time": func(o object) { body(o)["valid_until"] = "soon" },
		"type of another":        func(o object) { o["type"] = "attune.cue.opened" },
		"unknown type":           func(o object) { o["type"], o["dataschema"] = "attune.lie", "urn:attune:schema:attune.lie:1" },
		"evidence not signed":    func(o object) { delete(body(o)["evidence"].([]any)[0].(object), "weight") },
	}
	it := streamtest.Interaction("c-1")
	text, err := stream.Encode(streamtest.Samples(it)[1], stream.Stamp{Seq: 2, Epoch: 1})
	if err != nil {
		t.Fatal(err)
	}
	for name, breakIt := range cases {
		var o object
		if err := json.Unmarshal(text, &o); err != nil {
			t.Fatal(err)
		}
		breakIt(o)
		broken, _ := json.Marshal(o)
		if err := schema.ValidateEvent(broken); !errors.Is(err, schema.ErrInvalid) {
			t.Errorf("%s: accepted, error %v", name, err)
		}
	}
}

func TestUnknownFieldsAreAllowed(t *testing.T) {
	text, _ := stream.Encode(streamtest.Samples(streamtest.Interaction("c-1"))[0], stream.Stamp{Seq: 1, Epoch: 1})
	later := strings.Replace(string(text), `"data":{`, `"data":{"added_later":[1],`, 1)
	if err := schema.ValidateEvent([]byte(later)); err != nil {
		t.Error(err)
	}
}

func TestErrorsNameTheField(t *testing.T) {
	err := schema.Validate(stream.Gap, []byte(`{"cause":"nap"}`))
	if err == nil || !strings.Contains(err.Error(), "cause") {
		t.Errorf("error %v does not name the field", err)
	}
	if err := schema.ValidateEvent([]byte(`{`)); !errors.Is(err, schema.ErrInvalid) {
		t.Errorf("broken JSON gave %v", err)
	}
}

func TestTextHoldsEverySchema(t *testing.T) {
	for _, typ := range stream.Types {
		text, err := schema.Text(string(typ))
		if err != nil || !json.Valid(text) {
			t.Errorf("%s: %v", typ, err)
		}
	}
}
