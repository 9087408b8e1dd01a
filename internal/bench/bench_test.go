package bench

import (
	"context"
	"testing"
	"time"
)

func TestLegs(t *testing.T) {
	for _, cfg := range []LegsConfig{
		{Rate: 8000, Legs: 16, CPU: 5 * time.Millisecond, Functionals: true},
		{Rate: 16000, Legs: 17, CPU: 5 * time.Millisecond},
		{Rate: 8000, Legs: 3, CPU: 5 * time.Millisecond, Timing: true, Functionals: true},
	} {
		r, err := Legs(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if r.Legs != cfg.Legs || r.Rate != cfg.Rate || r.HopsPerLeg < 100 || r.CPUModel == "" {
			t.Errorf("%+v: %+v", cfg, r)
		}
		if product := r.MicrosPerHop * r.LegsPerCore; r.MicrosPerHop <= 0 || product < 9_999 || product > 10_001 {
			t.Errorf("%+v: %g us a hop and %g legs a core do not fit", cfg, r.MicrosPerHop, r.LegsPerCore)
		}
		if r.AllocsPerHop > .05 { // the runtime's own, beside the hops
			t.Errorf("%+v: %g allocations per hop", cfg, r.AllocsPerHop)
		}
	}
	if r, err := Legs(LegsConfig{Rate: 8000, Legs: 1, Hops: 150}); err != nil || r.HopsPerLeg != 200 {
		t.Errorf("%d hops were made of 150, want a whole second: %v", r.HopsPerLeg, err)
	}
	if _, err := Legs(LegsConfig{Rate: 8000, Legs: 0, CPU: time.Millisecond}); err == nil {
		t.Error("no legs were measured")
	}
}

// What is sent is taken, and the acknowledgements are timed.
func TestPath(t *testing.T) {
	if testing.Short() {
		t.Skip("the path runs in real time")
	}
	r, err := Path(context.Background(), PathConfig{Legs: 4, For: 2 * time.Second, WarmUp: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if r.Sent < 4*50 || r.KernelLost != 0 {
		t.Errorf("sent %d, lost %g in the kernel", r.Sent, r.KernelLost)
	}
	if missing := float64(r.Sent) - r.Taken; missing < 0 || missing > .1*float64(r.Sent) {
		t.Errorf("sent %d, taken %g", r.Sent, r.Taken)
	}
	if r.Events == 0 || r.P50MS <= 0 || r.P99MS < r.P50MS {
		t.Errorf("%d events, p50 %g ms, p99 %g ms", r.Events, r.P50MS, r.P99MS)
	}
	if r.CPU <= 0 || r.SenderCPU < 0 || r.SenderCPU > r.CPU || r.CPUPerLegMS <= 0 {
		t.Errorf("CPU %g cores, sender %g, %g ms per leg", r.CPU, r.SenderCPU, r.CPUPerLegMS)
	}
}
