package leg_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/attune-cx/attune/audio/g711"
	"github.com/attune-cx/attune/audio/jitter"
	"github.com/attune-cx/attune/audio/l16"
	"github.com/attune-cx/attune/audio/leg"
	"pgregory.net/rapid"
)

// Sound in pieces of any size is the sound in one piece.
func TestPCMPieces(t *testing.T) {
	for _, from := range []int{8000, 16000, 22050} {
		rapid.Check(t, func(t *rapid.T) {
			l, err := leg.New(leg.Config{Rate: 16000, PCMRate: from})
			if err != nil {
				t.Fatal(err)
			}
			whole := tone(0, from/4, from)
			var got []piece
			for i := 0; i < len(whole); {
				n := min(len(whole)-i, rapid.IntRange(0, from/8).Draw(t, "n"))
				if err := l.PushPCM(whole[i:i+n], leg.Follows, 0); err != nil {
					t.Fatal(err)
				}
				i += n
				got = append(got, drain(l)...)
				if n == 0 && len(got) > 1e6 {
					t.Fatal("no progress")
				}
			}
			l.Finish()
			got = append(got, drain(l)...)
			if len(got) < 25 || len(got) > 26 {
				t.Fatalf("%d Hz: %d blocks of 250 ms", from, len(got))
			}
			for i, b := range got[2:22] {
				if b.at != time.Duration(i+2)*10*ms || b.lost != 0 || b.atTone(16000) > 1e-3 {
					t.Fatalf("%d Hz: block at %v lost %d, %.4f from the tone", from, b.at, b.lost, b.atTone(16000))
				}
			}
		})
	}
}

func TestPCMMediaTimes(t *testing.T) {
	l := newLeg(t, leg.Config{})
	push := func(at time.Duration) []piece {
		if err := l.PushPCM(tone(int(at*8/ms), 160, 8000), at, at); err != nil {
			t.Fatal(err)
		}
		return drain(l)
	}
	got := push(0)
	got = append(got, push(18*ms)...)  // rounded: follows
	got = append(got, push(100*ms)...) // 60 ms not sent
	got = append(got, push(100*ms)...) // given before
	var at []time.Duration
	for _, b := range got {
		at = append(at, b.at)
	}
	want := []time.Duration{0, 10 * ms, 20 * ms, 30 * ms, 100 * ms, 110 * ms}
	if len(at) != len(want) {
		t.Fatalf("blocks at %v, want %v", at, want)
	}
	for i := range want {
		if at[i] != want[i] {
			t.Errorf("blocks at %v, want %v", at, want)
		}
	}
}

func TestPCMIsBounded(t *testing.T) {
	l := newLeg(t, leg.Config{})
	if err := l.PushPCM(make([]float32, 8001), leg.Follows, 0); !errors.Is(err, leg.ErrFull) {
		t.Errorf("%v, want ErrFull", err)
	}
	wild := []float32{float32(math.NaN()), float32(math.Inf(1)), -7, 0.5}
	if err := l.PushPCM(wild, leg.Follows, 0); err != nil {
		t.Fatal(err)
	}
	l.Finish()
	got := drain(l)
	if len(got) != 1 || got[0].lost != 76 {
		t.Fatalf("%d blocks", len(got))
	}
	for i, want := range []float32{0, 1, -1, 0.5, 0} {
		if got[0].samples[i] != want {
			t.Errorf("sample %d = %v, want %v", i, got[0].samples[i], want)
		}
	}
}

