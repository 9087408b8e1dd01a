package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/features/lexical/lines"
)

type textCmd struct {
	File string `arg:"" optional:"" help:"File of messages; standard input when left out."`
	Echo bool   `help:"Repeat each text in its line."`
	Zone string `default:"UTC" help:"Time zone in which \"by Friday\" is read."`

	Packs string `help:"Directory with folders of further language packs." placeholder:"DIR"`
}

func (textCmd) Help() string {
	return `Reads plain lines, or JSON lines {"id","text","role","context":[...]}, and prints a
JSON line for each: sentiment, valence, stress, severity, emotions, parts of
empathy, acts and personal data with their places. A bad line gives {"id","error"}.

Example:  echo "I have called three times and nobody helps me" | attune text --echo`
}

// Run reads messages.
func (c *textCmd) Run(w *world) error {
	in, name := w.in, "standard input"
	if c.File != "" && c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in, name = io.Reader(f), c.File
	}
	reader, err := newReader(c.Zone, c.Packs)
	if err != nil {
		return err
	}
	if err := lines.Run(w.ctx, in, w.out, reader, lines.Options{Echo: c.Echo}); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func newReader(zone, packs string) (*lexical.Analyzer, error) {
	if _, err := time.LoadLocation(zone); err != nil {
		return nil, usageError{fmt.Errorf("--zone: %w: use a name such as Europe/Berlin or UTC", err)}
	}
	cfg := lexical.Config{Zone: zone}
	if packs != "" {
		cfg.Packs = os.DirFS(packs)
	}
	reader, err := lexical.New(cfg)
	if err != nil && packs != "" {
		return nil, fmt.Errorf("--packs %s: %w", packs, err)
	}
	return reader, err
}
