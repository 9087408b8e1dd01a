package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/attune-cx/attune/scoring"
	"github.com/attune-cx/attune/stream"
)

// board is the live table of attune tail: one line an interaction, those that need
// a human soonest first.
type board struct {
	mu    sync.Mutex
	lines map[string]*boardLine
	over  []string // interactions that ended, oldest first
	dirty bool
	drawn int // lines on the terminal
}

// keepEnded is how many interactions stay on the table after their end.
const keepEnded = 20

// boardLine is what was last told of one interaction.
type boardLine struct {
	id      string
	at      time.Duration
	stress  *stream.Score
	empathy *stream.Score
	cues    []cueTold // open ones, newest last
	hint    string
	urgency int
	gaps    int
	ended   bool
}

type cueTold struct{ id, title string }

func newBoard() *board { return &board{lines: map[string]*boardLine{}} }

// apply notes an event.
func (b *board) apply(e *stream.Envelope) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dirty = true
	d := &e.Data
	if e.Type == stream.Erased {
		delete(b.lines, d.InteractionID)
		return
	}
	l := b.lines[d.InteractionID]
	if l == nil {
		l = &boardLine{id: d.InteractionID}
		b.lines[d.InteractionID] = l
	}
	l.at = max(l.at, time.Duration(d.EndOffsetMS)*time.Millisecond)
	if over := l.ended; l.apply(e.Type, d) && !over {
		b.over = append(b.over, l.id)
	}
	if len(b.over) > keepEnded {
		delete(b.lines, b.over[0])
		b.over = b.over[1:]
	}
}

// apply reports whether the interaction has ended.
func (l *boardLine) apply(t stream.Type, d *stream.Body) bool {
	switch t {
	case stream.ScoreUpdated:
		l.score(d)
	case stream.CueOpened:
		l.cues = append(l.cues, cueTold{d.CueID, d.Title})
	case stream.CueClosed:
		l.cues = slices.DeleteFunc(l.cues, func(c cueTold) bool { return c.id == d.CueID })
	case stream.RouteHint:
		if l.hint, l.urgency = "", 0; d.State == "open" {
			l.hint, l.urgency = d.Target, d.Urgency
		}
	case stream.Gap:
		l.gaps++
	case stream.InteractionCompleted, stream.InteractionFailed:
		l.ended, l.cues, l.hint, l.urgency = true, nil, "", 0
	}
	return l.ended
}

func (l *boardLine) score(d *stream.Body) {
	name, into := mainScore(d), &l.stress
	if name == scoring.Empathy {
		into = &l.empathy
	}
	if s, ok := d.Scores[name]; ok {
		*into = &s
	}
}

// table is what is shown in height lines of width columns.
func (b *board) table(width, height int) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dirty = false
	out := []string{fmt.Sprintf("%-20s %-8s %-22s %-22s %-28s %s", "INTERACTION", "TIME", "STRESS", "EMPATHY", "CUE", "HINT")}
	lines := b.order()
	for i, l := range lines {
		if len(out) == height-1 && i < len(lines)-1 {
			out = append(out, fmt.Sprintf("and %d more", len(lines)-i))
			break
		}
		out = append(out, l.String())
	}
	for i := range out {
		if r := []rune(out[i]); len(r) > width {
			out[i] = string(r[:width])
		}
	}
	return out
}

// order sorts by urgency, then stress; what has ended comes last.
func (b *board) order() []*boardLine {
	var out []*boardLine
	for _, l := range b.lines {
		out = append(out, l)
	}
	slices.SortFunc(out, func(x, y *boardLine) int {
		if x.ended != y.ended {
			if x.ended {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(y.urgency, x.urgency), cmp.Compare(value(y.stress), value(x.stress)), cmp.Compare(x.id, y.id))
	})
	return out
}

func value(s *stream.Score) float64 {
	if s == nil || s.Value == nil {
		return -1
	}
	return *s.Value
}

func (l *boardLine) String() string {
	cue, hint := "", l.hint
	if n := len(l.cues); n > 0 {
		cue = l.cues[n-1].title
	}
	switch {
	case l.ended:
		hint = "ended"
	case hint != "":
		hint = fmt.Sprintf("%s, urgency %d", hint, l.urgency)
	}
	if l.gaps > 0 {
		hint += fmt.Sprintf("  %d gaps", l.gaps)
	}
	return fmt.Sprintf("%-20s %-8s %-22s %-22s %-28s %s", l.id, clockTime(l.at), scoreCell(l.stress), scoreCell(l.empathy), cue, hint)
}

// scoreCell is a value with its confidence, or why there is none.
func scoreCell(s *stream.Score) string {
	switch {
	case s == nil:
		return "-"
	case s.Value != nil:
		return fmt.Sprintf("%.2f %-5s (%.2f)", *s.Value, strings.Repeat("#", int(max(0, *s.Value)*5+.5)), s.Confidence)
	}
	return "- " + whyNull(s)
}

// draw puts the table in place of the one drawn before, when something is new.
func (b *board) draw(out io.Writer, width, height int) {
	b.mu.Lock()
	dirty := b.dirty
	b.mu.Unlock()
	if !dirty {
		return
	}
	var s strings.Builder
	if b.drawn > 0 {
		fmt.Fprintf(&s, "\x1b[%dA", b.drawn)
	}
	lines := b.table(width, height)
	for _, l := range lines {
		s.WriteString("\r" + l + "\x1b[K\n")
	}
	s.WriteString("\x1b[J")
	b.drawn = len(lines)
	io.WriteString(out, s.String())
}
