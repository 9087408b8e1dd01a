package scoring

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/attune-cx/attune/scoring/fusion"
)

// reporter is a test, or a run of a property.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// record keeps what an engine said and checks, update by update, what must hold
// of every interaction.
type record struct {
	t            reporter
	last         map[string]*Snapshot
	cue          *Cue
	closed       map[string]string
	cueCount     map[string]int
	hint         *Hint
	hintAt       time.Duration
	hints        int
	promises     map[string]*Promise
	expectations map[string]*Expectation
}

func newRecord(t reporter) record {
	return record{t: t, last: map[string]*Snapshot{}, closed: map[string]string{}, cueCount: map[string]int{},
		promises: map[string]*Promise{}, expectations: map[string]*Expectation{}}
}

func (r *record) take(updates []Update, now time.Duration) {
	r.t.Helper()
	for _, u := range updates {
		set := 0
		if u.Snapshot != nil {
			set++
			r.snapshot(u.Snapshot, now)
		}
		if u.Cue != nil {
			set++
			r.takeCue(u.Cue, now)
		}
		if u.Promise != nil {
			set++
			r.promises[u.Promise.What] = u.Promise
		}
		if u.Expectation != nil {
			set++
			r.expectations[u.Expectation.Name] = u.Expectation
		}
		if u.Hint != nil {
			set++
			r.takeHint(u.Hint, now)
		}
		if set != 1 {
			r.t.Fatalf("at %v: an update with %d fields", now, set)
		}
	}
}

// snapshot checks each score: null or finite in its range, with a reason for
// null, and evidence that sums to its log-odds.
func (r *record) snapshot(s *Snapshot, now time.Duration) {
	r.t.Helper()
	r.last[s.ParticipantID] = s
	if s.ValidUntil <= now {
		r.t.Errorf("at %v: stale at birth, valid until %v", now, s.ValidUntil)
	}
	for name, x := range s.Scores {
		if why := wrong(name, x); why != "" {
			r.t.Errorf("at %v: %s of %s: %s: %+v", now, name, s.ParticipantID, why, x)
		}
	}
}

// wrong says what is wrong with a score, "" if nothing is.
func wrong(name Name, x Score) string {
	if (x.Value != nil) != (x.State == OK) {
		return "value and state disagree"
	}
	if x.Value == nil {
		if x.State == NoData && x.Reason == "" {
			return "null without a reason"
		}
		return ""
	}
	v, lo := *x.Value, 0.0
	if name == Sentiment || name == Valence {
		lo = -1
	}
	if !(v >= lo && v <= 1) || !(x.Confidence >= 0 && x.Confidence <= 1) || len(x.Basis) == 0 {
		return "out of range"
	}
	sum := 0.0
	for _, e := range x.Evidence {
		sum += e.Weight
	}
	p := (v - lo) / (1 - lo)
	if name != BackedRatio && p > .005 && p < .995 && math.Abs(sum-fusion.Logit(p)) > 1e-6 {
		return fmt.Sprintf("evidence sums to %v, not %v", sum, fusion.Logit(p))
	}
	return ""
}

func (r *record) takeCue(c *Cue, now time.Duration) {
	r.t.Helper()
	if c.Title == "" || c.Advice == "" || c.Why == "" {
		r.t.Errorf("at %v: a cue without words: %+v", now, c)
	}
	if !c.Open {
		if r.cue == nil || r.cue.ID != c.ID || c.Closed == "" {
			r.t.Errorf("at %v: %s closes %q, open is %+v", now, c.ID, c.Closed, r.cue)
		}
		r.cue = nil
		r.closed[c.Kind] = c.Closed
		return
	}
	if r.cue != nil {
		r.t.Errorf("at %v: %s opens beside %s", now, c.Kind, r.cue.Kind)
	}
	for _, e := range c.Evidence {
		if now-e.Span.End > 8*time.Second {
			r.t.Errorf("at %v: %s opens on evidence of %v", now, c.Kind, e.Span.End)
		}
	}
	r.cue = c
	r.cueCount[c.Kind]++
}

