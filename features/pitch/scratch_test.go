package pitch

import (
	"errors"
	"testing"
)

// Trackers of both rates that share scratch, one of which skips lanes and blocks,
// answer what each answers with its own.
func TestScratchIsNoMemory(t *testing.T) {
	shared := NewScratch(0)
	type pair struct {
		own, sharing *Tracker
		blocks       [][]float32
	}
	var pairs []pair
	for _, rate := range []int{8000, 16000, 8000} {
		own, err := New(Config{Rate: rate})
		if err != nil {
			t.Fatal(err)
		}
		sharing, err := New(Config{Rate: rate, Scratch: shared})
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, pair{own, sharing, interleave(rate, 16, 1)})
	}
	for b := range 100 {
		for i, p := range pairs {
			active := uint16(0xffff)
			if i == 2 {
				active = uint16(b * 40503)
			}
			lost, gap := uint16(b%9/8<<i), uint16(b%40/39<<i)
			p.own.Step(active, lost, gap, p.blocks[b])
			p.sharing.Step(active, lost, gap, p.blocks[b])
			for l := range 16 {
				if got, want := ask(p.sharing, l), ask(p.own, l); got != want {
					t.Fatalf("block %d, tracker %d, lane %d: %+v, with scratch of its own %+v", b, i, l, got, want)
				}
			}
		}
	}
}

func TestScratchOfOtherLanes(t *testing.T) {
	if _, err := New(Config{Rate: 8000, Lanes: 4, Scratch: NewScratch(8)}); !errors.Is(err, ErrScratch) {
		t.Errorf("error %v, want %v", err, ErrScratch)
	}
}

// A lane that was reset and hears nothing may hold anything; when it comes back it
// is as new.
func TestUnusedLaneComesBack(t *testing.T) {
	blocks := interleave(8000, 2, 2)
	used, err := New(Config{Rate: 8000, Lanes: 2})
	if err != nil {
		t.Fatal(err)
	}
	for b := range 100 {
		used.Step(3, 0, 0, blocks[b])
	}
	used.Reset(1)
	for b := range 50 {
		used.Step(1, 0, 0, blocks[100+b])
	}
	fresh, err := New(Config{Rate: 8000, Lanes: 2})
	if err != nil {
		t.Fatal(err)
	}
	for b := range 50 {
		used.Step(3, 0, 0, blocks[150+b])
		fresh.Step(2, 0, 0, blocks[150+b])
		if got, want := ask(used, 1), ask(fresh, 1); got != want {
			t.Fatalf("block %d: %+v, fresh %+v", b, got, want)
		}
	}
}
