package leg_test

import (
	"testing"
	"time"

	"github.com/attune-cx/attune/audio/leg"
	"github.com/attune-cx/attune/audio/telephony"
)

var telephoneEvent = []leg.Format{{Type: 101, Codec: leg.TelephoneEvent, ClockRate: 8000}}

// A key as RFC 4733 senders send it: reports of growing length under one
// timestamp instead of sound, the last three times.
func TestKeyPress(t *testing.T) {
	l := newLeg(t, leg.Config{Formats: telephoneEvent})
	s := talker{}
	var got []piece
	for i := range 5 {
		s.mu(t, l, i*160, time.Duration(i)*20*ms)
		got = append(got, drain(l)...)
	}
	s.pt = 101
	for i := range 7 {
		e := telephony.Event{Code: 9, Volume: 10, Duration: uint16(160 * (min(i, 4) + 1)), End: i >= 4}
		if err := l.Push(s.header(), e.AppendTo(nil), 100*ms+time.Duration(i)*20*ms); err != nil {
			t.Fatal(err)
		}
		s.seq++
		got = append(got, drain(l)...)
	}
	s.pt, s.stamp = 0, s.stamp+5*160
	s.mu(t, l, 10*160, 240*ms)
	got = append(got, drain(l)...)

	var keys []leg.Key
	var k leg.Key
	for l.NextKey(&k) {
		keys = append(keys, k)
	}
	want := []leg.Key{
		{Digit: '9', Code: 9, At: 100 * ms, Length: 20 * ms},
		{Digit: '9', Code: 9, At: 100 * ms, Length: 100 * ms, End: true},
	}
	if len(keys) != 2 || keys[0] != want[0] || keys[1] != want[1] {
		t.Errorf("keys %+v, want %+v", keys, want)
	}
	if len(got) != 12 || got[10].at != 200*ms || got[10].lost != 0 {
		t.Errorf("%d blocks; the sound goes on at %v, want 200ms", len(got), got[10].at)
	}
	if st := l.Stats(); st.Keys != 1 || st.LossTotal != 0 || st.Malformed != 0 {
		t.Errorf("%+v", st)
	}
}

// Of a key whose first reports and two of three ends were lost, the end is told.
func TestKeyPressWithLoss(t *testing.T) {
	l := newLeg(t, leg.Config{Formats: telephoneEvent})
	s := talker{}
	s.mu(t, l, 0, 0)
	s.pt, s.seq = 101, s.seq+6
	e := telephony.Event{Code: 11, Duration: 800, End: true}
	if err := l.Push(s.header(), e.AppendTo(nil), 140*ms); err != nil {
		t.Fatal(err)
	}
	l.Advance(time.Second)
	drain(l)
	var k leg.Key
	if !l.NextKey(&k) || k.Digit != '#' || !k.End {
		t.Errorf("%+v", k)
	}
}

func TestShortEventIsAFault(t *testing.T) {
	l := newLeg(t, leg.Config{Formats: telephoneEvent})
	s := talker{pt: 101}
	for range 3 {
		if err := l.Push(s.header(), []byte{1, 2}, 0); err != nil {
			t.Fatal(err)
		}
		s.seq++
	}
	drain(l)
	if err := l.Fault(); err == nil || l.Fault() != nil || l.Stats().Malformed != 3 {
		t.Errorf("%v, %d malformed", err, l.Stats().Malformed)
	}
}

func TestComfortNoise(t *testing.T) {
	l := newLeg(t, leg.Config{})
	s := talker{}
	s.mu(t, l, 0, 0)
	s.pt = 13
	if err := l.Push(s.header(), []byte{68}, 20*ms); err != nil {
		t.Fatal(err)
	}
	s.pt, s.seq, s.stamp = 0, s.seq+1, s.stamp+800
	s.mu(t, l, 160+800, 120*ms)
	got := drain(l)
	if len(got) != 4 || got[2].at != 120*ms || got[2].lost != 0 {
		t.Errorf("%d blocks, third at %v", len(got), got[2].at)
	}
	if st := l.Stats(); st.NoiseDBov != -68 {
		t.Errorf("noise %v, want -68", st.NoiseDBov)
	}
}

