package cues

import (
	"testing"
	"time"

	"github.com/attune-cx/attune"
	"pgregory.net/rapid"
)

// quiet is a view in which nothing happens.
func quiet(now time.Duration) *View {
	return &View{Server: "a", Now: now, OnsetAt: -1, AnsweredAt: -1, AskedAt: -1, EscalAt: -1, Offered: -1, PromiseAt: -1}
}

func sec(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

// distress has an opportunity that ended at offset end.
func distress(v *View, end time.Duration) *View {
	v.HasOpportunity, v.OpportunityOpen, v.OpportunityCause = true, true, "complaint"
	v.Opportunity = attune.Span{Begin: max(0, end-sec(3)), End: end}
	return v
}

// run steps a board each half second and returns what changed.
func run(b *Board, from, to float64, view func(now time.Duration) *View) (log []Cue) {
	for now := sec(from); now <= sec(to); now += sec(.5) {
		b.Step(now, view(now), func(c Cue) { log = append(log, c) })
	}
	return log
}

func TestNothingHappens(t *testing.T) {
	if log := run(New("ix"), 0, 60, quiet); log != nil {
		t.Errorf("%+v", log)
	}
}

func TestCueOpensOnceItHolds(t *testing.T) {
	log := run(New("ix"), 10, 12, func(now time.Duration) *View { return distress(quiet(now), sec(10)) })
	if len(log) != 1 || log[0].Kind != "acknowledge" || log[0].At != sec(11) || log[0].ParticipantID != "a" {
		t.Fatalf("%+v", log)
	}
	if log[0].Title == "" || log[0].Advice == "" || log[0].Why != causeText("complaint") {
		t.Errorf("words: %+v", log[0])
	}
}

func TestClosing(t *testing.T) {
	for _, tc := range []struct {
		name  string
		later func(v *View)
		want  string
		by    float64
	}{
		{"acknowledged", func(v *View) { v.Acknowledged = true }, Answered, 12.5},
		{"acted", func(v *View) { v.Acted = true }, Answered, 12.5},
		{"taken back", func(v *View) { v.HasOpportunity = false }, Resolved, 12.5},
		{"nothing", func(*View) {}, Stale, 31},
		{"a colleague takes over", func(v *View) { v.Server = "b" }, Stale, 12.5},
		{"something more urgent", func(v *View) { v.EscalAt, v.Escalate.Span.End = sec(14), sec(14) }, Superseded, 15},
	} {
		t.Run(tc.name, func(t *testing.T) {
			log := run(New("ix"), 10, 40, func(now time.Duration) *View {
				v := distress(quiet(now), sec(10))
				if now > sec(12) {
					tc.later(v)
				}
				return v
			})
			if len(log) < 2 || log[1].Closed != tc.want || log[1].At != sec(tc.by) || log[1].ID != log[0].ID {
				t.Errorf("%+v", log)
			}
		})
	}
}

func TestNoCueOnOldEvidence(t *testing.T) {
	log := run(New("ix"), 18.5, 60, func(now time.Duration) *View { return distress(quiet(now), sec(10)) })
	if log != nil {
		t.Errorf("opened on evidence more than 8 s old: %+v", log)
	}
}

func TestCoolDown(t *testing.T) {
	b := New("ix")
	log := run(b, 10, 40, func(now time.Duration) *View {
		v := distress(quiet(now), sec(10))
		if now > sec(12) {
			v.Acknowledged = true
		}
		if now > sec(13) { // an interruption right after it
			v.Interruptions, v.Interruption = 2, attune.Span{Begin: now - sec(2), End: now}
		}
		return v
	})
	if len(log) < 3 || log[2].Kind != "let_finish" || log[2].At < sec(22.5) {
		t.Errorf("%+v", log)
	}
}

func TestStressHasHysteresis(t *testing.T) {
	level := .55
	log := run(New("ix"), 0, 10, func(now time.Duration) *View {
		v := quiet(now)
		v.Stress, v.StressKnown, v.Slope, v.Newest = level, true, .5, now
		return v
	})
	if log != nil {
		t.Fatalf("opened at %v: %+v", level, log)
	}
	b := New("ix")
	log = run(b, 0, 10, func(now time.Duration) *View {
		v := quiet(now)
		v.Stress, v.StressKnown, v.Slope, v.Newest = .65, true, .5, now
		if now > sec(4) {
			v.Stress = .52 // below where it opens, above where it closes
		}
		return v
	})
	if _, open := b.Current(); len(log) != 1 || !open {
		t.Errorf("%+v", log)
	}
}

func TestNobodyToAdvise(t *testing.T) {
	log := run(New("ix"), 10, 20, func(now time.Duration) *View {
		v := distress(quiet(now), sec(10))
		v.Server = ""
		return v
	})
	if log != nil {
		t.Errorf("%+v", log)
	}
}

func TestClear(t *testing.T) {
	b := New("ix")
	run(b, 10, 12, func(now time.Duration) *View { return distress(quiet(now), sec(10)) })
	n := 0
	b.Clear(sec(13), func(c Cue) {
		n++
		if c.Open || c.Closed != Ended {
			t.Errorf("%+v", c)
		}
	})
	b.Clear(sec(14), func(Cue) { n++ })
	if n != 1 {
		t.Errorf("%d changes", n)
	}
}

func TestEveryRuleSaysWhatItMeans(t *testing.T) {
	for _, r := range rules() {
		if r.title == "" || r.advice == "" || r.kind == "" || r.when == nil || r.lasts <= 0 {
			t.Errorf("%+v", r.kind)
		}
	}
}

// Whatever happens, one cue at a time, in pairs, on fresh evidence, with rests.
func TestOneAtATime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := New("ix")
		open, lastClose, lastServer := "", -time.Hour, ""
		lastOf := map[string]time.Duration{}
		now := time.Duration(0)
		for range rapid.IntRange(1, 120).Draw(rt, "steps") {
			now += sec(rapid.Float64Range(.1, 3).Draw(rt, "wait"))
			v := anyView(rt, now)
			b.Step(now, v, func(c Cue) {
				if !c.Open {
					if c.ID != open || c.Closed == "" {
						rt.Fatalf("%s closes, %q is open", c.ID, open)
					}
					open, lastClose = "", now
					lastOf[c.Kind] = now
					return
				}
				if open != "" {
					rt.Fatalf("%s opens beside %s", c.ID, open)
				}
				if now-c.Evidence.Span.End > Fresh {
					rt.Fatalf("%s on evidence of %v at %v", c.Kind, c.Evidence.Span.End, now)
				}
				if at, shown := lastOf[c.Kind]; shown && now-at < sameRule {
					rt.Fatalf("%s again after %v", c.Kind, now-at)
				}
				if gap := now - lastClose; gap > 0 && gap < coolDown && c.ParticipantID == lastServer && c.Kind != "offer_colleague" {
					rt.Fatalf("%s opens %v after the last", c.Kind, gap)
				}
				open, lastServer = c.ID, c.ParticipantID
			})
		}
	})
}