func (r *record) takeHint(h *Hint, now time.Duration) {
	r.t.Helper()
	switch {
	case h.Urgency < 0 || h.Urgency > 100:
		r.t.Errorf("at %v: urgency %d", now, h.Urgency)
	case h.State != "open":
		if r.hint == nil || r.hint.ID != h.ID {
			r.t.Errorf("at %v: %s is %s but was not open", now, h.ID, h.State)
		}
		r.hint = nil
		return
	case r.hint != nil:
		r.t.Errorf("at %v: two hints are open", now)
	case r.hints > 0 && now-r.hintAt < 10*time.Second:
		r.t.Errorf("at %v: a hint %v after the last", now, now-r.hintAt)
	}
	r.hint, r.hintAt = h, now
	r.hints++
}

// fails says why an expectation of a script does not hold, "" if it does.
func (r *record) fails(words []string) string {
	switch words[0] {
	case "cue":
		return same(kindOf(r.cue), words[1])
	case "closed":
		return same(r.closed[words[1]], words[2])
	case "cues":
		return same(strconv.Itoa(r.cueCount[words[1]]), words[2])
	case "hint":
		return r.failsHint(words[1:])
	case "promise":
		if p := r.promises[words[1]]; p != nil {
			return same(p.By+" "+p.State, strings.Join(words[2:], " "))
		}
		return "no such promise"
	case "expectation":
		got := "pending"
		if x := r.expectations[words[1]]; x != nil {
			got = strings.TrimSpace(x.State + " " + string(x.Reason))
		}
		return same(got, strings.Join(words[2:], " "))
	}
	return r.failsScore(words)
}

func (r *record) failsHint(words []string) string {
	if r.hint == nil {
		return same("none", words[0])
	}
	if words[0] == "none" {
		return fmt.Sprintf("%+v", r.hint)
	}
	if len(words) > 1 && !compare(float64(r.hint.Urgency), words[1], words[2]) {
		return fmt.Sprintf("urgency is %d for %v", r.hint.Urgency, r.hint.Reasons)
	}
	return same(r.hint.Target, words[0])
}

func (r *record) failsScore(words []string) string {
	s := r.last[words[0]]
	if s == nil {
		return "no snapshot of " + words[0]
	}
	if words[1] == "opportunities" {
		var states []string
		for _, o := range s.Opportunities {
			states = append(states, o.State)
		}
		return same(strings.Join(states, ","), words[2])
	}
	x, ok := s.Scores[Name(words[1])]
	if !ok {
		return "no such score"
	}
	switch words[2] {
	case "null":
		return same(string(x.Reason), words[3])
	case "state":
		return same(string(x.State), words[3])
	case "confidence":
		if !compare(x.Confidence, words[3], words[4]) {
			return fmt.Sprintf("is %.3f", x.Confidence)
		}
		return ""
	case "evidence":
		for _, e := range x.Evidence {
			if e.Kind == words[3] {
				return ""
			}
		}
		return fmt.Sprintf("%+v", x.Evidence)
	}
	if x.Value == nil {
		return fmt.Sprintf("is null: %s %s", x.State, x.Reason)
	}
	if !compare(*x.Value, words[2], words[3]) {
		return fmt.Sprintf("is %.3f from %+v", *x.Value, x.Evidence)
	}
	return ""
}

func compare(x float64, op, number string) bool {
	y, err := strconv.ParseFloat(number, 64)
	switch {
	case err != nil:
		return false
	case op == ">":
		return x > y
	case op == "<":
		return x < y
	case op == ">=":
		return x >= y
	case op == "<=":
		return x <= y
	}
	return math.Abs(x-y) < 5e-3
}

func kindOf(c *Cue) string {
	if c == nil {
		return "none"
	}
	return c.Kind
}

func same(got, want string) string {
	if got == want {
		return ""
	}
	return fmt.Sprintf("is %q", got)
}
