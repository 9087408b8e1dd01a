package stream_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/attune-cx/attune/stream"
	"github.com/attune-cx/attune/stream/schema"
	"github.com/attune-cx/attune/stream/streamtest"
)

var update = flag.Bool("update", false, "rewrite the examples in docs/events.md")

const docsDir = "../docs"

// example is a place for an event in the page, with what stands there now.
var example = regexp.MustCompile("(?s)<!-- example (attune\\.[a-z.]+) -->\n(```json\n.*?\n```\n)?")

// exampleOf is the first sample of a type, as it would be published.
func exampleOf(t *testing.T, typ stream.Type) []byte {
	t.Helper()
	for i, e := range streamtest.Samples(streamtest.Interaction("call-1")) {
		if e.Type != typ {
			continue
		}
		stamp := stream.Stamp{Seq: uint64(i) + 1, Epoch: 1}
		if e.Newest > 0 {
			stamp.Published = e.Newest + 7300*time.Microsecond
		}
		text, err := stream.Encode(e, stamp)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.ValidateEvent(text); err != nil {
			t.Fatal(err)
		}
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, text, "", "  "); err != nil {
			t.Fatal(err)
		}
		return pretty.Bytes()
	}
	t.Fatalf("no sample of type %s", typ)
	return nil
}

func TestEventsPageShowsRealEvents(t *testing.T) {
	path := filepath.Join(docsDir, "events.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[stream.Type]bool{}
	want := example.ReplaceAllFunc(page, func(place []byte) []byte {
		typ := stream.Type(example.FindSubmatch(place)[1])
		shown[typ] = true
		return fmt.Appendf(nil, "<!-- example %s -->\n```json\n%s\n```\n", typ, exampleOf(t, typ))
	})
	for _, typ := range stream.Types {
		if !shown[typ] {
			t.Errorf("docs/events.md shows no example of %s", typ)
		}
	}
	if bytes.Equal(page, want) {
		return
	}
	if !*update {
		t.Fatal("the examples in docs/events.md are not what is published; run go test ./stream -update")
	}
	if err := os.WriteFile(path, want, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestEventsPageNamesEveryField(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(docsDir, "events.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"common", "envelope"} {
		text, _ := schema.Text(name)
		var doc struct {
			Required []string
			Defs     map[string]struct{ Required []string } `json:"$defs"`
		}
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		for _, field := range append(doc.Required, doc.Defs["body"].Required...) {
			if !bytes.Contains(page, []byte("`"+field+"`")) && !bytes.Contains(page, []byte("`"+field+".")) {
				t.Errorf("docs/events.md does not explain %s", field)
			}
		}
	}
}

// The AsyncAPI page must name every type, and every file that it points to must be there.
func TestAsyncAPINamesEveryType(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(docsDir, "asyncapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		AsyncAPI string `yaml:"asyncapi"`
		Channels map[string]struct {
			Address  string                       `yaml:"address"`
			Messages map[string]map[string]string `yaml:"messages"`
		} `yaml:"channels"`
		Components struct {
			Messages map[string]struct {
				Name string `yaml:"name"`
			} `yaml:"messages"`
		} `yaml:"components"`
	}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.AsyncAPI != "3.0.0" {
		t.Errorf("asyncapi %q", doc.AsyncAPI)
	}
	k, _ := stream.NewKeys("TENANT", 1)
	for name, want := range map[string]string{"events": k.Events(0), "hints": k.Hints(0), "text": k.Text(0), "interaction": k.Interaction("ID")} {
		address := strings.NewReplacer("{tenant}", "TENANT", "{shard}", "0", "{interaction}", "ID").Replace(doc.Channels[name].Address)
		if address != want {
			t.Errorf("channel %s has the address %q, the key is %q", name, address, want)
		}
	}
	inEvents := map[string]bool{}
	for _, ref := range doc.Channels["events"].Messages {
		_, name, _ := strings.Cut(ref["$ref"], "#/components/messages/")
		inEvents[doc.Components.Messages[name].Name] = true
	}
	for _, typ := range stream.Types {
		if !inEvents[string(typ)] {
			t.Errorf("channel events does not carry %s", typ)
		}
	}
	for _, m := range regexp.MustCompile(`\$ref: (\.\./\S+)`).FindAllSubmatch(text, -1) {
		if _, err := os.Stat(filepath.Join(docsDir, string(m[1]))); err != nil {
			t.Error(err)
		}
	}
}
