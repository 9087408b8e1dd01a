package main

import (
	"errors"
	"io"
	"time"

	"github.com/attune-cx/attune/features/lexical"
	"github.com/attune-cx/attune/internal/pipeline"
	"github.com/attune-cx/attune/internal/recogniser"
	"github.com/attune-cx/attune/internal/replay"
	"github.com/attune-cx/attune/stream"
)

// recognise plays the files once for the recogniser alone and adds the words
// that it heard to play, so that the scores stand on the files and those words,
// however fast the server was.
func (c *scoreCmd) recognise(w *world, play *replay.Play, reader *lexical.Analyzer) error {
	if len(play.Sounds) == 0 && play.Capture == nil {
		return usageError{errors.New("--recogniser turns voices into words, and no sound is given")}
	}
	if err := recogniser.CheckURL(c.Recogniser); err != nil {
		return usageError{err}
	}
	ears, err := recogniser.NewTranscriber(w.ctx, c.Recogniser)
	if err != nil {
		return err
	}
	quiet := *w
	quiet.err = io.Discard // what is wrong with the files is told when they are scored
	heard, _, err := c.gather(&quiet)
	if err != nil {
		return err
	}
	defer closeSounds(heard)
	heard.Texts = nil
	bar := newProgress(w, length(heard))
	heard.Progress = bar.at
	err = replay.Run(w.ctx, pipeline.Config{Reader: reader, AgentTiming: true, Ears: ears, Sink: stream.NewMemorySink(),
		Wall: func() time.Time { return time.Time{} }}, heard)
	bar.done()
	if err != nil {
		return err
	}
	texts, err := ears.Texts()
	play.Texts = append(play.Texts, texts...)
	return err
}
