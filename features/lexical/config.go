package lexical

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/attune-cx/attune/features/lexical/due"
	"github.com/attune-cx/attune/features/lexical/language"
	"github.com/attune-cx/attune/features/lexical/packs"
)

// Errors of [New] and [Analyzer.Read].
var (
	ErrConfig   = errors.New("lexical: config")
	ErrTooLong  = errors.New("lexical: text too long")
	ErrEncoding = errors.New("lexical: text is not valid UTF-8")
)

// The defaults of [Config].
const (
	DefaultMaxBytes = 1 << 20
	DefaultLanguage = "en"
	DefaultExplain  = 6
)

// Config of an [Analyzer]. The zero value means the written defaults.
type Config struct {
	Model    Model     // reads English; nil = the embedded one
	Packs    fs.FS     // folders of further language packs; nil = only the built-in ones. One of the same language replaces the built-in
	Language string    // taken for texts too short to tell, when the message names none; "" = en
	MaxBytes int       // longest text; 0 = 1 MiB. Longer ones are refused with ErrTooLong
	MaxWords int       // words read for acts and markers; 0 = 4000. More set Reading.Truncated
	Explain  int       // places whose leaving-out is measured for evidence of a final text; 0 = 6, negative = none
	Zone     string    // IANA name of the zone that "by Friday" is meant in; "" = the zone of Message.At
	Hours    due.Hours // working hours in which "by Friday" ends; zero = 9 to 18
}

// Analyzer reads messages. It is safe for concurrent use.
type Analyzer struct {
	cfg      Config
	packs    map[string]*packs.Pack
	detector *language.Detector
	zone     *time.Location // nil = that of the message
	pool     sync.Pool
}

// New returns an analyzer for cfg. Errors wrap [ErrConfig] or what the packs
// found wrong with their files.
func New(cfg Config) (*Analyzer, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	a := &Analyzer{cfg: cfg}
	var err error
	if cfg.Zone != "" {
		if a.zone, err = time.LoadLocation(cfg.Zone); err != nil {
			return nil, fmt.Errorf("%w: Zone %q: %w", ErrConfig, cfg.Zone, err)
		}
	}
	if a.packs, err = packs.Builtin(cfg.MaxWords); err != nil {
		return nil, err
	}
	if err := a.addPacks(); err != nil {
		return nil, err
	}
	extra := map[string][]string{}
	for tag, p := range a.packs {
		extra[tag] = p.FunctionWords()
	}
	if a.detector, err = language.New(extra); err != nil {
		return nil, err
	}
	if a.packs[cfg.Language] == nil {
		return nil, fmt.Errorf("%w: Language %q has no pack", ErrConfig, cfg.Language)
	}
	a.pool.New = func() any { return a.newScratch() }
	return a, nil
}

func (a *Analyzer) addPacks() error {
	if a.cfg.Packs == nil {
		return nil
	}
	more, err := packs.OpenAll(a.cfg.Packs, a.cfg.MaxWords)
	if err != nil {
		return err
	}
	if len(more) == 0 {
		return fmt.Errorf("%w: Packs: no folder with a pack.yaml in it", ErrConfig)
	}
	for tag, p := range more {
		a.packs[tag] = p
	}
	return nil
}

func (c *Config) complete() error {
	if c.MaxBytes < 0 || c.MaxWords < 0 {
		return fmt.Errorf("%w: MaxBytes %d and MaxWords %d must not be negative", ErrConfig, c.MaxBytes, c.MaxWords)
	}
	if c.MaxBytes == 0 {
		c.MaxBytes = DefaultMaxBytes
	}
	if c.Language == "" {
		c.Language = DefaultLanguage
	}
	if c.Explain == 0 {
		c.Explain = DefaultExplain
	}
	if c.Model == nil {
		var err error
		c.Model, err = embedded()
		return err
	}
	return nil
}