// anyView draws a view in which anything may have happened lately.
func anyView(rt *rapid.T, now time.Duration) *View {
	v := quiet(now)
	v.Server = rapid.SampledFrom([]string{"a", "a", "a", "b", ""}).Draw(rt, "server")
	recent := func(name string) time.Duration {
		return max(0, now-sec(rapid.Float64Range(0, 15).Draw(rt, name)))
	}
	bits := rapid.Uint16().Draw(rt, "what")
	on := func(i int) bool { return bits&(1<<i) != 0 }
	if on(0) {
		distress(v, recent("distress"))
		v.Acknowledged, v.Acted = on(1), on(2)
		if v.Acknowledged {
			v.AnsweredAt = recent("answer")
		}
		v.OpportunityOpen = !v.Acknowledged
	}
	if on(3) {
		v.EscalAt = recent("escalation")
		v.Escalate.Span.End = v.EscalAt
	}
	if on(4) {
		v.AskedAt = recent("asked")
		v.Asked.Span.End = v.AskedAt
	}
	if on(5) {
		v.Interruptions = 2
		v.Interruption.End = recent("interruption")
	}
	v.StressKnown, v.Stress, v.Slope = on(6), rapid.Float64Range(0, 1).Draw(rt, "stress"), 1
	v.Newest = recent("newest")
	if on(7) {
		v.Silence = sec(20)
	}
	if on(8) {
		v.PromiseAt = recent("promise")
	}
	return v
}