// Nothing said while paused comes out, held or not; time goes on.
func TestPause(t *testing.T) {
	for _, rate := range []int{8000, 16000} { // without and with a resampler
		l := newLeg(t, leg.Config{Rate: rate, Formats: telephoneEvent})
		s := talker{}
		var got []piece
		for i := range 40 {
			switch i {
			case 10:
				l.SetPaused(true)
			case 30:
				l.SetPaused(false)
			case 9, 15:
				s.seq, s.stamp = s.seq+1, s.stamp+160 // a hole, so that packets are held at the pause
				continue
			}
			s.mu(t, l, i*160, time.Duration(i)*20*ms)
			got = append(got, drain(l)...)
		}
		l.Finish()
		got = append(got, drain(l)...)
		for _, b := range got {
			if b.at >= 200*ms && b.at < 600*ms && b.lost != len(b.samples) {
				t.Errorf("rate %d: block at %v of the pause came out", rate, b.at)
			}
		}
		last := got[len(got)-1]
		if last.at < 780*ms || got[len(got)-10].atTone(rate) > 0.02 {
			t.Errorf("rate %d: after the pause %v, %.3f from the tone", rate, last.at, got[len(got)-10].atTone(rate))
		}
		if st := l.Stats(); st.LossTotal > 0.06 {
			t.Errorf("rate %d: the pause counts as loss: %v", rate, st.LossTotal)
		}
	}
}

// A transfer: another source takes the leg over; time goes on by arrival.
func TestChangeOfSource(t *testing.T) {
	l := newLeg(t, leg.Config{})
	a, b := talker{ssrc: 1}, talker{ssrc: 2, seq: 40000, stamp: 99}
	for i := range 50 {
		a.mu(t, l, i*160, time.Duration(i)*20*ms)
	}
	var got []piece
	got = append(got, drain(l)...)
	for i := range 50 { // half a second later
		b.mu(t, l, i*160, 1500*ms+time.Duration(i)*20*ms)
		got = append(got, drain(l)...)
	}
	if len(got) != 200 || got[99].at != 990*ms || got[100].at != 1500*ms {
		t.Fatalf("%d blocks, the new source at %v; want 1.5s: 520 ms after the old one's last packet, as it arrived", len(got), got[100].at)
	}
	if st := l.Stats(); st.Packets.Resets != 1 || st.LossTotal != 0 {
		t.Errorf("%+v", st)
	}
}

// A sender on hold stops for 10 s and goes on with the next timestamp.
func TestSenderStopsWithoutCounting(t *testing.T) {
	l := newLeg(t, leg.Config{})
	s := talker{}
	var got []piece
	for i := range 100 {
		arrival := time.Duration(i) * 20 * ms
		if i >= 50 {
			arrival += 10 * time.Second
		}
		s.mu(t, l, i*160, arrival)
		got = append(got, drain(l)...)
	}
	if len(got) != 200 || got[100].at != 11*time.Second || got[100].lost != 0 {
		t.Errorf("%d blocks, after the stop at %v, want 11s", len(got), got[100].at)
	}
	if d := l.Offset(got[100].at) - 11*time.Second; d.Abs() > 20*ms {
		t.Errorf("offset is off by %v", d)
	}
}

func TestOffsetsFollowTheClock(t *testing.T) {
	l := newLeg(t, leg.Config{Began: 10 * time.Second})
	s := talker{ssrc: 4}
	for i := range 30 * 50 {
		arrival := 12*time.Second + time.Duration(i)*20006*time.Microsecond // 300 ppm slow
		s.mu(t, l, i*160, arrival)
		if i%250 == 0 {
			l.SenderReport(4, uint64(arrival/time.Second)<<32, s.stamp)
		}
		for _, b := range drain(l) {
			want := 2*time.Second + time.Duration(float64(b.at)*1.0003)
			if got := l.Offset(b.at); (got - want).Abs() > 12*ms {
				t.Fatalf("media %v is offset %v, want %v", b.at, got, want)
			}
		}
	}
}
