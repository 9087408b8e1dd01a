package routing

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func sec(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

func run(d *Desk, from, to float64, view func(now time.Duration) *View) (log []Hint) {
	for now := sec(from); now <= sec(to); now += sec(1) {
		d.Step(now, view(now), func(h Hint) { log = append(log, h) })
	}
	return log
}

func stressed(level float64) *View {
	return &View{Stress: level, StressKnown: true, Servers: 1, Begun: true}
}

func TestNoReasonNoHint(t *testing.T) {
	if log := run(New("ix"), 0, 300, func(time.Duration) *View { return stressed(.4) }); log != nil {
		t.Errorf("%+v", log)
	}
}

func TestRules(t *testing.T) {
	for _, tc := range []struct {
		name           string
		view           View
		target, point  string
		urgency        int
		wantReason     string
		doesNotContain string
	}{
		{"high stress with an agent", *stressed(.75), "consult_expert", "in_progress", 55, "stress_high", "asked_for_human"},
		{"elevated stress", *stressed(.6), "consult_expert", "in_progress", 15, "stress_elevated", "stress_high"},
		{"asks for somebody else", View{Servers: 1, Asked: true, Begun: true}, "supervisor", "in_progress", 30, "asked_for_human", ""},
		{"asks a bot", View{Servers: 1, Bots: 1, Asked: true, Begun: true}, "any_human", "in_progress", 30, "asked_for_human", ""},
		{"waits long before anybody came", View{Wait: 6 * time.Minute}, "any_human", "before_contact", 15, "long_wait", ""},
		{"in the queue, tense", View{StressKnown: true, Stress: .8, Begun: true}, "any_human", "queued", 55, "stress_high", ""},
		{"a broken promise", View{Servers: 1, Broken: 1, Begun: true}, "supervisor", "in_progress", 30, "promise_broken", ""},
		{"while being transferred", View{Servers: 1, Transfer: true, MissedNeed: true, AskedAgain: true, Begun: true}, "consult_expert", "transfer", 20, "need_not_understood", ""},
		{"stress that is not known", View{Servers: 1, Stress: .9, AskedAgain: true, Wait: 6 * time.Minute, Begun: true}, "stay", "in_progress", 25, "asked_to_repeat", "stress_high"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			log := run(New("ix"), 0, 0, func(time.Duration) *View { return &tc.view })
			if len(log) != 1 {
				t.Fatalf("%+v", log)
			}
			h := log[0]
			if h.Target != tc.target || h.DecisionPoint != tc.point || h.Urgency != tc.urgency {
				t.Errorf("%s at %s, urgency %d", h.Target, h.DecisionPoint, h.Urgency)
			}
			if !slices.Contains(h.Reasons, tc.wantReason) || slices.Contains(h.Reasons, tc.doesNotContain) {
				t.Errorf("reasons %v", h.Reasons)
			}
			sum := 0.0
			for _, e := range h.Evidence {
				sum += e.Weight
			}
			if int(sum) != h.Urgency {
				t.Errorf("evidence sums to %v", sum)
			}
		})
	}
}

func TestOneSmallReasonIsNoHint(t *testing.T) {
	if log := run(New("ix"), 0, 300, func(time.Duration) *View { return &View{Servers: 1, AskedAgain: true, Begun: true} }); log != nil {
		t.Errorf("%+v", log)
	}
}

func TestHysteresis(t *testing.T) {
	level := func(now time.Duration) *View {
		switch {
		case now < sec(20):
			return stressed(.75)
		case int(now/time.Second)%2 == 0: // to and fro between where it comes and goes
			return stressed(.60)
		}
		return stressed(.68)
	}
	log := run(New("ix"), 0, 80, level)
	if len(log) != 1 {
		t.Errorf("%d changes: %+v", len(log), log)
	}
}

func TestWithdrawn(t *testing.T) {
	log := run(New("ix"), 0, 60, func(now time.Duration) *View {
		if now < sec(15) {
			return stressed(.8)
		}
		return stressed(.2)
	})
	if len(log) != 2 || log[1].State != Withdrawn || log[1].At != sec(35) {
		t.Errorf("%+v", log)
	}
}

func TestSupersededNamesTheOldOne(t *testing.T) {
	log := run(New("ix"), 0, 30, func(now time.Duration) *View {
		v := stressed(.8)
		v.Asked = now >= sec(3)
		return v
	})
	if len(log) != 3 || log[1].State != Superseded || log[2].Supersedes != log[0].ID || log[2].At != sec(10) {
		t.Errorf("%+v", log)
	}
}

func TestRenewedBeforeItRunsOut(t *testing.T) {
	log := run(New("ix"), 0, 200, func(time.Duration) *View { return stressed(.8) })
	if len(log) != 5 || log[2].At != sec(90) || log[4].At != sec(180) {
		t.Errorf("%+v", log)
	}
}

func TestClose(t *testing.T) {
	d := New("ix")
	run(d, 0, 0, func(time.Duration) *View { return stressed(.8) })
	var log []Hint
	d.Close(sec(1), func(h Hint) { log = append(log, h) })
	d.Close(sec(2), func(h Hint) { log = append(log, h) })
	if len(log) != 1 || log[0].State != Withdrawn {
		t.Errorf("%+v", log)
	}
}

// More distress never lowers the urgency, whatever else holds.
func TestHelpIsOnlyRaised(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v := anyView(rt)
		worse := *v
		worse.Stress = min(1, v.Stress+rapid.Float64Range(0, 1).Draw(rt, "more"))
		worse.Missed += rapid.IntRange(0, 2).Draw(rt, "missed")
		worse.Asked = true
		if a, b := New("a").weigh(0, v), New("b").weigh(0, &worse); b.Urgency < a.Urgency {
			rt.Fatalf("%d, then %d", a.Urgency, b.Urgency)
		}
	})
}

// One hint at a time, at most one in ten seconds, urgency in range.
func TestHintsDoNotFlap(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d, now := New("ix"), time.Duration(0)
		open, last := "", -time.Hour
		for range rapid.IntRange(1, 100).Draw(rt, "steps") {
			now += sec(rapid.Float64Range(.1, 4).Draw(rt, "wait"))
			d.Step(now, anyView(rt), func(h Hint) {
				switch {
				case h.Urgency < 0 || h.Urgency > 100:
					rt.Fatalf("urgency %d", h.Urgency)
				case h.State != Open:
					if h.ID != open {
						rt.Fatalf("%s is %s, open is %q", h.ID, h.State, open)
					}
					open = ""
				case open != "" || now-last < minPeriod:
					rt.Fatalf("%s after %v beside %q", h.ID, now-last, open)
				default:
					open, last = h.ID, now
				}
			})
		}
	})
}

func anyView(rt *rapid.T) *View {
	bits := rapid.Uint16().Draw(rt, "what")
	on := func(i int) bool { return bits&(1<<i) != 0 }
	v := &View{Stress: rapid.Float64Range(0, 1).Draw(rt, "stress"), StressKnown: on(0), Asked: on(1) && on(2),
		AskedAgain: on(3), MissedNeed: on(4), Servers: rapid.IntRange(0, 2).Draw(rt, "servers"), Begun: on(5),
		Missed: rapid.IntRange(0, 3).Draw(rt, "missed"), Transfer: on(6), Slope: rapid.Float64Range(-1, 1).Draw(rt, "slope")}
	if on(7) {
		v.Bots = v.Servers
	}
	return v
}
