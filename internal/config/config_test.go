package config

import (
	"reflect"
	"strings"
	"testing"
)

func TestExampleIsTheDefault(t *testing.T) {
	got, err := Parse(Example())
	if err != nil {
		t.Fatal(err)
	}
	if want := Default(); !reflect.DeepEqual(got, want) {
		t.Fatalf("example decodes to %+v, want the defaults %+v", got, want)
	}
}

// Every key must stand in the example with a comment on the line before it.
func TestEveryKeyIsDocumented(t *testing.T) {
	lines := strings.Split(string(example), "\n")
	for _, key := range keys(reflect.TypeOf(Config{})) {
		if !documented(lines, key) {
			t.Errorf("key %q has no comment in attune.yaml", key)
		}
	}
}

func keys(t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Type.Kind() == reflect.Struct {
			out = append(out, keys(f.Type)...)
			continue
		}
		out = append(out, f.Tag.Get("yaml"))
	}
	return out
}

func documented(lines []string, key string) bool {
	for i, l := range lines {
		if !strings.HasPrefix(strings.TrimSpace(l), key+":") {
			continue
		}
		for j := i - 1; j >= 0; j-- { // a comment may speak for two keys that stand together
			switch above := strings.TrimSpace(lines[j]); {
			case strings.HasPrefix(above, "#"):
				return true
			case above == "" || strings.HasSuffix(above, ":"):
				return false
			}
		}
	}
	return false
}

func TestParse(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		want     []string // all must stand in the error; none = no error
	}{
		{"empty", "", nil},
		{"comments only", "# nothing\n", nil},
		{"null section", "redis:\n", nil},
		{"one key", "tenant: acme\n", nil},
		{"unknown key", "http:\n  lissen: 127.0.0.1:1\n", []string{"lissen", "2"}},
		{"wrong type", "redis:\n  shards: many\n", []string{"shards", "2"}},
		{"bad value", "tenant: a\nredis:\n  shards: 0\n", []string{"line 3", "redis.shards", "1..1024"}},
		{"open without token", "http:\n  listen: 0.0.0.0:80\n", []string{"line 2", "token_file"}},
		{"bad prefix", "rtp:\n  allow_from: [10.0.0.0/99]\n", []string{"line 2", "10.0.0.0/99"}},
		{"two at once", "tenant: 'a:b'\nredis:\n  queue: 1\n", []string{"tenant", "redis.queue"}},
		{"not yaml", "tenant: [\n", []string{"1"}},
		{"bad zone", "policy:\n  zone: Mars/Base\n", []string{"line 2", "Mars/Base"}},
		{"recogniser", "recogniser:\n  url: ws://localhost:2700\n  roles: [CUSTOMER]\n", nil},
		{"recogniser by TLS", "recogniser:\n  url: wss://asr.example/v1\n", nil},
		{"recogniser on a trusted network", "recogniser:\n  url: ws://asr:2700\n  allow_unencrypted: true\n", nil},
		{"recogniser unencrypted", "recogniser:\n  url: ws://asr.example:2700\n", []string{"line 2", "wss://", "allow_unencrypted"}},
		{"recogniser not ws", "recogniser:\n  url: http://localhost:2700\n", []string{"line 2", "ws://127.0.0.1:2700"}},
		{"recogniser role", "recogniser:\n  roles: [NOBODY]\n", []string{"line 2", "NOBODY"}},
		{"recogniser queue", "recogniser:\n  queue: 1h\n", []string{"line 2", "recogniser.queue"}},
		{"tab", "http:\n\tlisten: x\n", []string{"2"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := Parse([]byte(tc.in))
			if (err != nil) != (tc.want != nil) {
				t.Fatalf("err = %v, want error: %v", err, tc.want != nil)
			}
			for _, w := range tc.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("error %q does not name %q", err, w)
				}
			}
		})
	}
}

func TestAPartKeepsTheOtherDefaults(t *testing.T) {
	c, err := Parse([]byte("redis:\n  shards: 16\n# end\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := Default().Redis; c.Redis.Shards != 16 || c.Redis.URL != want.URL || c.Redis.Retain != want.Retain {
		t.Fatalf("redis = %+v", c.Redis)
	}
}

func TestAllowed(t *testing.T) {
	got, err := RTP{AllowFrom: []string{"10.1.2.3", "192.168.0.0/16", "::1"}}.Allowed()
	if err != nil || len(got) != 3 || got[0].Bits() != 32 || got[2].Bits() != 128 {
		t.Fatalf("got %v, %v", got, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(example)
	f.Add([]byte("tenant: x\nrtp:\n  ports: 3\n"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Parse(b)
		if err == nil && (c.Tenant == "" || c.Redis.Shards < 1) {
			t.Fatalf("accepted a configuration that does not hold: %+v", c)
		}
	})
}
