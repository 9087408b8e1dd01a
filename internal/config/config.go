package config

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
)

//go:embed attune.yaml
var example []byte

// Example returns attune.yaml with every key, its meaning and its default.
func Example() []byte { return bytes.Clone(example) }

// Config is what `attune serve -c attune.yaml` reads. The meaning of each key
// stands in the example file.
type Config struct {
	Tenant     string     `yaml:"tenant"`
	HTTP       HTTP       `yaml:"http"`
	Metrics    Metrics    `yaml:"metrics"`
	Redis      Redis      `yaml:"redis"`
	RTP        RTP        `yaml:"rtp"`
	WHIP       WHIP       `yaml:"whip"`
	Recogniser Recogniser `yaml:"recogniser"`
	Engine     Engine     `yaml:"engine"`
	Overlay    Overlay    `yaml:"overlay"`
	Policy     Policy     `yaml:"policy"`
	Words      Words      `yaml:"words"`
}

// HTTP is the API's listener.
type HTTP struct {
	Listen       string   `yaml:"listen"`
	TokenFile    string   `yaml:"token_file"`
	MaxBodyBytes int64    `yaml:"max_body_bytes"`
	AllowOrigins []string `yaml:"allow_origins"`
}

// Metrics is the listener of /metrics, apart from the API.
type Metrics struct {
	Listen string `yaml:"listen"`
}

// Redis is where events go and text comes from.
type Redis struct {
	URL             string        `yaml:"url"`
	Embedded        bool          `yaml:"embedded"`
	Shards          int           `yaml:"shards"`
	Retain          time.Duration `yaml:"retain"`
	StateTTL        time.Duration `yaml:"state_ttl"`
	Queue           int           `yaml:"queue"`
	TextInput       bool          `yaml:"text_input"`
	AcceptUnchecked bool          `yaml:"accept_unchecked"`
}

// RTP is plain RTP over UDP.
type RTP struct {
	AllowPlain   bool          `yaml:"allow_plain"`
	AllowFrom    []string      `yaml:"allow_from"`
	Listen       string        `yaml:"listen"`
	Advertise    string        `yaml:"advertise"`
	FirstPort    int           `yaml:"first_port"`
	Ports        int           `yaml:"ports"`
	ReceiveBytes int           `yaml:"receive_bytes"`
	HoleWait     time.Duration `yaml:"hole_wait"`
}

// WHIP is WebRTC ingest (RFC 9725).
type WHIP struct {
	Enabled       bool   `yaml:"enabled"`
	UDPListen     string `yaml:"udp_listen"`
	MaxSessions   int    `yaml:"max_sessions"`
	AllowLoopback bool   `yaml:"allow_loopback"`
}

// Recogniser is the server that turns legs' sound into words.
type Recogniser struct {
	URL              string        `yaml:"url"`
	Roles            []string      `yaml:"roles"`
	Queue            time.Duration `yaml:"queue"`
	AllowUnencrypted bool          `yaml:"allow_unencrypted"`
}

// Engine is the pipeline.
type Engine struct {
	Shards          int           `yaml:"shards"`
	MaxInteractions int           `yaml:"max_interactions"`
	IdleTimeout     time.Duration `yaml:"idle_timeout"`
}

// Overlay is the page beside the call.
type Overlay struct {
	FrameAncestors []string `yaml:"frame_ancestors"`
}

// Policy says what may be analysed.
type Policy struct {
	AgentTiming bool   `yaml:"agent_timing"`
	Zone        string `yaml:"zone"`
}

// Words says how text is read.
type Words struct {
	Packs string `yaml:"packs"` // directory of further language packs, "" = none
}

// Default is the configuration of an empty file.
func Default() Config {
	var c Config
	if err := decode(example, &c); err != nil {
		panic("config: the embedded example does not decode: " + err.Error())
	}
	return c
}

// Load reads the file at path over the defaults. Its errors name the line.
func Load(path string) (Config, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("config: %w", err)
	}
	c, err := Parse(b)
	if err != nil {
		return Config{}, fmt.Errorf("config: %s: %w", path, err)
	}
	return c, nil
}

// Parse reads YAML over the defaults and checks every value.
func Parse(b []byte) (Config, error) {
	c := Default()
	if err := decode(b, &c); err != nil {
		return Config{}, errors.New(yaml.FormatError(err, false, true))
	}
	if err := c.check(b); err != nil {
		return Config{}, err
	}
	return c, nil
}

// decode leaves what b does not set as it is in c.
func decode(b []byte, c *Config) error {
	file, err := parser.ParseBytes(b, 0)
	if err != nil {
		return err
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil { // nothing but comments
		return nil
	}
	err = yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(c)
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