func TestParseFormat(t *testing.T) {
	cases := []struct {
		rtpmap string
		want   leg.Format
		err    error
	}{
		{"PCMU/8000", leg.Format{Type: 96, Codec: leg.PCMU, ClockRate: 8000}, nil},
		{"pcma/8000/1", leg.Format{Type: 96, Codec: leg.PCMA, ClockRate: 8000}, nil},
		{"opus/48000/2", leg.Format{Type: 96, Codec: leg.Opus, ClockRate: 48000}, nil},
		{"L16/44100", leg.Format{Type: 96, Codec: leg.L16, ClockRate: 44100}, nil},
		{"telephone-event/8000", leg.Format{Type: 96, Codec: leg.TelephoneEvent, ClockRate: 8000}, nil},
		{"CN", leg.Format{Type: 96, Codec: leg.ComfortNoise, ClockRate: 8000}, nil},
		{"L16/16000/2", leg.Format{}, l16.ErrChannels},
		{"G729/8000", leg.Format{}, leg.ErrCodec},
		{"L16/eight", leg.Format{}, leg.ErrCodec},
		{"L16/16000/two", leg.Format{}, leg.ErrCodec},
		{"L16/1", leg.Format{}, leg.ErrCodec},
		{"PCMU/16000", leg.Format{}, leg.ErrCodec},
		{"opus/16000", leg.Format{}, leg.ErrCodec},
		{"", leg.Format{}, leg.ErrCodec},
	}
	for _, c := range cases {
		got, err := leg.ParseFormat(96, c.rtpmap)
		if !errors.Is(err, c.err) || err == nil && got != c.want {
			t.Errorf("%q: %+v, %v; want %+v, %v", c.rtpmap, got, err, c.want, c.err)
		}
	}
}

func TestBadConfig(t *testing.T) {
	cases := []struct {
		cfg  leg.Config
		want error
	}{
		{leg.Config{Rate: 44100}, leg.ErrRate},
		{leg.Config{PCMRate: 100}, leg.ErrRate},
		{leg.Config{Formats: []leg.Format{{Type: 96}}}, leg.ErrCodec},
		{leg.Config{Formats: []leg.Format{{Type: 200, Codec: leg.PCMU, ClockRate: 8000}}}, leg.ErrCodec},
		{leg.Config{Jitter: jitter.Config{Depth: 1}}, jitter.ErrConfig},
	}
	for _, c := range cases {
		if _, err := leg.New(c.cfg); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, want %v", c.cfg, err, c.want)
		}
	}
}

// Whatever is lost, reordered or doubled: each block is on the grid, after the
// one before, and its sound is that of its media time.
func TestAnyNetwork(t *testing.T) {
	codes := g711.New(g711.ALaw)
	rapid.Check(t, func(t *rapid.T) {
		l, err := leg.New(leg.Config{})
		if err != nil {
			t.Fatal(err)
		}
		ptime := rapid.SampledFrom([]int{10, 20, 30, 40, 60}).Draw(t, "ptime")
		samples := ptime * 8
		s := talker{pt: 8, seq: rapid.Uint16().Draw(t, "sequence"), stamp: rapid.Uint32().Draw(t, "timestamp")}
		zero := s
		type sent struct {
			i       int
			arrival time.Duration
		}
		var queue []sent
		for i := range rapid.IntRange(2, 60).Draw(t, "packets") {
			at := time.Duration(i*ptime) * ms
			switch fate := rapid.IntRange(0, 9).Draw(t, "fate"); {
			case i == 0 || fate > 3:
				queue = append(queue, sent{i, at})
			case fate == 1:
				queue = append(queue, sent{i, at}, sent{i, at})
			case fate == 2: // swapped with the one before
				queue = append(queue, sent{i, at})
				k := len(queue) - 1
				if k > 1 {
					queue[k-1].i, queue[k].i = queue[k].i, queue[k-1].i
				}
			}
		}
		var last time.Duration = -10 * ms
		check := func() {
			for _, b := range drain(l) {
				if b.at%(10*ms) != 0 || b.at <= last {
					t.Fatalf("block at %v after %v", b.at, last)
				}
				last = b.at
				if b.lost == 0 && b.atTone(8000) > 0.02 {
					t.Fatalf("block at %v is %.3f from the tone", b.at, b.atTone(8000))
				}
			}
		}
		for _, q := range queue {
			s.seq, s.stamp = zero.seq+uint16(q.i), zero.stamp+uint32(q.i*samples)
			if err := l.Push(s.header(), codes.Encode(nil, tone(q.i*samples, samples, 8000)), q.arrival); err != nil {
				t.Fatal(err)
			}
			check()
		}
		l.Finish()
		check()
	})
}
