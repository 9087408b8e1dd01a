package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/alecthomas/kong"
	"github.com/mattn/go-isatty"
	"github.com/redis/go-redis/v9/logging"
)

// Exit statuses that scripts may rely on.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// cli is the binary: one field a command.
type cli struct {
	Demo     demoCmd     `cmd:"" help:"Run the main job with nothing to install: a bundled call and chat, scored live."`
	Serve    serveCmd    `cmd:"" help:"Run the service."`
	Score    scoreCmd    `cmd:"" help:"Score one interaction from files."`
	Features featuresCmd `cmd:"" help:"Print the prosodic features of a file."`
	Text     textCmd     `cmd:"" help:"Read messages and print what they say about stress and empathy."`
	Tail     tailCmd     `cmd:"" help:"Follow the event stream in the terminal."`
	Route    routeCmd    `cmd:"" help:"Follow routing hints through a consumer group."`
	Bench    benchCmd    `cmd:"" help:"Measure this machine."`
	Load     loadCmd     `cmd:"" help:"Send RTP and chat load to a running service."`
}

// world is what a command may touch.
type world struct {
	ctx    context.Context
	in     io.Reader
	out    io.Writer // data
	err    io.Writer // messages
	isTerm bool      // out is a terminal
	tty    bool      // err is a terminal: progress may be shown
}

// usageError marks a wrong use of a command: exit status 2.
type usageError struct{ error }

// run parses args, runs the command and returns the exit status.
func run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) (int, error) {
	logging.Disable() // go-redis would write of every failed dial; what matters comes back as an error
	var c cli
	exited := false
	p, err := kong.New(&c, kong.Name("attune"),
		kong.Description("Live stress and empathy scores for contact-centre conversations."),
		kong.UsageOnError(), kong.Writers(out, errw), kong.Exit(func(int) { exited = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return exitFailed, err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := p.Parse(args)
	switch {
	case exited: // --help was printed
		return exitDone, nil
	case err != nil:
		return exitUsage, err
	}
	w := &world{ctx: ctx, in: in, out: out, err: errw, isTerm: terminal(out), tty: terminal(errw)}
	err = k.Run(w)
	var usage usageError
	switch {
	case errors.As(err, &usage):
		return exitUsage, err
	case err != nil && !errors.Is(err, context.Canceled):
		return exitFailed, err
	}
	return exitDone, nil
}

func terminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}
