package main

import (
	"fmt"
	"strings"
	"time"
)

// progress is a line on the terminal that shows how far a long file is; nothing
// where messages do not go to a terminal.
type progress struct {
	w     *world
	total time.Duration
	shown int // percent
}

// progressFrom is how long a file must play for a progress line.
const progressFrom = 30 * time.Second

func newProgress(w *world, total time.Duration) *progress {
	if !w.tty || total < progressFrom {
		total = 0
	}
	return &progress{w: w, total: total, shown: -1}
}

func (p *progress) at(t time.Duration) {
	if p.total == 0 {
		return
	}
	percent := int(100 * t / p.total)
	if percent == p.shown {
		return
	}
	p.shown = percent
	fmt.Fprintf(p.w.err, "\r%s%s %3d %%", strings.Repeat("=", percent/4), strings.Repeat(" ", 25-percent/4), percent)
}

// done wipes the line.
func (p *progress) done() {
	if p.total != 0 && p.shown >= 0 {
		fmt.Fprint(p.w.err, "\r\x1b[K")
	}
}
